// Who runs in a run folder is known from the locks, not from what stands in files.
#include "synergy/runtime/running.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "child_process.hpp"
#include "synergy/runtime/run_folder.hpp"
#include "temporary_folder.hpp"

namespace synergy::runtime {
namespace {

class RunningTest : public ::testing::Test {
 protected:
  /// A process that takes these locks and holds them until it is killed; it is there when this returns.
  class Holder {
   public:
    Holder(const test_support::TemporaryFolder& output, const RunFolder& run,
           const std::vector<std::string>& processes)
        : child_(output / "output", [&] { return hold(run, processes); }) {
      ::close(ready_[1]);
      char byte = 0;
      EXPECT_EQ(::read(ready_[0], &byte, 1), 1) << "the child could not take its locks";
      ::close(ready_[0]);
    }
    [[nodiscard]] pid_t pid() const { return child_.pid(); }
    void kill() {
      child_.signal(SIGKILL);
      EXPECT_EQ(child_.wait(), -SIGKILL);
    }

   private:
    int hold(const RunFolder& run, const std::vector<std::string>& processes) {
      std::vector<ProcessLock> locks;
      for (const auto& process : processes) {
        auto lock = ProcessLock::take(run, process);
        if (!lock) return 1;
        locks.push_back(std::move(*lock));
      }
      if (::write(ready_[1], "x", 1) != 1) return 1;
      while (true) ::pause();
    }
    std::array<int, 2> ready_ = [] {
      std::array<int, 2> ends{};
      EXPECT_EQ(::pipe(ends.data()), 0);
      return ends;
    }();
    test_support::ChildProcess child_;
  };

  [[nodiscard]] std::vector<RunningProcess> running(const std::filesystem::path& folder) const {
    const auto found = running_in(folder);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::vector<RunningProcess>{};
  }
  [[nodiscard]] std::vector<RunningProcess> running() const { return running(run_.path()); }

  test_support::TemporaryFolder folder_;
  RunFolder run_ = *RunFolder::open(folder_ / "run");
};

TEST_F(RunningTest, TheHoldersOfTheLocksAreNamedUntilTheyAreKilled) {
  Holder broker(folder_, run_, {"broker"});
  const Holder executor(folder_, run_, {"executor/left.ring"});
  EXPECT_EQ(running(),
            (std::vector<RunningProcess>{{"broker", broker.pid()}, {"executor/left.ring", executor.pid()}}));
  EXPECT_EQ(holder_of(run_.path(), "executor/left.ring"), executor.pid());
  EXPECT_EQ(names_of(run_.path(), executor.pid()), (std::vector<std::string>{"executor/left.ring"}));
  EXPECT_EQ(names_of(run_.path() / "", executor.pid())->size(), 1u) << "named with a slash at its end";
  EXPECT_TRUE(names_of(run_.path(), ::getpid())->empty());
  EXPECT_TRUE(names_of(folder_.path(), executor.pid())->empty()) << "another folder's";
  broker.kill();
  EXPECT_EQ(running(), (std::vector<RunningProcess>{{"executor/left.ring", executor.pid()}}));
  EXPECT_EQ(holder_of(run_.path(), "broker"), 0);
}

TEST_F(RunningTest, WhatStandsInTheLockFileIsOfNoAccount) {
  const Holder broker(folder_, run_, {"broker"});
  for (const auto* text : {"", "1\n", "nonsense"}) {
    std::ofstream(run_.path() / "broker.lock", std::ios::trunc) << text;
    EXPECT_EQ(running(), (std::vector<RunningProcess>{{"broker", broker.pid()}}));
  }
  std::ofstream(run_.path() / "store.lock") << ::getpid() << "\n";
  EXPECT_EQ(running().size(), 1u) << "nobody holds the store's";
}

TEST_F(RunningTest, AProcessThatHasTheFileOpenDoesNotHoldItsLock) {
  const Holder broker(folder_, run_, {"broker"});
  const int fd = ::open((run_.path() / "broker.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_NE(::flock(fd, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(running(), (std::vector<RunningProcess>{{"broker", broker.pid()}}));
  ::close(fd);
}

TEST_F(RunningTest, WhoHoldsTheLockOfADatabaseMayBeAnothersStore) {
  for (const auto* database : {"mesh.db", "executor", "executor.db"}) {
    std::ofstream(run_.path() / database) << "SQLite";
    const Holder store(folder_, run_, {database});
    EXPECT_EQ(running(), std::vector<RunningProcess>{}) << database;
  }
  std::filesystem::remove(run_.path() / "mesh.db");
  const Holder store(folder_, run_, {"mesh.db"});
  EXPECT_EQ(running(), std::vector<RunningProcess>{}) << "it was deleted under the store";
}

TEST_F(RunningTest, ALockFileOrAFolderThatWasDeletedHidesNobody) {
  const Holder both(folder_, run_, {"broker", "store"});
  std::filesystem::remove(run_.path() / "broker.lock");
  EXPECT_EQ(running(), (std::vector<RunningProcess>{{"broker", both.pid()}, {"store", both.pid()}}));
  std::filesystem::remove_all(run_.path());
  EXPECT_EQ(running(), (std::vector<RunningProcess>{{"broker", both.pid()}, {"store", both.pid()}}));
}

TEST_F(RunningTest, OtherFoldersAreOtherMeshes) {
  const auto other = *RunFolder::open(folder_ / "run2");
  const auto inner = *RunFolder::open(run_.path() / "inner");
  const Holder theirs(folder_, other, {"broker"});
  const Holder inside(folder_, inner, {"broker"});
  EXPECT_EQ(running(), std::vector<RunningProcess>{});
  EXPECT_EQ(running(other.path()), (std::vector<RunningProcess>{{"broker", theirs.pid()}}));
  EXPECT_EQ(running(folder_ / "none"), std::vector<RunningProcess>{});
}

TEST_F(RunningTest, AFileOfAProcessThatEndedSinceItWasOpenedHasNoText) {
  for (const auto* name : {"cmdline", "stat", "status"}) {
    test_support::ChildProcess child(folder_ / "output", [] { return ::pause(); });
    const auto path = "/proc/" + std::to_string(child.pid()) + "/" + name;
    std::ifstream alive(path), ended(path);
    EXPECT_NE(rest_of(alive), "");
    child.signal(SIGKILL);
    EXPECT_EQ(child.wait(), -SIGKILL);
    EXPECT_EQ(rest_of(ended), "") << name;
  }
}

TEST_F(RunningTest, AFolderMayBeNamedInAnyWay) {
  const auto odd = *RunFolder::open(folder_ / "a%7s \"q' ;x,\xc3\xa4=b (deleted)");
  const Holder broker(folder_, odd, {"broker"});
  const std::vector<RunningProcess> wanted{{"broker", broker.pid()}};
  std::filesystem::create_directory_symlink(odd.path(), folder_ / "link");
  EXPECT_EQ(running(odd.path()), wanted);
  EXPECT_EQ(running(odd.path() / ""), wanted);
  EXPECT_EQ(running(folder_ / "link"), wanted);
  EXPECT_EQ(running(odd.path() / ".." / odd.path().filename()), wanted);
  EXPECT_EQ(running(std::filesystem::relative(odd.path())), wanted);
}

/// A process of this command line, which runs a script that stops itself.
class Named {
 public:
  explicit Named(const test_support::TemporaryFolder& folder, std::vector<std::string> words)
      : child_(folder / "output", [&] {
          std::vector<char*> arguments;
          for (auto& word : words) arguments.push_back(word.data());
          arguments.push_back(nullptr);
          return ::execv("/bin/sh", arguments.data());
        }) {}
  [[nodiscard]] pid_t pid() const { return child_.pid(); }

 private:
  test_support::ChildProcess child_;
};

TEST_F(RunningTest, SupervisordIsKnownByItsConfigurationNotByItsPidFile) {
  const auto script = folder_.write("supervisord", "kill -STOP $$\n");
  const auto other = *RunFolder::open(folder_ / "other");
  for (const auto& run : {run_, other}) std::ofstream(run.path() / "supervisord.conf") << "\n";
  const Named ours(folder_, {"/bin/sh", script, "-c", run_.path() / "supervisord.conf"});
  const Named reader(
      folder_, {"/bin/sh", folder_.write("editor", "kill -STOP $$\n"), run_.path() / "supervisord.conf"});
  const Named theirs(folder_, {"/bin/sh", script, "-c", other.path() / "supervisord.conf"});
  for (const auto& process : {ours.pid(), reader.pid(), theirs.pid()}) {
    int status = 0;
    ASSERT_EQ(::waitpid(process, &status, WUNTRACED), process);
    ASSERT_TRUE(WIFSTOPPED(status));
  }
  std::ofstream(run_.path() / "supervisord.pid") << theirs.pid() << "\n";
  EXPECT_EQ(running(), (std::vector<RunningProcess>{{kSupervisor, ours.pid()}}));
  EXPECT_EQ(running(other.path()), (std::vector<RunningProcess>{{kSupervisor, theirs.pid()}}));
}

TEST_F(RunningTest, ALockIsTakenWhereItsFileCanNotBeWritten) {  // as on a full disk
  test_support::ChildProcess child(folder_ / "output", [&] {
    const rlimit nothing{0, 0};
    ::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &nothing) != 0) return 2;
    const auto lock = ProcessLock::take(run_, "broker");
    if (!lock) return 3;
    if (std::filesystem::file_size(run_.path() / "broker.lock") != 0) return 4;
    const auto again = ProcessLock::take(run_, "broker");
    const auto named = "(process " + std::to_string(::getpid()) + ")";
    return !again && again.error().message.find(named) != std::string::npos ? 0 : 5;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace synergy::runtime
