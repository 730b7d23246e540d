// How small a run is kept, and that nothing is lost by it.
#include <cmath>
#include <limits>
#include <random>

#include "store_fixtures.hpp"

namespace synergy::store {
namespace {

using schemas::QueryRuns;
using schemas::StoreDecision;
using schemas::StoreRuns;
using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_run;

constexpr std::int64_t kHour = 3'600'000'000'000;

class CompactRunsTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits"), sample_app("kws")}, {}, "test"}));
  }
  void expect_kept(const schemas::RunRecord& run) {
    const auto done = service_->on(StoreRuns{{run}, {}});
    ASSERT_TRUE(done) << done.error().message;
    const auto kept = service_->on(QueryRuns{run.app, run.run, 1});
    ASSERT_TRUE(kept) << kept.error().message;
    ASSERT_EQ(kept->runs.size(), 1u);
    EXPECT_EQ(kept->runs[0], run);
  }
  std::string ways() { return query(path_, "SELECT count(*) FROM run_ways")[0][0]; }
};

schemas::RunRecord run_of(std::uint64_t number, std::int64_t began, std::int64_t took,
                          std::int64_t recorded) {
  auto run = sample_run("digits", number);
  run.began = ModelTime{Duration(began)};
  run.ended = ModelTime{Duration(began + took)};
  run.recorded = UnixTime{Duration(recorded)};
  return run;
}

TEST_F(CompactRunsTest, ARunTakesFiftyBytesAtMost) {
  constexpr int kApps = 3, kRuns = 4000;
  std::mt19937 random(3);
  std::uint64_t next[kApps] = {};
  std::int64_t model_ns = 38 * kHour;
  std::vector<schemas::AppStatus> apps;
  for (int app = 0; app < kApps; ++app) apps.push_back(sample_app("w2-app" + std::to_string(app)));
  ASSERT_TRUE(service_->on(StoreDecision{apps, {}, "test"}));
  for (int kept = 0; kept < kRuns; kept += 20) {
    StoreRuns command;
    for (int i = 0; i < 20; ++i) {
      const auto app = random() % kApps;
      model_ns += 8'000'000;
      const std::int64_t took = 40'000'000 + random() % 20'000'000;
      auto run =
          run_of(next[app]++, model_ns, took, 1'795'951'428'888'383'598 + model_ns + random() % 20'000'000);
      run.app = apps[app].request.app;
      run.energy_uj = 8556.210744 * double(app + 1);
      run.score = int(random() % 200'000);
      command.runs.push_back(run);
    }
    ASSERT_TRUE(service_->on(command));
  }
  const auto bytes =
      std::stoul(query(path_,
                       "SELECT sum(pgsize) FROM dbstat WHERE name IN ('compact_runs', 'run_ways', "
                       "'run_ways_of_plan', 'app_numbers')")[0][0]);
  EXPECT_LT(double(bytes) / kRuns, 50.0);
  EXPECT_EQ(query(path_, "SELECT count(*) FROM runs_before_5"), (std::vector<Row>{{"0"}}));
}

TEST_F(CompactRunsTest, EveryFieldComesBackAsItWas) {
  expect_kept(run_of(0, 5 * kHour, 50'000'000, 1'700'000'000'000'000'000));
  expect_kept(run_of(1, 4 * kHour, 0, 1'700'000'000'000'000'001));
  expect_kept(run_of(2, 0, 200 * kHour, -1));
  expect_kept(run_of(3, std::int64_t(1) << 61, 1, std::int64_t(1) << 61));
  auto run = sample_run("digits", (std::uint64_t(1) << 62));
  run.attempts = std::numeric_limits<std::uint32_t>::max();
  run.plan_id = 1'000'000'000'000;
  run.label = std::numeric_limits<std::int32_t>::max();
  run.score = std::numeric_limits<std::int32_t>::min();
  run.energy_uj = 1e18;
  run.devices.clear();
  run.reason = "why it failed: \"Ä\"";
  run.outcome = schemas::RunOutcome::kFailed;
  expect_kept(run);
  run.run = 7;
  run.energy_uj = std::nextafter(1e18, 0.0);
  expect_kept(run);
  run.run = 8;
  run.energy_uj = 3;  // SQLite keeps it as a whole number
  expect_kept(run);
}

TEST_F(CompactRunsTest, RunsOfOneWayShareARow) {
  for (std::uint64_t run = 0; run < 10; ++run) expect_kept(sample_run("digits", run));
  expect_kept(sample_run("kws", 0));
  EXPECT_EQ(ways(), "1");
  auto another = sample_run("digits", 10);
  another.attempts = 3;
  expect_kept(another);
  EXPECT_EQ(ways(), "2");
}

TEST_F(CompactRunsTest, WhatWasComputedFromNoiseIsAWayOfItsOwn) {
  for (std::uint64_t number = 0; number < 10; ++number) {
    auto run = sample_run("digits", number);
    run.generated = number % 2 == 1;
    run.attempts = std::numeric_limits<std::uint32_t>::max();
    expect_kept(run);
  }
  EXPECT_EQ(ways(), "2");
}

TEST_F(CompactRunsTest, ARepetitionLeavesNothingBehind) {
  expect_kept(sample_run("digits", 0));
  auto again = sample_run("digits", 0);
  again.energy_uj = 77;
  EXPECT_EQ(service_->on(StoreRuns{{again}, {}})->note, "0 of 1 runs new");
  EXPECT_EQ(service_->on(StoreRuns{{again, sample_run("digits", 0)}, {}})->note, "0 of 2 runs new");
  EXPECT_EQ(ways(), "1");
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 1})->runs[0], sample_run("digits", 0));
}

TEST_F(CompactRunsTest, OneCommandMayNameARunTwice) {
  EXPECT_EQ(service_->on(StoreRuns{{sample_run("digits", 0), sample_run("digits", 0)}, {}})->note,
            "1 of 2 runs new");
}

TEST_F(CompactRunsTest, TimesFarFromThoseBeforeTakeAWayOfTheirOwn) {
  expect_kept(run_of(0, 100, 50, 1'700'000'000'000'000'000));
  expect_kept(run_of(1, 30 * kHour, 50, 1'700'000'000'000'000'000 + 31 * kHour));
  EXPECT_EQ(ways(), "1");
  expect_kept(run_of(2, 50 * kHour, 50, 1'700'000'000'000'000'000 + 50 * kHour));
  EXPECT_EQ(ways(), "2") << "it began more than 2^47 ns later";
  expect_kept(run_of(3, 51 * kHour, 50, 1'700'000'000'000'000'000 + 51 * kHour));
  EXPECT_EQ(ways(), "2") << "it counts from the newest";
}

TEST_F(CompactRunsTest, AnAbsurdTimeKeepsNoHonestRunOut) {
  constexpr auto kFar = (std::int64_t(1) << 62) - 1;
  expect_kept(run_of(0, 100, 50, -kFar));
  expect_kept(run_of(1, 100, 50, 1'700'000'000'000'000'000));
  expect_kept(run_of(2, kFar - 1, 1, -kFar));
  expect_kept(run_of(3, 100, 50, kFar));
  for (const auto& wrong :
       {run_of(4, 100, 50, kFar + 1), run_of(4, 100, kFar, 0), run_of(4, -kFar - 1, 1, 0)}) {
    const auto done = service_->on(StoreRuns{{wrong}, {}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  }
}

TEST_F(CompactRunsTest, ARefusedRunLeavesTheNumberOfItsAppToBeGivenAgain) {
  auto wrong = sample_run("kws", 0);
  wrong.energy_uj = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(service_->on(StoreRuns{{sample_run("digits", 0), wrong}, {}}));
  expect_kept(sample_run("kws", 1));
  expect_kept(sample_run("digits", 1));
  EXPECT_EQ(query(path_, "SELECT app, run FROM runs ORDER BY app"),
            (std::vector<Row>{{"digits", "1"}, {"kws", "1"}}));
}

TEST_F(CompactRunsTest, TheViewIsReadInOrderByPrimaryKeysAlone) {
  for (const char* query_text : {"SELECT * FROM runs WHERE app = 'digits' AND run >= 5 ORDER BY run LIMIT 9",
                                 "SELECT run FROM runs WHERE app = 'digits' AND run < 5 ORDER BY run DESC"}) {
    std::string plan;
    for (const auto& row : query(path_, std::string("EXPLAIN QUERY PLAN ") + query_text))
      plan += row[3] + "\n";
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("SCAN"), std::string::npos) << plan;
    EXPECT_NE(plan.find("MERGE"), std::string::npos) << plan;
  }
}

TEST_F(CompactRunsTest, TheViewHasTheTypesOfTheFormerTable) {
  expect_kept(sample_run("digits", 3));
  EXPECT_EQ(query(path_,
                  "SELECT typeof(app), typeof(run), typeof(attempts), typeof(plan_id), typeof(outcome), "
                  "typeof(label), typeof(score), typeof(began_ns), typeof(ended_ns), typeof(energy_uj), "
                  "typeof(devices), typeof(reason), typeof(recorded_unix_ns), typeof(generated) FROM runs"),
            (std::vector<Row>{{"text", "integer", "integer", "integer", "text", "integer", "integer",
                               "integer", "integer", "real", "text", "text", "integer", "integer"}}));
  const auto columns = [&](const std::string& name) {
    return query(path_, "SELECT name, type FROM pragma_table_info('" + name + "') ORDER BY cid");
  };
  auto of_the_view = columns("runs");
  EXPECT_EQ(of_the_view.back()[0], "generated");  // a later one; SQLite gives a computed column no type
  of_the_view.pop_back();
  EXPECT_EQ(of_the_view, columns("runs_before_5"));
}

}  // namespace
}  // namespace synergy::store
