#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace synergy::gateway_adapter {
namespace {

constexpr std::size_t kMaxOutput = 64u << 10;

/// How the child begins: its standard files, and none of our signals' settings.
class Beginning {
 public:
  explicit Beginning(int output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files_, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    sigset_t none, usual;
    ::sigemptyset(&none);
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Beginning() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  [[nodiscard]] int spawn(const std::vector<std::string>& words, pid_t& child) const {
    std::vector<char*> pointers;
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    return ::posix_spawnp(&child, pointers.front(), &files_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

/// Reads until the child has closed its end; false: the deadline came first.
bool read_all(int from, MonotonicTime until, const Clock& clock, std::string& output) {
  std::array<char, 4096> buffer;
  while (true) {
    const auto left = (until - clock.monotonic()) / std::chrono::milliseconds(1);
    pollfd waited{from, POLLIN, 0};
    if (left <= 0 || ::poll(&waited, 1, int(left)) == 0) return false;
    const auto got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(buffer.data(), std::min(std::size_t(got), kMaxOutput - output.size()));
  }
}

}  // namespace

Result<Ended> run_child(const std::vector<std::string>& words, Duration time) {
  const HostClock clock;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return Error{ErrorCode::kEnvironment, std::string("no pipe: ") + std::strerror(errno)};
  pid_t child = 0;
  const int failure = Beginning(ends[1]).spawn(words, child);
  ::close(ends[1]);
  if (failure != 0) {
    ::close(ends[0]);
    return Error{ErrorCode::kEnvironment, words.front() + " can not be started: " + std::strerror(failure)};
  }
  Ended ended;
  const bool in_time = read_all(ends[0], clock.monotonic() + time, clock, ended.output);
  ::close(ends[0]);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return Error{ErrorCode::kTimeout, words.front() + " did not end in time, and was killed"};
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

}  // namespace synergy::gateway_adapter
