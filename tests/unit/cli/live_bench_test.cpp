#include "synergy/cli/live_bench.hpp"

#include <gmock/gmock.h>

#include "synergy/schemas/encode.hpp"

namespace synergy::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const DeviceId kDevice("d");

/// One app, one step of 10 ms: 100 rounds a second.
schemas::CollaborationPlan plan() {
  schemas::CollaborationPlan plan;
  plan.id = 3;
  plan.policy = "optimal";
  plan.rounds_per_second = 100;
  schemas::PipelinePlan pipeline;
  pipeline.app = AppId("a");
  pipeline.runs_per_second = 100;
  pipeline.cycle = 10ms;
  schemas::ExecutionPlan execution;
  execution.steps = {{schemas::TaskKind::kSense, kDevice, {}, 0, 10ms, 0, 0}};
  pipeline.executions = {execution};
  plan.pipelines = {pipeline};
  plan.units = {{kDevice, schemas::Unit::kSensor, {{0, 0, 0}}, 10ms}};
  plan.pipelines[0].energy_uj = 50;
  plan.devices = {{kDevice, 6.5, 100 / 6.5}};
  return plan;
}

/// One device, 1.5 mW at rest, with a battery of 100 mWh.
schemas::BodyView body(double time_scale = 1) {
  schemas::BodyView body;
  body.time_scale = time_scale;
  body.devices = {{kDevice, "p", {}, {}}};
  body.device_profiles["p"].mcu_sleep_mw.value = 1;
  body.device_profiles["p"].battery_mwh.emplace().value = 100;
  body.link.idle_mw.value = 0.5;
  return body;
}

schemas::Health counted(std::uint64_t energy_uj, std::uint64_t instance = 1) {
  schemas::Health health;
  health.process = "executor/d";
  health.instance = instance;
  health.counters = {{"energy_uj", energy_uj}};
  return health;
}

schemas::RunResult result(std::uint64_t run, ModelTime ended, Duration latency = 10ms, Duration lag = 1us) {
  schemas::RunResult made;
  made.run.key = {AppId("a"), run, 1};
  made.run.began = ended - latency;
  made.ended = ended;
  made.lag = lag;
  return made;
}

TEST(LiveBench, MeasuresModelTimeAndHostTimeByTheTimeScale) {
  LiveSamples samples;
  for (std::uint64_t run = 0; run <= 100; ++run)
    samples.add(result(run, ModelTime{1s} + run * 10ms), MonotonicTime{5s} + run * 21ms);
  const auto line = measure_live(plan(), samples, body(2));
  EXPECT_EQ(line.runs, 101u);
  EXPECT_NEAR(*line.rounds_per_second, 100, 1e-9);
  EXPECT_NEAR(*line.model_percent, 0, 1e-9);
  EXPECT_NEAR(*line.rounds_per_host_second, 2 / 0.021, 1e-9);
  EXPECT_NEAR(*line.wall_percent, (2 / 0.021 / 100 - 1) * 100, 1e-9);
  EXPECT_NEAR(*line.latency_percent, 0, 1e-9);
  EXPECT_EQ(line.shortest_task_us, 20'000) << "in host time";
  EXPECT_EQ(line.lag_p99_us, 1);
}

TEST(LiveBench, SeesWhatIsSlowerLongerOutOfOrderOrFailed) {
  LiveSamples samples;
  samples.add(result(1, ModelTime{1s}, 12ms), MonotonicTime{1s});
  samples.add(result(0, ModelTime{2s}, 12ms), MonotonicTime{2s});
  samples.add(result(2, ModelTime{3s}, 12ms, 1s), MonotonicTime{3s});
  samples.fail();
  const auto line = measure_live(plan(), samples, body());
  EXPECT_NEAR(*line.model_percent, -99, 1e-9);
  EXPECT_NEAR(*line.latency_percent, 20, 1e-9);
  EXPECT_EQ(line.out_of_order, 1u);
  EXPECT_EQ(line.failed, 1u);
  LiveReport report{"body", "link", 1, 10, {line}, 3, 1};
  EXPECT_THAT(to_text(report), HasSubstr("not in the order"));
  EXPECT_THAT(to_text(report), HasSubstr("lags behind"));
  EXPECT_THAT(to_text(report), HasSubstr("3 results computed again on one device, 1 different"));
}

TEST(LiveBench, OfNoResultsHasNoFigures) {
  const auto line = measure_live(plan(), {}, body());
  EXPECT_EQ(line.runs, 0u);
  EXPECT_EQ(line.plan_id, 3u);
  for (const auto& figure :
       {line.rounds_per_second, line.rounds_per_host_second, line.model_percent, line.wall_percent,
        line.latency_percent, line.lag_p50_us, line.lag_p99_us, line.pipelines[0].latency_p50_us,
        line.pipelines[0].latency_p99_us, line.pipelines[0].runs_per_second, line.pipelines[0].energy_uj})
    EXPECT_FALSE(figure);
  EXPECT_DOUBLE_EQ(*line.pipelines[0].virtual_latency_p50_us, 10'000) << "the virtual run has one";
}

TEST(LiveBench, OneAppWithoutARateLeavesTheSlowestOpen) {
  auto two = plan();
  two.pipelines.push_back(two.pipelines[0]);
  two.pipelines[1].app = AppId("silent");
  LiveSamples samples;
  for (std::uint64_t run = 0; run <= 10; ++run)
    samples.add(result(run, ModelTime{1s} + run * 10ms), MonotonicTime{5s} + run * 10ms);
  const auto line = measure_live(two, samples, body());
  EXPECT_FALSE(line.rounds_per_second);
  EXPECT_NEAR(*line.pipelines[0].runs_per_second, 100, 1e-9);
}

TEST(LiveBench, MeasuresPowerByWhatExecutorsCountInModelTime) {
  LiveSamples samples;
  samples.add(counted(1'000), MonotonicTime{5s});
  samples.add(counted(21'000), MonotonicTime{13s});  // 20 mJ in 4 s of model time: 5 mW
  const auto line = measure_live(plan(), samples, body(2));
  ASSERT_EQ(line.devices.size(), 1u);
  EXPECT_EQ(line.devices[0].device, "d");
  EXPECT_DOUBLE_EQ(*line.devices[0].power_mw, 6.5);
  EXPECT_DOUBLE_EQ(*line.devices[0].hours, 100 / 6.5);
  EXPECT_NEAR(*line.power_percent, 0, 1e-9);
}

TEST(LiveBench, SaysHowFarEnergyAndPowerAreOffTheirPredictions) {
  LiveSamples samples;
  for (std::uint64_t run = 0; run < 2; ++run) {
    auto ended = result(run, ModelTime{1s} + run * 10ms);
    ended.run.energy_uj = 55;
    samples.add(ended, MonotonicTime{5s} + run * 10ms);
  }
  samples.add(counted(0), MonotonicTime{5s});
  samples.add(counted(11'500), MonotonicTime{6s});
  const auto line = measure_live(plan(), samples, body());
  EXPECT_NEAR(*line.energy_percent, 10, 1e-9);
  EXPECT_NEAR(*line.power_percent, 100, 1e-9) << "13 mW for 6.5";
  EXPECT_THAT(to_text(LiveReport{"body", "link", 1, 10, {line}, 0, 0}), HasSubstr("13.000"));
}

TEST(LiveBench, AnExecutorThatStartsAgainIsMeasuredFromThere) {
  LiveSamples samples;
  samples.add(counted(900'000), MonotonicTime{5s});
  samples.add(counted(7'000, 2), MonotonicTime{7s});
  EXPECT_FALSE(measure_live(plan(), samples, body()).power_percent) << "one heartbeat tells nothing";
  samples.add(counted(17'000, 2), MonotonicTime{9s});
  EXPECT_DOUBLE_EQ(*measure_live(plan(), samples, body()).devices[0].power_mw, 6.5);
}

TEST(LiveBench, SaysWhyAPolicyWasNotMeasured) {
  LivePolicy none;
  none.policy = "min-dev";
  none.reason = "OOR: no columns are free";
  const LiveReport report{"body", "link", 1, 10, {none}, 0, 0};
  const auto text = to_text(report);
  EXPECT_THAT(schemas::to_json(report),
              HasSubstr(R"("plan_id":null,"predicted_rounds_per_second":null,"rounds_per_second":null,)"));
  EXPECT_THAT(text, HasSubstr("min-dev: OOR: no columns are free"));
  EXPECT_THAT(text, Not(HasSubstr("computed again")));
}

}  // namespace
}  // namespace synergy::cli
