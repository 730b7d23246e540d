// Files that earlier programs left: all of them is kept, and what was wrong in them is healed.
#include "store_fixtures.hpp"
#include "synergy/store/check.hpp"

namespace synergy::store {
namespace {

using testing::alter;
using testing::bytes_of;
using testing::opened;
using testing::query;
using testing::Row;
using testing::sample_plan;
using testing::TemporaryFolder;

std::string hex_of(const schemas::CollaborationPlan& plan) {
  std::string content;
  for (const auto byte : schemas::to_msgpack(plan)) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    content += hex;
  }
  return content;
}

void add_plan(const std::filesystem::path& path, std::uint64_t id) {
  const auto number = std::to_string(id);
  alter(
      path,
      "INSERT INTO collaboration_plans (id, made_unix_ns, body, policy, objective, status, cause, reason, "
      "bottleneck, rounds_per_second, latency_ns, energy_uj, planning_us, content) VALUES (" +
          number +
          ", 0, 'pair', 'optimal', 'throughput', 'bounded', 'test', 'why', 'watch rx', 2.5, 1000, 1, 1, x'" +
          hex_of(sample_plan(id)) + "'); INSERT INTO execution_plans VALUES (" + number +
          ", 'digits', 0, 0, 'mnist', 1.0, 'glasses', 'watch', 1000, 0.5); INSERT INTO chunks VALUES (" +
          number + ", 'digits', 0, 0, 'glasses', 0, 3), (" + number + ", 'digits', 0, 1, 'watch', 4, 4)");
}

void add_app(const std::filesystem::path& path, const std::string& name, const std::string& phase,
             std::uint64_t plan_id) {
  alter(path,
        "INSERT INTO apps (app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, "
        "at_least_devices, priority, phase, reason, plan_id, first_run, next_run, completed, failed) VALUES "
        "('" +
            name + "', 'mnist', 'camera', '', 'haptic', '', 0, 1, 0, '" + phase + "', 'old', " +
            std::to_string(plan_id) + ", 0, 0, 0, 0)");
}

/// A file as a program that knew the first `version` migrations left it, with plan 7 in it.
void make_store_of_version(const std::filesystem::path& path, int version) {
  const std::vector<std::string> names{"initial", "live_mesh", "search_end", "absurd_plan_ids"};
  alter(path, "PRAGMA application_id = " + std::to_string(0x53594E4D));
  for (int n = 1; n <= version; ++n) {
    const auto& name = names.at(std::size_t(n) - 1);
    alter(path, bytes_of(std::string(SYNERGY_SOURCE_DIR) + "/store/migrations/000" + std::to_string(n) + "_" +
                         name + ".sql"));
    alter(path, "INSERT INTO schema_version VALUES (" + std::to_string(n) + ", '" + name +
                    "', '2026-01-01 00:00:00')");
  }
  add_plan(path, 7);
}

TEST(MigrationsTest, AStoreOfAnEarlierVersionKeepsItsPlansWithoutSayingHowTheirSearchesEnded) {
  const TemporaryFolder folder;
  for (int version = 1; version <= 4; ++version) {
    const auto path = folder / ("version-" + std::to_string(version) + ".db");
    make_store_of_version(path, version);
    const auto database = opened(path);
    const Plans plans(*database);
    EXPECT_EQ(*plans.of(7), sample_plan(7));
    const auto summaries = plans.newest_summaries(10);
    ASSERT_TRUE(summaries) << summaries.error().message;
    ASSERT_EQ(summaries->size(), 1u);
    EXPECT_EQ(summaries->front().status, schemas::PlanStatus::kBounded);
    EXPECT_FALSE(summaries->front().stopped_by);
    EXPECT_EQ(summaries->front().nodes_spent, 0u);
    EXPECT_EQ(query(path, "SELECT plan, status, stopped_by, nodes FROM plan_history"),
              (std::vector<Row>{{"7", "bounded", "", "0"}}));
    EXPECT_TRUE(query(path, "SELECT * FROM set_aside_plans").empty());
    EXPECT_TRUE(query(path, "SELECT * FROM events").empty());
  }
}

TEST(MigrationsTest, AStoreThatAnAbsurdPlanNumberBlockedTakesPlansAgain) {
  const TemporaryFolder folder;
  const auto path = folder / "mesh.db";
  constexpr std::uint64_t kAbsurd = (std::uint64_t(1) << 63) - 1;
  make_store_of_version(path, 3);
  add_plan(path, kAbsurd);
  add_app(path, "digits", "running", kAbsurd);
  add_app(path, "kws", "stopped", kAbsurd);
  add_app(path, "pet", "running", 7);

  const auto database = opened(path);
  const ManualClock clock;
  StoreService service(*database, clock);
  const auto state = service.on(schemas::LoadState{});
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->last_plan_id, 7u);
  EXPECT_EQ(state->plan, sample_plan(7));
  EXPECT_EQ(query(path, "SELECT app, phase, plan, reason FROM app_list"),
            (std::vector<Row>{{"digits", "waiting", "", "plan 9223372036854775807 was set aside"},
                              {"kws", "stopped", "", "old"},
                              {"pet", "running", "7", "old"}}));
  EXPECT_EQ(query(path, "SELECT id, placement, hex(content) = upper('" + hex_of(sample_plan(kAbsurd)) +
                            "') FROM set_aside_plans"),
            (std::vector<Row>{{"9223372036854775807", "digits: glasses[0-3] > watch[4]", "1"}}));
  EXPECT_EQ(query(path, "SELECT kind, subject, text FROM event_list"),
            (std::vector<Row>{
                {"repair", "plan 9223372036854775807 set aside",
                 "its number left none for the next plan; it is kept in table set_aside_plans; waiting "
                 "for another plan: digits"}}));
  EXPECT_TRUE(query(path, "PRAGMA foreign_key_check").empty());
  EXPECT_EQ(query(path, "SELECT count(*) FROM chunks"), (std::vector<Row>{{"2"}}));
  EXPECT_TRUE(service.on(schemas::StoreDecision{{}, sample_plan(8), "the next"}));
}

/// Adds completed runs of an app as programs wrote them that knew 4 migrations.
void add_earlier_runs(const std::filesystem::path& path, const std::string& app, int first, int end) {
  for (int run = first; run < end; ++run)
    alter(path, "INSERT INTO runs VALUES ('" + app + "', " + std::to_string(run) +
                    ", 2, 1, 'completed', 7, -12, 1000000, 13345678, 0.1, 'glasses > watch', '', " +
                    "1700000000000000000)");
}

class EarlierRunsTest : public testing::StoreTest {
 protected:
  /// Runs 0 to 4 of app digits were kept by an earlier program.
  void SetUp() override {
    make_store_of_version(path_, 4);
    add_app(path_, "digits", "running", 7);
    alter(path_, "UPDATE apps SET next_run = 12, completed = 10");
    add_earlier_runs(path_, "digits", 0, 5);
    before_ = query(path_, "SELECT * FROM run_history");
    reopen();
  }

  std::vector<Row> before_;
};

TEST_F(EarlierRunsTest, RunsOfAnEarlierVersionReadAsTheyDid) {
  for (auto& row : before_) row.emplace_back();  // nothing is known of what they were computed from
  EXPECT_EQ(query(path_, "SELECT * FROM run_history"), before_);
  const auto runs = service_->on(schemas::QueryRuns{AppId("digits"), 0, 100});
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->runs.size(), 5u);
  EXPECT_EQ(runs->runs[3], testing::sample_run("digits", 3));
}

TEST_F(EarlierRunsTest, ARunThatAnEarlierVersionKeptIsNotKeptAgain) {
  auto again = testing::sample_run("digits", 4);
  again.label = 1;
  const auto done = service_->on(schemas::StoreRuns{{testing::sample_run("digits", 5), again}, {}});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->note, "1 of 2 runs new");
  EXPECT_EQ(query(path_, "SELECT run, label FROM runs ORDER BY run"),
            (std::vector<Row>{{"0", "7"}, {"1", "7"}, {"2", "7"}, {"3", "7"}, {"4", "7"}, {"5", "7"}}));
}

TEST_F(EarlierRunsTest, RunsOfBothPartsAreListedInOneOrderAndMissedInBoth) {
  for (const std::uint64_t run : {11, 8, 6})
    ASSERT_TRUE(service_->on(schemas::StoreRuns{{testing::sample_run("digits", run)}, {}}));
  const auto runs = service_->on(schemas::QueryRuns{AppId("digits"), 3, 4});
  std::vector<std::uint64_t> numbers;
  for (const auto& run : runs->runs) numbers.push_back(run.run);
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{3, 4, 6, 8}));
  EXPECT_EQ(*Runs(*database_).missing(AppId("digits"), 0, 12, 100),
            (std::vector<std::uint64_t>{5, 7, 9, 10}));
}

TEST_F(EarlierRunsTest, AppsOfAnEarlierVersionGoOnAndBearAChecksumFromThenOn) {
  const auto unchecked = [&] { return query(path_, "SELECT count(*) FROM apps WHERE crc IS NULL")[0][0]; };
  EXPECT_EQ(unchecked(), "1");
  auto app = service_->on(schemas::LoadState{})->apps.at(0);
  app.completed = 11;
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{testing::sample_run("digits", 5)}, {app}}));
  EXPECT_EQ(service_->on(schemas::LoadState{})->apps.at(0), app);
  EXPECT_EQ(unchecked(), "0");
}

TEST_F(EarlierRunsTest, ACheckSaysHowManyRowsHaveNoChecksum) {
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{testing::sample_run("digits", 5)}, {}}));
  const auto report = check_file(path_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->damages, 0u);
  // A plan, its execution plan and two chunks, an app, five runs; then the app's number, a way, a run.
  EXPECT_EQ(report->without_checksum, 10u);
  EXPECT_EQ(report->rows, 13u);
}

class StoreOfVersion6 : public testing::StoreTest {};

TEST_F(StoreOfVersion6, ItsRunsStayWholeAndBearNoMark) {
  // What a run takes has not changed since: only the views are put back.
  const auto run = testing::sample_run("digits", 0);
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{testing::sample_app("digits")}, {}, "test"}));
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{run}, {}}));
  const auto version_5 =
      bytes_of(std::string(SYNERGY_SOURCE_DIR) + "/store/migrations/0005_compact_runs.sql");
  alter(path_, "DROP VIEW run_history; DROP VIEW runs; " +
                   version_5.substr(version_5.find("CREATE VIEW runs AS")) +
                   "; DELETE FROM schema_version WHERE version = 7");
  reopen();
  EXPECT_EQ(query(path_, "SELECT max(version) FROM schema_version"), (std::vector<Row>{{"7"}}));
  EXPECT_EQ(service_->on(schemas::QueryRuns{AppId("digits"), 0, 1})->runs.at(0), run);
  auto noise = testing::sample_run("digits", 1);
  noise.generated = true;
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{noise}, {}}));
  EXPECT_EQ(query(path_, "SELECT run, generated FROM runs ORDER BY run"),
            (std::vector<Row>{{"0", "0"}, {"1", "1"}}));
  EXPECT_EQ(check_file(path_)->damages, 0u);
}

TEST(MigrationsTest, AFileOfAnEarlierVersionCanBeCheckedAsItIs) {
  const TemporaryFolder folder;
  for (int version = 1; version <= 4; ++version) {
    const auto path = folder / ("version-" + std::to_string(version) + ".db");
    make_store_of_version(path, version);
    add_app(path, "digits", "running", 7);
    add_earlier_runs(path, "digits", 0, 5);
    const auto report = check_file(path);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->schema_version, std::uint64_t(version));
    EXPECT_EQ(report->damages, 0u) << report->damaged.at(0).row << report->damaged.at(0).problem;
    EXPECT_EQ(report->without_checksum, 10u);
    EXPECT_EQ(report->rows, 10u);
  }
}

}  // namespace
}  // namespace synergy::store
