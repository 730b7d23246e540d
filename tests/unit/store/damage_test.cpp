// What the store says of a file in which something changed that nobody wrote: never another answer than the
// one that was kept.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "store_fixtures.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/store/check.hpp"
#include "synergy/store/retention.hpp"
#include "synergy/store/transaction.hpp"

namespace synergy::store {
namespace {

using schemas::LoadState;
using schemas::QueryHistory;
using schemas::QueryPlan;
using schemas::QueryRuns;
using schemas::StoreDecision;
using schemas::StoreRuns;
using testing::alter;
using testing::bytes_of;
using testing::opened;
using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_body;
using testing::sample_plan;
using testing::sample_run;
using testing::write_bytes;

class DamageTest : public testing::StoreTest {
 protected:
  static constexpr std::uint64_t kPlans = 8, kRuns = 400;

  /// Something in every table, over many pages.
  void fill() {
    ASSERT_TRUE(service_->on(schemas::StoreBody{sample_body()}));
    std::vector<schemas::AppStatus> apps;
    for (const char* name : {"digits", "kws", "pet"}) apps.push_back(sample_app(name));
    for (std::uint64_t id = 1; id <= kPlans; ++id) {
      ASSERT_TRUE(service_->on(StoreDecision{apps, sample_plan(id), "plan made"}));
      ASSERT_TRUE(service_->on(schemas::StoreSwitch{id, Duration(1'000'000), Duration(2'000'000)}));
    }
    std::mt19937 random(1);
    for (std::uint64_t n = 0; n < kRuns; ++n) {
      StoreRuns command;
      for (const auto& app : apps) command.runs.push_back(some_run(app.request.app.text(), n, random));
      ASSERT_TRUE(service_->on(command));
    }
    keep_an_hour_of_old_runs();
  }

  /// Rows of run_hours and thinned_runs.
  void keep_an_hour_of_old_runs() {
    const auto before = [](std::uint64_t run, int seconds) {
      auto record = sample_run("old", run);
      record.recorded -= std::chrono::seconds(seconds);
      return record;
    };
    auto old = sample_app("old");
    old.phase = schemas::AppPhase::kFinished;
    ASSERT_TRUE(service_->on(StoreRuns{{before(0, 100), before(1, 50), before(2, 20)}, {old}}));
    auto transaction = Transaction::begin(*database_, Durability::kKill);
    ASSERT_TRUE(transaction);
    EXPECT_EQ(*thin_runs(*database_, before(0, 30).recorded, 10), 1u);
    ASSERT_TRUE(transaction->commit());
  }

  static schemas::RunRecord some_run(const std::string& app, std::uint64_t n, std::mt19937& random) {
    auto run = sample_run(app, n);
    run.plan_id = 1 + n / 50;
    run.label = int(random() % 10);
    run.score = int(random() % 300'000);
    run.began += Duration(std::int64_t(n) * 6'000'000);
    run.ended = run.began + Duration(50'000'000 + random() % 9'000'000);
    run.recorded += Duration(std::int64_t(n) * 6'000'000 + random() % 9'000'000);
    if (n % 60 == 7) {
      run.outcome = schemas::RunOutcome::kFailed;
      run.reason = "device 'ring' left";
    }
    if (n % 50 == 0)
      run.frame = schemas::FrameRef{DeviceId("glasses"), "camera", "f" + std::to_string(n), n + 1};
    return run;
  }

  void close() {
    service_.reset();
    database_.reset();
  }

  synergy::test_support::TemporaryFolder other_;
};

/// All that a mesh and a person are told from the file, as text; an error where there is one. Opens it.
Result<std::string> answers_of(const std::filesystem::path& path, std::uint64_t plans) {
  auto database = Database::open(path);
  if (!database) return database.error();
  const ManualClock clock;
  StoreService service(**database, clock);
  std::string all;
  Status status;
  const auto add = [&](const auto& answer) {
    if (!answer) return void(status = answer.error());
    const auto bytes = schemas::to_msgpack(*answer);
    all.append(bytes.begin(), bytes.end());
  };
  add(service.on(LoadState{}));
  add(service.on(QueryHistory{1000}));
  add(service.on(schemas::QueryEvents{1000}));
  for (std::uint64_t id = 1; id <= plans; ++id) add(service.on(QueryPlan{id}));
  for (const char* app : {"digits", "kws", "pet"}) add(service.on(QueryRuns{AppId(app), 0, 10000}));
  if (!status) return status.error();
  for (const char* view :
       {"plan_history", "execution_paths", "app_list", "runs", "run_history", "device_list", "event_list"})
    for (const auto& row : query(path, std::string("SELECT * FROM ") + view))
      for (const auto& value : row) all += value + "|";
  return all;
}

/// The same, and where a person's query fails, that is an answer too.
Result<std::string> answers_or_error(const std::filesystem::path& path, std::uint64_t plans) {
  try {
    return answers_of(path, plans);
  } catch (const SQLite::Exception& exception) {
    return Error{ErrorCode::kCorrupt, exception.what()};
  }
}

TEST_F(DamageTest, EveryFlippedByteIsFoundOrChangesNoAnswer) {
  fill();
  close();
  const auto bytes = bytes_of(path_);
  const auto expected = answers_or_error(path_, kPlans);
  ASSERT_TRUE(expected) << expected.error().message;
  ASSERT_TRUE(check_content(path_));
  const char* wanted = std::getenv("SYNERGY_FLIPS");
  const std::size_t flips = wanted != nullptr ? std::stoul(wanted) : 150;
  std::mt19937 random(11);
  std::size_t found = 0, harmless = 0;
  const auto copy = other_ / "copy.db";
  for (std::size_t i = 0; i < flips; ++i) {
    auto damaged = bytes;
    const auto stretch = bytes.size() / flips;
    const auto at = i * stretch + random() % stretch;
    const auto bit = char(1 << random() % 8);
    damaged[at] = char(damaged[at] ^ bit);
    for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(copy.string() + beside);
    write_bytes(copy, damaged);
    const bool whole = bool(check_content(copy));
    const auto answers = answers_or_error(copy, kPlans);
    if (!whole || !answers) {
      ++found;
      continue;
    }
    ++harmless;
    EXPECT_TRUE(*answers == *expected) << "byte " << at << " of " << bytes.size() << " with bit " << int(bit)
                                       << " flipped: another answer, and nobody says so";
  }
  std::printf("%zu bytes, %zu flips: %zu found, %zu harmless\n", bytes.size(), flips, found, harmless);
  EXPECT_GT(found, flips / 3);
}

/// What one query of the service says of a file in which `sql` was done behind its back, and whether it
/// stores anything after that.
struct Case {
  const char* sql;
  const char* named;  ///< in the error
};

class DamagedReadTest : public DamageTest {
 protected:
  template <class Command>
  void expect_named(const Case& damage, const Command& command) {
    SCOPED_TRACE(damage.sql);
    std::filesystem::remove_all(folder_ / "again");
    std::filesystem::create_directory(folder_ / "again");
    const auto copy = folder_ / "again" / "mesh.db";
    write_bytes(copy, whole_);
    alter(copy, damage.sql);
    const auto database = opened(copy);
    const ManualClock clock;
    StoreService service(*database, clock);
    ASSERT_TRUE(database->may_write());
    const auto answer = service.on(command);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kCorrupt);
    for (const char* part : {damage.named, "mesh.db", "move the file away", "synergy store check"})
      EXPECT_NE(answer.error().message.find(part), std::string::npos) << answer.error().message;
    EXPECT_FALSE(database->may_write()) << "nothing is built on what is damaged";
    const auto refused = service.on(StoreDecision{{sample_app("new")}, {}, "test"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), answer.error());
    EXPECT_TRUE(database->needs_check());
  }
  void SetUp() override {
    StoreTest::SetUp();
    fill();
    close();
    whole_ = bytes_of(path_);
  }

  std::string whole_;
};

TEST_F(DamagedReadTest, ADamagedRunIsNamedAndStopsTheStore) {
  const QueryRuns all{AppId("kws"), 0, 10000};
  for (const char* change : {"label = label + 1", "score = -score", "began_after_ns = began_after_ns + 1",
                             "took_ns = took_ns + 1", "lag_ns = lag_ns - 1", "way = 1", "crc = crc + 1"})
    expect_named(
        {("UPDATE compact_runs SET " + std::string(change) + " WHERE run = 321").c_str(), "run 321 of app"},
        all);
  expect_named({"UPDATE compact_runs SET run = 5000 WHERE run = 321", "run 5000 of app 'kws'"}, all);
  expect_named({"UPDATE run_ways SET devices = 'glasses > ring' WHERE plan_id = 3", "run 100 of app 'kws'"},
               all);
  expect_named({"DELETE FROM run_ways WHERE plan_id = 3", "run 100 of app 'kws'"}, all);
  expect_named({"UPDATE app_numbers SET number = 9 WHERE app = 'kws'", "number of app 'kws'"}, all);
  expect_named({"UPDATE app_numbers SET app = 'kwz' WHERE app = 'kws'", "number of app 'kwz'"}, all);
}

TEST_F(DamagedReadTest, ADamagedAppIsNamedAndStopsTheStore) {
  expect_named({"UPDATE apps SET next_run = 16 WHERE app = 'kws'", "app 'kws'"}, LoadState{});
  expect_named({"UPDATE apps SET app = 'kwz' WHERE app = 'kws'", "app 'kwz'"}, LoadState{});
  expect_named({"PRAGMA ignore_check_constraints = 1; UPDATE apps SET phase = 'runnjng'", "app 'digits'"},
               LoadState{});
}

TEST_F(DamagedReadTest, ARunThatWouldBeTakenForMissingIsNamedInstead) {
  alter(path_, "UPDATE compact_runs SET run = 420 WHERE run = 12 AND app = 1");
  reopen();
  const auto missing = Runs(*database_).missing(AppId("digits"), 0, 430, 100);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(missing.error().message.find("run 420 of app 'digits'"), std::string::npos)
      << missing.error().message;
  EXPECT_FALSE(database_->may_write());
}

TEST_F(DamagedReadTest, ADamagedPlanIsNamedAndStopsTheStore) {
  expect_named({"UPDATE collaboration_plans SET content = CAST(replace(content, 'glasses', 'glassez') AS "
                "BLOB) WHERE id = 8",
                "plan 8"},
               LoadState{});
  expect_named({"UPDATE collaboration_plans SET cause = 'another' WHERE id = 3", "plan 3"}, QueryPlan{3});
  expect_named({"UPDATE collaboration_plans SET cause = 'another' WHERE id = 3", "plan 3"},
               QueryHistory{100});
  expect_named({"UPDATE execution_plans SET share = 0.5 WHERE plan_id = 4", "plan 4"}, QueryHistory{100});
  expect_named({"UPDATE chunks SET device = 'ring' WHERE plan_id = 4 AND position = 1", "plan 4"},
               QueryHistory{100});
  expect_named({"UPDATE plan_switches SET load_ns = 0 WHERE plan_id = 4", "plan 4"}, QueryHistory{100});
}

class CheckTest : public DamagedReadTest {};

/// Every column of every table that has checksums.
std::vector<Row> checked_columns(const std::filesystem::path& path) {
  return query(
      path,
      "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
      "WHERE t.type = 'table' AND c.name <> 'crc' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) x "
      "WHERE x.name = 'crc') ORDER BY t.name, c.cid");
}

TEST_F(CheckTest, AChangeOfAnyColumnIsFound) {
  const auto columns = checked_columns(path_);
  ASSERT_GT(columns.size(), 90u);
  for (const auto& column : columns) {
    const auto &table = column[0], &name = column[1];
    SCOPED_TRACE(table + "." + name);
    const auto changed = column[2] == "TEXT"   ? name + " || 'x'"
                         : column[2] == "BLOB" ? "x'80'"
                                               : name + " + 1";
    const auto key =
        query(path_, "SELECT name FROM pragma_table_info('" + table + "') ORDER BY pk = 0, pk")[0][0];
    const auto last = "(SELECT max(" + key + ") FROM " + table + ")";
    for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(path_.string() + beside);
    write_bytes(path_, whole_);
    alter(path_, "PRAGMA ignore_check_constraints = 1; UPDATE OR REPLACE " + table + " SET " + name + " = " +
                     changed + " WHERE " + key + " = " + last);
    const auto report = check_file(path_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_GT(report->damages, 0u);
    const auto of_checksums = std::count_if(
        report->damaged.begin(), report->damaged.end(),
        [](const Damage& damage) { return damage.problem.find("checksum") != std::string::npos; });
    const bool orphan =
        table == "compact_runs" && name == "app";  // it has no name that its checksum could be of
    EXPECT_GT(of_checksums, orphan ? -1 : 0) << report->damaged.at(0).problem;
  }
}

TEST_F(CheckTest, AReportNamesTableAndRowAndSaysWhatToDo) {
  alter(path_,
        "UPDATE compact_runs SET label = 77 WHERE run = 321 AND app = 2; UPDATE events SET text = '' WHERE "
        "id = 2");
  const auto report = check_file(path_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->damages, 2u);
  EXPECT_EQ(report->damaged[0].table, "runs");
  EXPECT_EQ(report->damaged[0].row, "kws run 321");
  EXPECT_EQ(report->damaged[1].table, "events");
  EXPECT_EQ(report->damaged[1].row, "2");
  for (const auto& damage : report->damaged)
    EXPECT_NE(damage.advice.find("put a copy of the file in its place"), std::string::npos);
  const auto found = check_content(path_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(found.error().message.find("kws run 321"), std::string::npos) << found.error().message;
  EXPECT_NE(found.error().message.find("and 1 more"), std::string::npos) << found.error().message;
}

TEST_F(CheckTest, AWholeFileHasNothingToReport) {
  const auto report = check_file(path_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->damages, 0u);
  EXPECT_EQ(report->without_checksum, 0u);
  EXPECT_GT(report->rows, 3 * kRuns);
  EXPECT_EQ(report->schema_version, 11u);
}

TEST_F(CheckTest, MuchDamageIsCountedAndTheFirstOfItListed) {
  alter(path_, "UPDATE compact_runs SET label = label + 1");
  const auto report = check_file(path_);
  EXPECT_EQ(report->damages, 3 * kRuns + 2);
  EXPECT_EQ(report->damaged.size(), kMostDamageListed);
}

TEST_F(CheckTest, RowsThatBelongToNothingAreFound) {
  alter(path_, "DELETE FROM app_numbers WHERE app = 'kws'");
  const auto report = check_file(path_);
  ASSERT_EQ(report->damages, 1u);
  EXPECT_EQ(report->damaged[0].table, "compact_runs");
  EXPECT_EQ(report->damaged[0].problem, "400 rows name a row of app_numbers that is not there");
}

TEST_F(CheckTest, AnIndexThatDoesNotFitItsTableIsFound) {
  const auto index =
      query(path_, "SELECT rootpage, sql FROM sqlite_schema WHERE name = 'run_ways_of_plan'").at(0);
  alter(path_, "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'run_ways_of_plan'");
  reopen();
  auto run = sample_run("pet", 1000);
  run.attempts = 9;
  ASSERT_TRUE(service_->on(StoreRuns{{run}, {}})) << "its way is in the table and not in the index";
  close();
  alter(path_,
        "PRAGMA writable_schema = 1; INSERT INTO sqlite_schema VALUES ('index', 'run_ways_of_plan', "
        "'run_ways', " +
            index[0] + ", '" + index[1] + "')");
  const auto report = check_file(path_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_GT(report->damages, 0u);
  for (const auto& damage : report->damaged) EXPECT_EQ(damage.table, "run_ways") << damage.problem;
}

TEST_F(CheckTest, AViewThatSaysSomethingElseIsFoundAndOneThatAPersonAddedIsNot) {
  alter(path_, "CREATE VIEW mine AS SELECT app FROM apps");
  EXPECT_TRUE(check_content(path_));
  alter(path_, "DROP VIEW execution_paths; CREATE VIEW execution_paths AS SELECT 1 AS plan");
  const auto report = check_file(path_);
  ASSERT_EQ(report->damages, 1u);
  EXPECT_EQ(report->damaged[0].row, "view execution_paths");
}

TEST_F(CheckTest, ACheckOfAFileAtRestLeavesNothingBesideIt) {
  const auto folder = folder_ / "a ? b%20#c";
  std::filesystem::create_directory(folder);
  write_bytes(folder / "mesh.db", whole_);
  EXPECT_TRUE(check_content(folder / "mesh.db"));
  EXPECT_EQ(bytes_of(folder / "mesh.db"), whole_);
  const std::filesystem::directory_iterator entries(folder);
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(CheckTest, ACheckBesideAnOpenStoreSeesWhatIsOnlyInItsLog) {
  reopen();
  ASSERT_TRUE(service_->on(StoreRuns{{sample_run("pet", 1000)}, {}}));
  const auto before = check_file(path_)->rows;
  ASSERT_TRUE(service_->on(StoreRuns{{sample_run("pet", 1001)}, {}}));
  EXPECT_EQ(check_file(path_)->rows, before + 1);
  alter(path_, "UPDATE compact_runs SET label = 77 WHERE run = 1001");
  EXPECT_EQ(check_file(path_)->damages, 1u);
}

TEST_F(CheckTest, WhatIsNoStoreFileIsAnError) {
  const auto code_of = [&](const std::filesystem::path& path) { return check_file(path).error().code; };
  EXPECT_EQ(code_of(folder_ / "nothing.db"), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(folder_ / "nothing" / "mesh.db"), ErrorCode::kNotFound);
  std::filesystem::create_directory(folder_ / "folder.db");
  EXPECT_EQ(code_of(folder_ / "folder.db"), ErrorCode::kEnvironment);
  write_bytes(folder_ / "text.db", std::string(5000, 'x'));
  EXPECT_EQ(code_of(folder_ / "text.db"), ErrorCode::kCorrupt);
  alter(folder_ / "songs.db", "CREATE TABLE songs (title TEXT)");
  EXPECT_EQ(code_of(folder_ / "songs.db"), ErrorCode::kEnvironment);
}

}  // namespace
}  // namespace synergy::store
