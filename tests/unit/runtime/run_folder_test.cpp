#include "synergy/runtime/run_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "child_process.hpp"
#include "synergy/runtime/running.hpp"
#include "temporary_folder.hpp"

namespace synergy::runtime {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

TEST(RunFolder, IsMadePrivateWithTheFoldersAboveIt) {
  const test_support::TemporaryFolder folder;
  const auto run = RunFolder::open(folder / "a/b");
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->path(), folder / "a/b");
  EXPECT_EQ(mode_of(folder / "a/b"), 0700u);
}

TEST(RunFolder, AnExistingFolderOpenToOthersIsMadePrivate) {
  const test_support::TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  ASSERT_TRUE(RunFolder::open(folder.path()));
  EXPECT_EQ(mode_of(folder.path()), 0700u);
}

TEST(RunFolder, AFolderThatHoldsOtherThingsIsNotTakenFromOthers) {
  const test_support::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "of somebody");
  const auto open_to_all = std::filesystem::perms::all | std::filesystem::perms::sticky_bit;
  std::filesystem::permissions(folder.path(), open_to_all);
  const auto refused = RunFolder::open(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kEnvironment);
  EXPECT_NE(refused.error().message.find("holds other things"), std::string::npos) << refused.error().message;
  EXPECT_EQ(std::filesystem::status(folder.path()).permissions(), open_to_all) << "left as it is";

  std::filesystem::remove(folder / "of somebody");
  std::filesystem::create_directory(folder / "logs.1");  // a mesh was here
  std::ofstream(folder / "mesh.db") << "1";
  ASSERT_TRUE(RunFolder::open(folder.path()));
  EXPECT_EQ(std::filesystem::status(folder.path()).permissions(), std::filesystem::perms::owner_all);
}

TEST(RunFolder, WithoutANameIsRefused) {
  const auto refused = RunFolder::open({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(running_in({}));
}

TEST(RunFolder, HoldsTheEndpointsOfTheBus) {
  const test_support::TemporaryFolder folder;
  const auto run = RunFolder::open(folder.path());
  ASSERT_TRUE(run);
  EXPECT_EQ(run->endpoints().publish, "ipc://" + (folder / "bus.publish").string());
  EXPECT_EQ(run->endpoints().subscribe, "ipc://" + (folder / "bus.subscribe").string());
}

TEST(RunFolder, AFolderOfAnotherUserIsRefusedAndLeftAsItIs) {
  const test_support::TemporaryFolder folder;
  std::filesystem::path foreign = "/usr";
  if (::geteuid() == 0) {  // root owns /usr: give a folder away instead
    foreign = folder / "foreign";
    std::filesystem::create_directory(foreign);
    ASSERT_EQ(::chown(foreign.c_str(), 12345, 12345), 0);
  }
  const auto before = mode_of(foreign);
  const auto run = RunFolder::open(foreign);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::kEnvironment);
  EXPECT_EQ(
      run.error().message,
      foreign.string() + ": the run folder belongs to another user; choose one of your own with --run-dir");
  EXPECT_EQ(mode_of(foreign), before);
}

TEST(RunFolder, APathThatCanNotBeAFolderIsRefused) {
  const test_support::TemporaryFolder folder;
  const auto file = folder.write("file", "");
  for (const auto& path : {file, file / "below"}) {
    const auto run = RunFolder::open(path);
    ASSERT_FALSE(run) << path;
    EXPECT_EQ(run.error().code, ErrorCode::kEnvironment);
    EXPECT_TRUE(run.error().message.starts_with(path.string() + ": ")) << run.error().message;
  }
}

TEST(RunFolder, ALinkThatAnotherUserPutInItsPlaceIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make another user's link";
  const test_support::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "mine");
  std::filesystem::create_directory_symlink(folder / "mine", folder / "link");
  EXPECT_TRUE(RunFolder::open(folder / "link"));
  ASSERT_EQ(::lchown((folder / "link").c_str(), 12345, 12345), 0);
  EXPECT_FALSE(RunFolder::open(folder / "link"));
}

TEST(RunFolder, ANameWithControlCharactersIsRefusedAndNothingMade) {
  const test_support::TemporaryFolder folder;
  for (const auto& name : {"two\nlines", "\x1b[2J", "\xff"}) {
    const auto run = RunFolder::open(folder / name);
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(run.error().message.find_first_of("\n\x1b\xff"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

class DefaultRunFolderTest : public ::testing::Test {
 protected:
  DefaultRunFolderTest() { folder_.write("deploy/mesh", ""); }

  /// The folder for a user who is not root, by whom /tmp alone can be written to; in a child process.
  std::string of_another_user(const std::filesystem::path& checkout, const std::string& runtime_folder) {
    test_support::ChildProcess child(folder_ / "output", [&] {
      if (::geteuid() == 0 && ::setuid(12345) != 0) return 1;
      ::setenv("XDG_RUNTIME_DIR", runtime_folder.c_str(), 1);
      std::fputs(default_run_folder(checkout).c_str(), stdout);
      return 0;
    });
    EXPECT_EQ(child.wait(), 0);
    std::ifstream file(folder_ / "output");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  test_support::TemporaryFolder folder_;
};

TEST_F(DefaultRunFolderTest, IsInTheCheckoutWhereThatCanBeWritten) {
  EXPECT_EQ(default_run_folder(folder_.path()), folder_ / "run");
  std::filesystem::create_directory(folder_ / "run");
  EXPECT_EQ(default_run_folder(folder_.path()), folder_ / "run");
}

TEST_F(DefaultRunFolderTest, IsNoneOfTheSystemsWhereTheProgramsAreInstalled) {  // of /usr/bin: / and its /run
  std::filesystem::remove(folder_ / "deploy/mesh");
  std::filesystem::create_directory(folder_ / "run");
  EXPECT_NE(default_run_folder(folder_.path()), folder_ / "run");
}

TEST_F(DefaultRunFolderTest, IsTheUsersOwnWhereTheCheckoutIsAnothers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  std::filesystem::create_directory(folder_ / "runtime");
  ASSERT_EQ(::chown((folder_ / "runtime").c_str(), 12345, 12345), 0);
  EXPECT_EQ(of_another_user(folder_.path(), folder_ / "runtime"), folder_ / "runtime/synergy-mesh");
}

TEST_F(DefaultRunFolderTest, IsBelowTmpWithoutARuntimeFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  std::filesystem::create_directory(folder_ / "run");  // root's, in a checkout that can be written to
  EXPECT_EQ(of_another_user(folder_.path(), ""), "/tmp/synergy-mesh-12345");
}

class ProcessLockTest : public ::testing::Test {
 protected:
  test_support::TemporaryFolder folder_;
  RunFolder run_ = *RunFolder::open(folder_.path());
};

TEST_F(ProcessLockTest, ASecondTakerIsRefusedWithTheHoldersProcessIdUntilTheHolderIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  test_support::ChildProcess holder(folder_ / "output", [&] {
    const auto lock = ProcessLock::take(run_, "planner");
    if (!lock || ::write(ready[1], "x", 1) != 1) return 1;
    while (true) ::pause();
  });
  char byte = 0;
  ::close(ready[1]);
  ASSERT_EQ(::read(ready[0], &byte, 1), 1) << "the child could not take the lock";
  ::close(ready[0]);

  const auto refused = ProcessLock::take(run_, "planner");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find("(process " + std::to_string(holder.pid()) + ")"), std::string::npos)
      << refused.error().message;

  holder.signal(SIGKILL);
  EXPECT_EQ(holder.wait(), -SIGKILL);
  const auto lock = ProcessLock::take(run_, "planner");
  EXPECT_TRUE(lock) << lock.error().message;
}

TEST_F(ProcessLockTest, IsHeldByOneObjectAndFreedWithIt) {
  auto first = ProcessLock::take(run_, "planner");
  ASSERT_TRUE(first);
  {
    const ProcessLock moved = std::move(*first);
    EXPECT_FALSE(ProcessLock::take(run_, "planner"));
  }
  EXPECT_TRUE(ProcessLock::take(run_, "planner"));
}

TEST_F(ProcessLockTest, OtherProcessesHaveOtherLocksAndASlashIsNoFolder) {
  const auto glasses = ProcessLock::take(run_, "executor/glasses");
  ASSERT_TRUE(glasses) << glasses.error().message;
  const auto ring = ProcessLock::take(run_, "executor/ring");
  EXPECT_TRUE(ring) << ring.error().message;
  EXPECT_FALSE(ProcessLock::take(run_, "executor/ring"));
}

TEST_F(ProcessLockTest, AFolderThatIsGoneIsAnEnvironmentFailure) {
  const auto run = RunFolder::open(folder_ / "gone");
  ASSERT_TRUE(run);
  std::filesystem::remove(folder_ / "gone");
  const auto lock = ProcessLock::take(*run, "planner");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::kEnvironment);
}

}  // namespace
}  // namespace synergy::runtime
