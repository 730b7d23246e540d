// Opening the store file: created, brought to the newest schema, and refused untouched when it must not be
// used.
#include "store_fixtures.hpp"
#include "synergy/store/check.hpp"
#include "synergy/store/transaction.hpp"

namespace synergy::store {
namespace {

using test_support::TemporaryFolder;
using testing::alter;
using testing::bytes_of;
using testing::ChildProcess;
using testing::opened;
using testing::query;
using testing::Row;
using testing::sample_app;
using ::testing::Test;
using testing::write_bytes;

class DatabaseTest : public Test {
 protected:
  /// Expects that open() refuses the file, says where and what, and changes no byte of it.
  void expect_refused_untouched(ErrorCode code, const std::string& what) {
    const auto before = bytes_of(path_), log_before = bytes_of(path_.string() + "-wal");
    const auto database = Database::open(path_);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, code);
    EXPECT_NE(database.error().message.find(path_.string()), std::string::npos) << database.error().message;
    EXPECT_NE(database.error().message.find(what), std::string::npos) << database.error().message;
    EXPECT_EQ(bytes_of(path_), before);
    EXPECT_EQ(bytes_of(path_.string() + "-wal"), log_before);
  }

  /// A store with enough rows to span many pages.
  void make_store_with_rows() {
    const auto database = opened(path_);
    auto transaction = Transaction::begin(*database, Durability::kPowerCut);
    Apps apps(*database);
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(apps.keep(sample_app("app" + std::to_string(i))));
    ASSERT_TRUE(transaction->commit());
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "mesh.db";
};

TEST_F(DatabaseTest, MigrationsAreAppliedToANewFileAndRecorded) {
  opened(path_);
  EXPECT_EQ(query(path_, "SELECT version, name FROM schema_version ORDER BY version"),
            (std::vector<Row>{{"1", "initial"},
                              {"2", "live_mesh"},
                              {"3", "search_end"},
                              {"4", "absurd_plan_ids"},
                              {"5", "compact_runs"},
                              {"6", "checksums"},
                              {"7", "generated_runs"},
                              {"8", "own_rates"},
                              {"9", "fed_frames"},
                              {"10", "run_blocks"},
                              {"11", "hourly_runs"}}));
  EXPECT_EQ(query(path_, "PRAGMA application_id"), (std::vector<Row>{{std::to_string(0x53594E4D)}}));
  EXPECT_EQ(query(path_, "PRAGMA journal_mode"), (std::vector<Row>{{"wal"}}));
}

TEST_F(DatabaseTest, MigrationsAreAppliedOnlyOnce) {
  make_store_with_rows();
  const auto applied = query(path_, "SELECT version, name, applied_utc FROM schema_version ORDER BY version");
  const auto again = opened(path_);
  EXPECT_EQ(query(path_, "SELECT version, name, applied_utc FROM schema_version ORDER BY version"), applied);
  EXPECT_EQ(Apps(*again).all()->size(), 1000u);
}

TEST_F(DatabaseTest, AnEmptyFileBecomesAStore) {
  write_bytes(path_, "");
  EXPECT_TRUE(Database::open(path_));
}

TEST_F(DatabaseTest, ADatabaseLeftBeforeTheFirstMigrationBecomesAStore) {
  alter(path_, "PRAGMA journal_mode = WAL");  // what a kill between configuration and migration leaves
  EXPECT_TRUE(Database::open(path_));
}

TEST_F(DatabaseTest, ADatabaseOfANewerProgramIsRefused) {
  opened(path_);
  alter(path_, "INSERT INTO schema_version VALUES (99, 'from_the_future', '2100-01-01 00:00:00')");
  expect_refused_untouched(ErrorCode::kEnvironment, "schema version 99");
}

TEST_F(DatabaseTest, ADatabaseOfAnotherApplicationIsRefused) {
  alter(path_, "PRAGMA application_id = 4711; CREATE TABLE songs (title TEXT)");
  expect_refused_untouched(ErrorCode::kEnvironment, "another application");
}

TEST_F(DatabaseTest, ADatabaseWithTablesAndNoApplicationIdIsRefused) {
  alter(path_, "CREATE TABLE apps (title TEXT)");
  expect_refused_untouched(ErrorCode::kEnvironment, "another application");
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsRefused) {
  write_bytes(path_, std::string(5000, 'x'));
  expect_refused_untouched(ErrorCode::kCorrupt, "not a database");
}

TEST_F(DatabaseTest, AStoreWithDamagedRowsIsFoundOutByTheCheckAndStoresNothingMore) {
  make_store_with_rows();
  auto bytes = bytes_of(path_);
  ASSERT_GT(bytes.size(), 100'000u);
  bytes.replace(bytes.size() - 20'000, 10'000, 10'000, '\x5a');  // rows of apps; the schema is readable
  write_bytes(path_, bytes);
  ASSERT_EQ(query(path_, "SELECT min(version) FROM schema_version"), (std::vector<Row>{{"1"}}));
  const auto found = check_content(path_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(found.error().message.find("move the file away"), std::string::npos) << found.error().message;

  const auto database = opened(path_);
  EXPECT_TRUE(database->may_write());
  database->checked(found);
  const ManualClock clock;
  StoreService service(*database, clock);
  const auto refused = service.on(schemas::StoreDecision{{}, testing::sample_plan(1), "test"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(service.on(schemas::QueryHistory{20})) << "queries go on";
}

TEST_F(DatabaseTest, ACheckIsDueAfterAnEndThatWasNoneUntilItFindsNothing) {
  EXPECT_FALSE(opened(path_)->needs_check()) << "of a new file there is nothing to check";
  EXPECT_FALSE(opened(path_)->needs_check()) << "it was closed";
  ChildProcess child([&](const auto& report) {
    const auto database = opened(path_);
    report("open");
    ::pause();
  });
  ASSERT_EQ(child.line(), "open");
  child.kill();
  EXPECT_TRUE(opened(path_)->needs_check());
  EXPECT_TRUE(opened(path_)->needs_check()) << "nobody has checked it yet";
  opened(path_)->checked(Error{ErrorCode::kCorrupt, "damage"});
  {
    const auto database = opened(path_);
    ASSERT_TRUE(database->needs_check()) << "it was damaged, and may still be";
    database->checked(check_content(path_));
    EXPECT_FALSE(database->needs_check());
  }
  EXPECT_FALSE(opened(path_)->needs_check());
}

TEST_F(DatabaseTest, AFileOfAProgramThatDidNotSayHowItEndedIsChecked) {
  opened(path_);
  alter(path_, "PRAGMA user_version = 0");
  EXPECT_TRUE(opened(path_)->needs_check());
}

TEST_F(DatabaseTest, ACheckEndsWhenAskedTo) {
  make_store_with_rows();
  const auto found = check_content(path_, [] { return true; });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(check_content(path_));
}

TEST_F(DatabaseTest, ATruncatedStoreIsRefused) {
  make_store_with_rows();
  write_bytes(path_, bytes_of(path_).substr(0, 40'000));
  expect_refused_untouched(ErrorCode::kCorrupt, "move the file away");
}

TEST_F(DatabaseTest, AStoreWithoutItsVersionTableIsRefused) {
  opened(path_);
  alter(path_, "DROP TABLE schema_version");
  expect_refused_untouched(ErrorCode::kCorrupt, "schema_version");
}

TEST_F(DatabaseTest, ARefusedFileKeepsTheLogThatAKilledProcessLeft) {
  opened(path_);
  ChildProcess child([&](const auto& report) {
    const auto database = opened(path_);
    alter(path_, "INSERT INTO schema_version VALUES (99, 'from_the_future', '2100-01-01 00:00:00')");
    report("written");
    ::pause();
  });
  ASSERT_EQ(child.line(), "written");
  child.kill();
  ASSERT_GT(bytes_of(path_.string() + "-wal").size(), 0u);
  expect_refused_untouched(ErrorCode::kEnvironment, "schema version 99");
}

TEST_F(DatabaseTest, AFolderThatIsNotThereIsAnError) {
  const auto database = Database::open(folder_ / "missing" / "mesh.db");
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kEnvironment);
  EXPECT_NE(database.error().message.find("create the folder"), std::string::npos)
      << database.error().message;
}

TEST_F(DatabaseTest, AFolderInPlaceOfTheFileIsAnError) {
  std::filesystem::create_directory(path_);
  const auto database = Database::open(path_);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kEnvironment);
}

TEST_F(DatabaseTest, ASecondOpenerIsRefusedAndToldWhoHasIt) {
  ChildProcess child([&](const auto& report) {
    const auto database = opened(path_);
    report(std::to_string(::getpid()));
    ::pause();
  });
  const auto holder = child.line();
  const auto second = Database::open(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kEnvironment);
  EXPECT_NE(second.error().message.find("process " + holder + ";"), std::string::npos)
      << second.error().message;
  child.kill();
  EXPECT_TRUE(Database::open(path_));
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
  const auto database = opened(path_);
  {
    auto transaction = Transaction::begin(*database, Durability::kKill);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(Apps(*database).keep(sample_app("digits")));
  }
  EXPECT_TRUE(Apps(*database).all()->empty());
}

TEST_F(DatabaseTest, AWriterIsToldWhenAnotherProgramHoldsTheFile) {
  const auto database = opened(path_);
  SQLite::Database shell(path_.string(), SQLite::OPEN_READWRITE);
  shell.exec("BEGIN IMMEDIATE");
  const auto transaction = Transaction::begin(*database, Durability::kKill);
  ASSERT_FALSE(transaction);
  EXPECT_EQ(transaction.error().code, ErrorCode::kUnavailable);
  shell.exec("ROLLBACK");
  EXPECT_TRUE(Transaction::begin(*database, Durability::kKill));
}

}  // namespace
}  // namespace synergy::store
