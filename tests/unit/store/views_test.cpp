// What a person sees in the plain sqlite3 shell.
#include "store_fixtures.hpp"

namespace synergy::store {
namespace {

using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_body;
using testing::sample_pipeline;
using testing::sample_plan;
using testing::sample_run;

class ViewsTest : public testing::StoreTest {};

TEST_F(ViewsTest, PlanHistoryReadsNewestFirst) {
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, sample_plan(1), "first"}));
  auto plan = sample_plan(2);
  plan.pipelines = {sample_pipeline("zebra"), sample_pipeline("ant")};
  plan.pipelines[0].runs_per_second = 40;
  plan.stopped_by = schemas::StoppedBy::kProof;
  plan.nodes_spent = 1234;
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, plan, "second"}));
  ASSERT_TRUE(
      service_->on(schemas::StoreSwitch{2, std::chrono::milliseconds(12), std::chrono::milliseconds(30)}));
  ASSERT_TRUE(service_->on(schemas::StoreSwitch{2, std::chrono::hours(1), {}})) << "the first word stands";
  EXPECT_FALSE(service_->on(schemas::StoreSwitch{7, {}, {}})) << "there is no such plan";
  EXPECT_EQ(query(path_, "SELECT * FROM plan_history"),
            (std::vector<Row>{{"2", "2019-12-20 00:16:40", "optimal",
                               "zebra: glasses[0-3] > watch[4], ant: glasses[0-3] > watch[4]", "24.12",
                               "12.35", "0.7", "watch rx", "second", "the radio bounds the rate", "42.0",
                               "optimal", "proof", "1234", "fair", "zebra: 40.0, ant: 24.12", "24.12"},
                              {"1", "2019-12-20 00:16:40", "optimal", "digits: glasses[0-3] > watch[4]",
                               "24.12", "12.35", "0.7", "watch rx", "first", "the radio bounds the rate", "",
                               "optimal", "", "0", "fair", "digits: 24.12", "24.12"}}));
}

TEST_F(ViewsTest, AnAppsRateAndADevicesPowerReadWithTheirPlan) {
  auto plan = sample_plan(1);
  plan.pipelines = {sample_pipeline("zebra"), sample_pipeline("ant")};
  plan.pipelines[0].runs_per_second = 40;
  plan.pipelines[0].paced = true;
  plan.pipelines[0].energy_uj = 1234.56;
  plan.pipelines[0].bottleneck = "its rate";
  plan.devices = {{DeviceId("watch"), 12.3456, 40.128}, {DeviceId("glasses"), 7, {}}};
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, plan, "test"}));
  EXPECT_EQ(query(path_, "SELECT * FROM plan_rates ORDER BY pipeline"),
            (std::vector<Row>{{"1", "0", "zebra", "40.0", "1234.6", "yes", "its rate"},
                              {"1", "1", "ant", "24.12", "0.3", "", "watch rx"}}));
  EXPECT_EQ(query(path_, "SELECT * FROM plan_power ORDER BY position"),
            (std::vector<Row>{{"1", "0", "watch", "12.346", "40.13"}, {"1", "1", "glasses", "7.0", ""}}));
}

TEST_F(ViewsTest, ManyChunksReadInTheOrderInWhichTheyRun) {
  auto plan = sample_plan(1);
  auto& chunks = plan.pipelines[0].executions[0].chunks;
  chunks.clear();
  std::string expected = "digits: ";
  for (std::uint32_t i = 0; i < 12; ++i) {
    const auto device = "d" + std::to_string(11 - i);
    chunks.push_back({DeviceId(device), i, i});
    expected += (i == 0 ? "" : " > ") + device + "[" + std::to_string(i) + "]";
  }
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, plan, "test"}));
  EXPECT_EQ(query(path_, "SELECT placement FROM plan_history"), (std::vector<Row>{{expected}}));
}

TEST_F(ViewsTest, APipelineWithSeveralExecutionPlansShowsTheirShares) {
  auto plan = sample_plan(1);
  auto& executions = plan.pipelines[0].executions;
  executions.push_back(executions[0]);
  executions[0].share = 1.0 / 3;
  executions[1].share = 2.0 / 3;
  executions[1].chunks = {{DeviceId("ring"), 0, 4}};
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, plan, "test"}));
  EXPECT_EQ(query(path_, "SELECT placement FROM plan_history"),
            (std::vector<Row>{{"digits: 33.3% glasses[0-3] > watch[4] | 66.7% ring[0-4]"}}));
}

TEST_F(ViewsTest, AppListSaysWhatWasAskedAndWhatBecameOfIt) {
  auto endless = sample_app("kws");
  endless.request.runs = 0;
  endless.plan_id = 0;
  endless.phase = schemas::AppPhase::kRejected;
  endless.reason = "no microphone";
  auto waiting = sample_app("pet");
  waiting.plan_id = 0;
  waiting.request.rate = 2.5;
  waiting.request.min_rate = 0.5;
  waiting.request.weight = 3;
  waiting.request.repeat = true;
  waiting.request.trigger = schemas::Trigger::kFrame;
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{endless, sample_app("digits"), waiting}, {}, "test"}));
  EXPECT_EQ(query(path_, "SELECT * FROM app_list"),
            (std::vector<Row>{{"digits", "running", "mnist", "camera on glasses", "haptic", "100", "", "4",
                               "1", "15", "1", "", "", "1.0", "", ""},
                              {"kws", "rejected", "mnist", "camera on glasses", "haptic", "until stopped", "",
                               "4", "1", "15", "", "no microphone", "", "1.0", "", ""},
                              {"pet", "waiting", "mnist", "camera on glasses", "haptic", "100", "2.5", "4",
                               "1", "15", "", "", "0.5", "3.0", "yes", "each frame"}}));
}

TEST_F(ViewsTest, EventsSayWhatWasDecidedOnceHoweverOftenItIsSent) {
  schemas::StoreDecision stays{
      {}, {}, "device 'ring' came", "plan 1 stays: it is best", UnixTime{std::chrono::hours(1)}};
  for (int times = 0; times < 3; ++times) ASSERT_TRUE(service_->on(stays));
  EXPECT_EQ(query(path_, "SELECT kind, subject, text FROM event_list"),
            (std::vector<Row>{{"decision", "plan 1 stays: it is best", "device 'ring' came"}}));
}

TEST_F(ViewsTest, RunHistorySaysHowEachRunEnded) {
  auto failed = sample_run("digits", 13);
  failed.outcome = schemas::RunOutcome::kFailed;
  failed.label = -1;
  failed.reason = "watch is gone";
  failed.recorded += std::chrono::seconds(1);
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{sample_run("digits", 12), failed}, {sample_app("digits")}}));
  EXPECT_EQ(query(path_, "SELECT * FROM run_history"),
            (std::vector<Row>{{"digits", "13", "failed", "", "12.35", "0.1", "glasses > watch", "2",
                               "2023-11-14 22:13:21", "watch is gone", ""},
                              {"digits", "12", "completed", "7", "12.35", "0.1", "glasses > watch", "2",
                               "2023-11-14 22:13:20", "", ""}}));
}

schemas::RunRecord run_at(const std::string& app, std::uint64_t run, int seconds) {
  auto record = sample_run(app, run);
  record.recorded += std::chrono::seconds(seconds);
  return record;
}

TEST_F(ViewsTest, RunHistoryShowsEveryRunOnceTheNewestTenSecondsFirst) {
  const std::vector<schemas::AppStatus> apps = {sample_app("digits"), sample_app("kws")};
  ASSERT_TRUE(service_->on(
      schemas::StoreRuns{{run_at("digits", 20, 0), run_at("digits", 21, 9), run_at("kws", 3, 4),
                          run_at("digits", 23, 10), run_at("kws", 4, 60), run_at("digits", 24, 19)},
                         apps}));
  // Run 22 ended late, run 19 after runs that no block was begun for; run 25 when the clock had been put
  // back.
  ASSERT_TRUE(service_->on(schemas::StoreRuns{
      {run_at("digits", 22, 30), run_at("digits", 19, 31), run_at("digits", 25, -100)}, apps}));
  EXPECT_EQ(query(path_, "SELECT app, run FROM run_history"), (std::vector<Row>{{"kws", "4"},
                                                                                {"digits", "19"},
                                                                                {"digits", "24"},
                                                                                {"digits", "23"},
                                                                                {"kws", "3"},
                                                                                {"digits", "22"},
                                                                                {"digits", "21"},
                                                                                {"digits", "20"},
                                                                                {"digits", "25"}}));
  EXPECT_EQ(query(path_, "SELECT app, first_run FROM run_blocks ORDER BY app, first_run"),
            (std::vector<Row>{{"digits", "19"},
                              {"digits", "20"},
                              {"digits", "23"},
                              {"digits", "25"},
                              {"kws", "3"},
                              {"kws", "4"}}));
}

TEST_F(ViewsTest, TheNewestRunsAreFoundWithoutSorting) {
  for (const char* condition : {"", "WHERE app = 'digits'", "WHERE outcome = 'failed'"}) {
    std::string plan;
    const auto text = std::string("EXPLAIN QUERY PLAN SELECT * FROM run_history ") + condition + " LIMIT 100";
    for (const auto& row : query(path_, text)) plan += row[3] + "\n";
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
    EXPECT_NE(plan.find("run_blocks_by_time"), std::string::npos) << plan;
  }
}

TEST_F(ViewsTest, RunHistoryMarksWhatWasComputedFromNoise) {
  auto noise = sample_run("digits", 1);
  noise.generated = true;
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{sample_run("digits", 0), noise}, {sample_app("digits")}}));
  EXPECT_EQ(query(path_, "SELECT run, attempts, input FROM run_history ORDER BY run"),
            (std::vector<Row>{{"0", "2", ""}, {"1", "2", "generated noise"}}));
  EXPECT_EQ(query(path_, "SELECT run, attempts, generated FROM runs ORDER BY run"),
            (std::vector<Row>{{"0", "2", "0"}, {"1", "2", "1"}}));
}

TEST_F(ViewsTest, DeviceListFollowsTheOrderOfTheBody) {
  ASSERT_TRUE(service_->on(schemas::StoreBody{sample_body()}));
  EXPECT_EQ(
      query(path_, "SELECT * FROM device_list"),
      (std::vector<Row>{{"pair", "watch", "MAX78000", "max78000-board", "imu, camera", "display, haptic"},
                        {"pair", "glasses", "MAX78000", "max78000-board", "", ""}}));
}

TEST_F(ViewsTest, EventListSaysWhatHappenedWhen) {
  ASSERT_TRUE(
      service_->on(schemas::StoreDecision{{sample_app("digits"), sample_app("kws")}, {}, "two at once"}));
  clock_.advance(std::chrono::seconds(2));
  ASSERT_TRUE(service_->on(schemas::StoreDecision{{}, sample_plan(7), "plan made"}));
  EXPECT_EQ(query(path_, "SELECT * FROM event_list"),
            (std::vector<Row>{{"2", "2019-12-20 00:16:42", "plan", "plan 7", "plan made"},
                              {"1", "2019-12-20 00:16:40", "apps", "digits, kws", "two at once"}}));
}

}  // namespace
}  // namespace synergy::store
