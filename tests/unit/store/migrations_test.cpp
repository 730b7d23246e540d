// Files that earlier programs left: all of them is kept, and what was wrong in them is healed.
#include <gmock/gmock.h>

#include <bit>

#include "store_fixtures.hpp"
#include "synergy/store/check.hpp"

namespace synergy::store {
namespace {

using test_support::TemporaryFolder;
using testing::alter;
using testing::bytes_of;
using ::testing::HasSubstr;
using testing::opened;
using testing::query;
using testing::Row;
using testing::sample_plan;

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
          hex_of(sample_plan(id)) +
          "'); INSERT INTO execution_plans (plan_id, app, ordinal, pipeline, model, share, source, target, "
          "latency_ns, energy_uj) VALUES (" +
          number +
          ", 'digits', 0, 0, 'mnist', 1.0, 'glasses', 'watch', 1000, 0.5); INSERT INTO chunks (plan_id, app, "
          "execution, position, device, first_layer, last_layer) VALUES (" +
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
  const std::vector<std::string> names{"initial",      "live_mesh", "search_end",    "absurd_plan_ids",
                                       "compact_runs", "checksums", "generated_runs"};
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
    const auto whole = plans.of(7);
    ASSERT_FALSE(whole);
    EXPECT_EQ(whole.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(whole.error().message, HasSubstr("plan 7 was made by an earlier program"));
    const auto summaries = plans.newest_summaries(schemas::QueryHistory{10});
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
  EXPECT_FALSE(state->plan);
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

TEST_F(EarlierRunsTest, TheHistoryShowsRunsOfBothPartsOnceTheNewestFirst) {
  auto later = testing::sample_run("digits", 6);
  later.recorded += std::chrono::hours(1);
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{testing::sample_run("digits", 5), later}, {}}));
  EXPECT_EQ(query(path_, "SELECT run FROM run_history"),
            (std::vector<Row>{{"6"}, {"5"}, {"4"}, {"3"}, {"2"}, {"1"}, {"0"}}));
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
  // A plan, its execution plan and two chunks, an app, five runs; then the app's number, a way, a run, and
  // two blocks of runs.
  EXPECT_EQ(report->without_checksum, 10u);
  EXPECT_EQ(report->rows, 15u);
}

/// zlib's CRC-32, bit by bit.
class Crc {
 public:
  void add(char kind, std::uint64_t number) {
    byte(std::uint8_t(kind));
    for (int i = 0; i < 8; ++i) byte(std::uint8_t(number >> (8 * i)));
  }
  void byte(std::uint8_t value) {
    crc_ ^= value;
    for (int i = 0; i < 8; ++i) crc_ = (crc_ >> 1) ^ ((crc_ & 1) != 0 ? 0xedb88320u : 0u);
  }
  [[nodiscard]] std::int32_t value() const { return std::int32_t(~crc_); }

 private:
  std::uint32_t crc_ = ~0u;
};

/// The checksum of `columns` of a row, as store/src/row_crc.hpp says it.
std::int32_t checksum(SQLite::Statement& row) {
  Crc crc;
  for (int i = 0; i < row.getColumnCount(); ++i) {
    const auto value = row.getColumn(i);
    if (value.isInteger()) {
      crc.add('i', std::uint64_t(value.getInt64()));
    } else if (value.isFloat()) {
      crc.add('r', std::bit_cast<std::uint64_t>(value.getDouble()));
    } else {
      crc.add(value.isText() ? 't' : 'b', std::uint64_t(value.getBytes()));
      const auto* bytes = static_cast<const std::uint8_t*>(value.getBlob());
      for (int n = 0; n < value.getBytes(); ++n) crc.byte(bytes[n]);
    }
  }
  return crc.value();
}

/// Gives every row of a table its checksum, as a program of that version did.
void add_checksums(const std::filesystem::path& path, const std::string& table, const std::string& columns) {
  SQLite::Database sqlite(path.string(), SQLite::OPEN_READWRITE);
  std::vector<std::string> updates;
  const auto key = columns.substr(0, columns.find(','));
  SQLite::Statement rows(sqlite, "SELECT " + columns + " FROM " + table);
  while (rows.executeStep())
    updates.push_back("UPDATE " + table + " SET crc = " + std::to_string(checksum(rows)) + " WHERE " + key +
                      " = '" + rows.getColumn(0).getString() + "'");
  for (const auto& update : updates) sqlite.exec(update);
}

constexpr auto kPlanColumns7 =
    "id, made_unix_ns, body, policy, objective, status, stopped_by, nodes_spent, cause, reason, bottleneck, "
    "rounds_per_second, latency_ns, energy_uj, planning_us, content";
constexpr auto kAppColumns7 =
    "app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, "
    "priority, "
    "rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed";

/// A file of schema version 7 as the programs of that time left it: plan 7 of message version 1 with its
/// switch, an app that runs by it, all with checksums.
class StoreOfVersion7 : public testing::StoreTest {
 protected:
  void SetUp() override {
    auto plan_1 = bytes_of(std::string(SYNERGY_SOURCE_DIR) + "/tests/data/plan-version-1.hex");
    std::erase_if(plan_1, [](char c) { return c == ' ' || c == '\n'; });
    make_store_of_version(path_, 7);
    alter(path_, "UPDATE collaboration_plans SET content = x'" + plan_1 + "'");
    alter(path_, "INSERT INTO plan_switches (plan_id, drain_ns, load_ns) VALUES (7, 1000000, 2000000)");
    add_app(path_, "digits", "running", 7);
    alter(path_, "UPDATE apps SET next_run = 12, completed = 12, rate = 2.5");
    add_checksums(path_, "collaboration_plans", kPlanColumns7);
    add_checksums(path_, "apps", kAppColumns7);
  }
  /// Rows of the table whose checksum is missing or does not fit.
  [[nodiscard]] std::uint64_t damages() const {
    const auto report = check_file(path_);
    EXPECT_TRUE(report) << report.error().message;
    for (const auto& damage : report->damaged)
      ADD_FAILURE() << damage.table << " " << damage.row << " " << damage.problem;
    return report->damages;
  }
};

TEST_F(StoreOfVersion7, IsWholeByItsOwnRules) { EXPECT_EQ(damages(), 0u); }

TEST_F(StoreOfVersion7, NothingOfItIsLostAndItsReferencesAndChecksumsHold) {
  reopen();
  EXPECT_EQ(damages(), 0u);
  EXPECT_TRUE(query(path_, "PRAGMA foreign_key_check").empty());
  EXPECT_EQ(query(path_,
                  "SELECT (SELECT count(*) FROM collaboration_plans WHERE crc IS NOT NULL), (SELECT "
                  "count(*) FROM execution_plans), (SELECT count(*) FROM chunks), (SELECT count(*) "
                  "FROM plan_switches), (SELECT count(*) FROM apps WHERE crc IS NOT NULL)"),
            (std::vector<Row>{{"1", "1", "2", "1", "1"}}));
  EXPECT_EQ(query(path_,
                  "SELECT plan, objective, placement, lowest_runs_per_s, runs_per_s, rounds_per_s, "
                  "switch_ms FROM plan_history"),
            (std::vector<Row>{
                {"7", "rounds", "digits: glasses[0-3] > watch[4]", "2.5", "digits: 2.5", "2.5", "3.0"}}));
  EXPECT_EQ(query(path_, "SELECT app, rate, weight, repeat FROM app_list"),
            (std::vector<Row>{{"digits", "2.5", "1.0", ""}}));
  EXPECT_EQ(query(path_, "SELECT plan, runs_per_s, energy_uj, bottleneck FROM plan_rates"),
            (std::vector<Row>{{"7", "2.5", "0.5", "watch rx"}}));
}

TEST_F(StoreOfVersion7, ForeignKeysAreEnforcedAfterwards) {
  reopen();
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, sample_plan(8), "the next"}));
  EXPECT_EQ(query(path_, "SELECT count(*) FROM plan_pipelines"), (std::vector<Row>{{"1"}}));
  EXPECT_EQ(query(path_,
                  "SELECT sql LIKE '%REFERENCES collaboration_plans (id) ON DELETE CASCADE%' FROM "
                  "sqlite_schema WHERE name IN ('execution_plans', 'plan_switches', 'plan_pipelines', "
                  "'plan_devices')"),
            (std::vector<Row>{{"1"}, {"1"}, {"1"}, {"1"}}));
  EXPECT_FALSE(service_->on(schemas::StoreRuns{{testing::sample_run("nobody", 0)}, {}}));
}

TEST_F(StoreOfVersion7, ItsPlanIsNotRestoredAndItsAppsGoOn) {
  reopen();
  const auto state = service_->on(schemas::LoadState{});
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_FALSE(state->plan);
  EXPECT_EQ(state->last_plan_id, 7u);
  ASSERT_EQ(state->apps.size(), 1u);
  EXPECT_EQ(state->apps[0].next_run, 12u);
  EXPECT_EQ(state->apps[0].request.weight, 1);
  EXPECT_FALSE(state->apps[0].request.repeat);
  const auto plan = service_->on(schemas::QueryPlan{7});
  ASSERT_FALSE(plan);
  EXPECT_EQ(
      plan.error().message,
      "plan 7 was made by an earlier program (message 'plan' version 1, this one reads 2 and later): its "
      "steps can not be shown; 'synergy history' tells its placement, prediction and cause");
  EXPECT_TRUE(service_->on(schemas::StoreSwitch{7, {}, {}}));
  auto again = sample_plan(7);
  EXPECT_EQ(service_->on(schemas::StoreDecision{{}, again, "the same number"}).error().code,
            ErrorCode::kConflict);
  EXPECT_TRUE(service_->on(schemas::StoreDecision{{}, sample_plan(8), "the next"}));
  EXPECT_EQ(service_->on(schemas::LoadState{})->plan, sample_plan(8));
}

TEST_F(StoreOfVersion7, DamageInItIsNotMadeGood) {
  alter(path_, "UPDATE collaboration_plans SET cause = 'another'; UPDATE apps SET completed = 11");
  reopen();
  const auto report = check_file(path_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->damages, 2u);
  EXPECT_EQ(report->damaged[0].table, "apps");
  EXPECT_EQ(report->damaged[1].table, "collaboration_plans");
}

TEST_F(StoreOfVersion7, ItsRunsStayWholeAndBearNoMark) {
  alter(path_,
        "INSERT INTO runs_before_5 VALUES ('digits', 0, 2, 1, 'completed', 7, -12, 1000000, 13345678, 0.1, "
        "'glasses > watch', '', 1700000000000000000)");
  reopen();
  EXPECT_EQ(service_->on(schemas::QueryRuns{AppId("digits"), 0, 1})->runs.at(0),
            testing::sample_run("digits", 0));
  auto noise = testing::sample_run("digits", 1);
  noise.generated = true;
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{noise}, {}}));
  EXPECT_EQ(query(path_, "SELECT run, generated FROM runs ORDER BY run"),
            (std::vector<Row>{{"0", "0"}, {"1", "1"}}));
  EXPECT_EQ(damages(), 0u);
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
