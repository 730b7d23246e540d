// Work done in a child process, so that it may be killed, or may change signals and the environment.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

namespace synergy::test_support {

/// Killed and waited for at the end of its life, if it has not ended by then. Begin it before any thread.
class ChildProcess {
 public:
  /// The child's standard error and output go to `output`.
  ChildProcess(const std::filesystem::path& output, const std::function<int()>& work) : pid_(::fork()) {
    if (pid_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::alarm(60);  // a child that hangs ends
    const int code = work();
    std::fflush(nullptr);
    ::_exit(code);
  }
  ~ChildProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const { ASSERT_EQ(::kill(pid_, number), 0); }

  /// Waits for its end: the exit code, or minus the signal that ended it.
  int wait() {
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

}  // namespace synergy::test_support
