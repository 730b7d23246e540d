// A copy of a store in use, and a copy put back.
#include "synergy/store/backup.hpp"

#include "store_fixtures.hpp"
#include "synergy/store/check.hpp"

namespace synergy::store {
namespace {

using schemas::BackupStore;
using schemas::StoreRuns;
using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_run;

class BackupTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    keep_runs(0, 20'000);
  }
  void keep_runs(std::uint64_t first, std::uint64_t end) {
    StoreRuns command{{}, {sample_app("digits")}};
    for (auto run = first; run < end; ++run) {
      command.runs.push_back(sample_run("digits", run));
      command.runs.back().recorded += std::chrono::seconds(run);
    }
    ASSERT_TRUE(service_->on(command));
  }
  /// Asks until the copy is complete.
  schemas::BackupProgress backed_up(const std::filesystem::path& file) {
    for (;;) {
      const auto progress = service_->on(BackupStore{file});
      if (!progress) throw std::runtime_error(progress.error().message);
      if (progress->complete) return *progress;
    }
  }
  static void expect_whole(const std::filesystem::path& file, const std::string& runs) {
    const auto report = check_file(file);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->damages, 0u);
    EXPECT_EQ(query(file, "SELECT count(*) FROM runs"), (std::vector<Row>{{runs}}));
  }
  [[nodiscard]] std::size_t files() const {
    return std::size_t(std::distance(std::filesystem::directory_iterator(path_.parent_path()), {}));
  }

  std::filesystem::path copy_ = folder_ / "copy.db";
};

TEST_F(BackupTest, ACopyIsWholeAndWasClosedWell) {
  const auto progress = backed_up(copy_);
  EXPECT_EQ(progress.bytes, progress.copied_bytes);
  EXPECT_EQ(progress.bytes, std::filesystem::file_size(copy_));
  expect_whole(copy_, "20000");
  EXPECT_FALSE(testing::opened(copy_)->needs_check());
  EXPECT_EQ(service_->on(BackupStore{copy_}).error().code, ErrorCode::kConflict)
      << "it is not told to be a new copy";
}

TEST_F(BackupTest, WhatIsStoredMeanwhileIsInTheCopyAndNothingStandsThereBefore) {
  auto backup = *Backup::begin(*database_, copy_);
  std::uint64_t run = 20'000;
  while (!backup->is_complete()) {
    EXPECT_FALSE(std::filesystem::exists(copy_));
    ASSERT_TRUE(backup->step(Duration(0)));
    if (backup->is_complete()) break;
    keep_runs(run, run + 10);
    run += 10;
  }
  EXPECT_GT(run, 20'010u) << "it took several steps";
  expect_whole(copy_, std::to_string(run));
}

TEST_F(BackupTest, ACopyThatNobodyAsksForIsGivenUpAndLeavesNothing) {
  const auto before = files();
  auto begun = Backup::begin(*database_, copy_);
  ASSERT_TRUE((*begun)->step(Duration(0)));
  EXPECT_GT(files(), before);
  begun->reset();
  EXPECT_EQ(files(), before);
}

TEST_F(BackupTest, OneCopyIsMadeAtATimeUntilNobodyAsksForIt) {
  StoreService slow(*database_, clock_, Duration(0));
  const auto progress = slow.on(BackupStore{copy_});
  ASSERT_TRUE(progress) << progress.error().message;
  ASSERT_FALSE(progress->complete);
  EXPECT_LT(progress->copied_bytes, progress->bytes);
  EXPECT_EQ(slow.on(BackupStore{folder_ / "other.db"}).error().code, ErrorCode::kConflict);
  clock_.advance(kBackupPatience + std::chrono::seconds(1));
  while (!slow.on(BackupStore{folder_ / "other.db"})->complete) continue;
  EXPECT_FALSE(std::filesystem::exists(copy_));
  expect_whole(folder_ / "other.db", "20000");
}

TEST_F(BackupTest, RefusesPathsThatAreNone) {
  const auto refused = [&](const std::string& path) { return service_->on(BackupStore{path}).error(); };
  EXPECT_EQ(refused("copy.db").code, ErrorCode::kInvalid);
  EXPECT_EQ(refused("").code, ErrorCode::kInvalid);
  EXPECT_EQ(refused((folder_ / "none" / "copy.db").string()).code, ErrorCode::kEnvironment);
  EXPECT_EQ(refused(path_.string()).code, ErrorCode::kConflict);
  std::filesystem::create_symlink(folder_ / "nowhere", folder_ / "link");
  EXPECT_EQ(refused((folder_ / "link").string()).code, ErrorCode::kConflict);
}

TEST_F(BackupTest, NothingThatStandsBesideTheCopyIsTouched) {
  for (const char* end : {".partial", ".partial-wal", ".new"})
    testing::write_bytes(copy_.string() + end, "keep me");
  backed_up(copy_.string() + ".other");
  backed_up(copy_);
  expect_whole(copy_, "20000");
  expect_whole(copy_.string() + ".other", "20000");
  for (const char* end : {".partial", ".partial-wal", ".new"})
    EXPECT_EQ(testing::bytes_of(copy_.string() + end), "keep me") << end;
}

TEST_F(BackupTest, NamesOfWhatSqliteKeepsBesideADatabaseAreRefused) {
  for (const char* end : {"-wal", "-shm", "-journal", ".lock"}) {
    const auto refused = service_->on(BackupStore{folder_ / ("another.db" + std::string(end))});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  }
}

class RestoreTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    backed_up(copy_);
    keep_runs(20'000, 20'005);
  }
  void close() {
    service_.reset();
    database_.reset();
  }
};

TEST_F(RestoreTest, ACopyTakesThePlaceOfTheFileWhichIsMovedBesideIt) {
  close();
  const auto moved = restore_file(copy_, path_);
  ASSERT_TRUE(moved) << moved.error().message;
  expect_whole(path_, "20000");
  expect_whole(copy_, "20000");
  EXPECT_EQ(*moved, std::filesystem::path(path_.string() + ".before-restore"));
  expect_whole(*moved, "20005");
  for (const auto& entry : std::filesystem::directory_iterator(path_.parent_path()))
    EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path() << " is left";
  EXPECT_EQ(*restore_file(copy_, path_), std::filesystem::path(path_.string() + ".before-restore-2"));
  reopen();
  keep_runs(20'000, 20'001);
}

TEST_F(RestoreTest, WhatIsInTheLogOfAKilledStoreIsMovedAlong) {
  const auto killed = folder_ / "killed.db";
  // As a killed process leaves it: rows that are in the -wal only.
  for (const char* end : {"", "-wal"})
    std::filesystem::copy_file(path_.string() + end, killed.string() + end);
  close();
  const auto moved = restore_file(copy_, killed);
  ASSERT_TRUE(moved) << moved.error().message;
  expect_whole(killed, "20000");
  expect_whole(*moved, "20005");
}

TEST_F(RestoreTest, ACopyWithALogOfItsOwnIsTakenWithIt) {
  const auto killed = folder_ / "killed.db";
  for (const char* end : {"", "-wal"})
    std::filesystem::copy_file(path_.string() + end, killed.string() + end);
  const auto moved = restore_file(killed, folder_ / "new.db");
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_TRUE(moved->empty());
  expect_whole(folder_ / "new.db", "20005");
}

TEST_F(RestoreTest, APathWithoutAFolderIsInThePresentOne) {
  close();
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(path_.parent_path());
  const auto moved = restore_file(copy_.filename(), path_.filename());
  std::filesystem::current_path(before);
  ASSERT_TRUE(moved) << moved.error().message;
  expect_whole(path_, "20000");
}

TEST_F(RestoreTest, AStoreInUseIsNotReplaced) {
  const auto refused = restore_file(copy_, path_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kEnvironment);
  expect_whole(path_, "20005");
}

TEST_F(RestoreTest, ADamagedForeignOrMissingCopyIsRefusedAndTheFileStays) {
  close();
  const auto before = testing::bytes_of(path_);
  testing::alter(copy_, "UPDATE compact_runs SET label = 3 WHERE run = 7");
  EXPECT_EQ(restore_file(copy_, path_).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(restore_file(folder_ / "none.db", path_).error().code, ErrorCode::kNotFound);
  testing::write_bytes(folder_ / "text.db", "no database at all, but long enough to be one if it were");
  EXPECT_EQ(restore_file(folder_ / "text.db", path_).error().code, ErrorCode::kCorrupt);
  testing::write_bytes(folder_ / "empty.db", "");
  EXPECT_EQ(restore_file(folder_ / "empty.db", path_).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(testing::bytes_of(path_), before);
}

}  // namespace
}  // namespace synergy::store
