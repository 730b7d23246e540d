// Of Usage: the plan and its pipelines.
#include <gmock/gmock.h>

#include "usage_samples.hpp"

namespace synergy::monitor {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(Usage, OfASilentMeshIsEmpty) {
  Usage usage(one_device(3), kBegin);
  const auto use = usage.use(kBegin);
  EXPECT_EQ(use.window, 0s);
  EXPECT_EQ(use.time_scale, 3);
  EXPECT_THAT(use.units, IsEmpty());
  EXPECT_THAT(use.pipelines, IsEmpty());
  EXPECT_THAT(use.processes, IsEmpty());
  EXPECT_EQ(use.rounds_per_second, 0);
}

TEST(Usage, SaysHowMuchOfItsWindowHasPassed) {
  Usage usage(one_device(), kBegin);
  EXPECT_EQ(usage.use(kBegin + 2s).window, 2s);
  EXPECT_EQ(usage.use(kBegin + 1h).window, kUseWindow);
}

TEST(Usage, GivesTheRateInModelTimeAndInHostTime) {
  Usage usage(one_device(4), kBegin);
  const auto now = hear_runs(usage, kBegin, 21, 200ms, 4);
  const auto use = usage.use(now).pipelines.at(0);
  EXPECT_EQ(use.app, kDigits);
  EXPECT_EQ(use.completed, 21u);
  EXPECT_NEAR(use.runs_per_host_second, 5, 1e-9);
  EXPECT_NEAR(use.runs_per_second, 20, 1e-6);
}

TEST(Usage, MarksAnAppWhoseResultsAreOfNoise) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s)), kBegin);
  auto noise = result(0, ModelTime(1000s), 40ms, 1ms, AppId("noisy"));
  noise.run.generated = true;
  usage.hear(noise, kBegin);
  for (const auto& pipeline : usage.use(kBegin + 1s).pipelines)
    EXPECT_EQ(pipeline.generated, pipeline.app == AppId("noisy"));
  EXPECT_EQ(usage.use(kBegin + 1s).pipelines.size(), 2u);
}

TEST(Usage, ALateHostSlowsTheRateOfTheHostOnly) {
  Usage usage(one_device(), kBegin);
  for (int run = 0; run < 11; ++run)  // each run takes 100 ms of the hardware and 200 ms of the host
    usage.hear(result(std::uint64_t(run), ModelTime(1000s + run * 100ms), 40ms, run * 100ms),
               kBegin + run * 200ms);
  const auto use = usage.use(kBegin + 2s).pipelines.at(0);
  EXPECT_NEAR(use.runs_per_second, 10, 1e-6);
  EXPECT_NEAR(use.runs_per_host_second, 5, 1e-6);
  EXPECT_DOUBLE_EQ(use.lag_p50_us, 500'000);
  EXPECT_DOUBLE_EQ(use.lag_p99_us, 1'000'000);
}

TEST(Usage, ARateDoesNotStandStillWhenNoResultsCome) {
  Usage usage(one_device(), kBegin);
  const auto last = hear_runs(usage, kBegin, 11, 100ms);
  EXPECT_NEAR(usage.use(last + 150ms).pipelines.at(0).runs_per_second, 10, 1e-6) << "not overdue yet";
  EXPECT_NEAR(usage.use(last + 1s).pipelines.at(0).runs_per_second, 5, 1e-6);
  EXPECT_THAT(usage.use(last + kUseWindow + 1ns).pipelines, IsEmpty());
}

TEST(Usage, AnOverdueRunIsOverdueInModelTimeToo) {
  Usage usage(one_device(4), kBegin);
  const auto last = hear_runs(usage, kBegin, 11, 100ms, 4);
  EXPECT_NEAR(usage.use(last + 1s).pipelines.at(0).runs_per_second, 20, 1e-6);
}

TEST(Usage, ARunThatLeftTheWindowIsNotRemembered) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s)), kBegin);
  EXPECT_THAT(usage.use(kBegin + kUseWindow + 1ns).pipelines, IsEmpty());
  usage.hear(result(0, ModelTime(1006s)), kBegin + 6s);
  EXPECT_EQ(usage.use(kBegin + 6s).pipelines.at(0).completed, 1u);
}

TEST(Usage, ThePlansAppsAreNotForgottenForStrangers) {
  Usage usage(one_device(), kBegin);
  usage.hear(plan({"digits"}));
  usage.hear(result(0, ModelTime(1000s)), kBegin);
  for (std::size_t i = 0; i < 3 * kMostApps; ++i)
    usage.hear(result(0, ModelTime(1000s), 40ms, 1ms, AppId("a" + std::to_string(i))), kBegin + 1ms);
  EXPECT_EQ(usage.use(kBegin + 1ms).pipelines.at(0).completed, 1u);
}

TEST(Usage, OneRunIsOneInTheWindow) {
  Usage usage(one_device(2), kBegin);
  usage.hear(result(0, ModelTime(500s)), kBegin + 5s);
  const auto use = usage.use(kBegin + 5s).pipelines.at(0);
  EXPECT_DOUBLE_EQ(use.runs_per_host_second, 0.2);
  EXPECT_DOUBLE_EQ(use.runs_per_second, 0.4);
}

TEST(Usage, PercentilesAreOfTheRunsInTheWindow) {
  Usage usage(one_device(), kBegin);
  for (int run = 1; run <= 100; ++run)
    usage.hear(result(std::uint64_t(run), ModelTime(1000s + run * 10ms), run * 1ms, run * 2us),
               kBegin + run * 10ms);
  auto use = usage.use(kBegin + 1s).pipelines.at(0);
  EXPECT_DOUBLE_EQ(use.latency_p50_us, 50'000);
  EXPECT_DOUBLE_EQ(use.latency_p95_us, 95'000);
  EXPECT_DOUBLE_EQ(use.latency_p99_us, 99'000);
  EXPECT_DOUBLE_EQ(use.lag_p50_us, 100);
  EXPECT_DOUBLE_EQ(use.lag_p99_us, 198);
  EXPECT_DOUBLE_EQ(use.energy_uj, 125);
  use = usage.use(kBegin + kUseWindow + 910ms).pipelines.at(0);
  EXPECT_EQ(use.completed, 10u) << "those of 910 ms and later";
  EXPECT_DOUBLE_EQ(use.latency_p50_us, 95'000);
}

TEST(Usage, CountsARunOnceAndEveryFailedAttempt) {
  Usage usage(one_device(), kBegin);
  for (int time = 0; time < 3; ++time) {
    usage.hear(result(5, ModelTime(1000s)), kBegin);
    usage.hear(schemas::RunFailed{{kDigits, 5, 1}, kWatch, "it was lost"}, kBegin + time * 1s);
  }
  EXPECT_EQ(usage.use(kBegin + 2s).pipelines.at(0).completed, 1u);
  EXPECT_EQ(usage.use(kBegin + 2s).pipelines.at(0).failed, 3u);
  EXPECT_EQ(usage.use(kBegin + kUseWindow + 1ns).pipelines.at(0).failed, 2u);
}

TEST(Usage, NamesThePlanAndItsPipelinesEvenWhereNothingRuns) {
  Usage usage(one_device(), kBegin);
  usage.hear(plan({"digits", "kws"}));
  usage.hear(beat("dispatcher", {{"switch.last_us", 42'000}}), kBegin);
  usage.hear(beat("stranger", {{"switch.last_us", 1}}), kBegin);
  const auto now = hear_runs(usage, kBegin, 11, 100ms);
  const auto use = usage.use(now);
  EXPECT_EQ(use.plan_id, 7u);
  EXPECT_EQ(use.predicted_rounds_per_second, 25);
  EXPECT_EQ(use.planning_us, 1500u);
  EXPECT_EQ(use.switch_us, 42'000u);
  ASSERT_THAT(use.pipelines, SizeIs(2));
  EXPECT_EQ(use.pipelines[1].app, AppId("kws"));
  EXPECT_EQ(use.rounds_per_second, 0) << "a round needs every pipeline";
}

TEST(Usage, ARoundIsAsSlowAsTheSlowestPipelineOfThePlan) {
  Usage usage(one_device(), kBegin);
  usage.hear(plan({"digits", "kws"}));
  for (int run = 0; run < 21; ++run) {
    const auto number = std::uint64_t(run);
    usage.hear(result(number, ModelTime(1000s + run * 50ms)), kBegin + run * 50ms);
    usage.hear(result(number, ModelTime(1000s + run * 100ms), 9ms, 0ms, AppId("kws")), kBegin + run * 50ms);
    usage.hear(result(number, ModelTime(1000s + run * 200ms), 9ms, 0ms, AppId("other")), kBegin + run * 50ms);
  }
  const auto use = usage.use(kBegin + 1s);
  EXPECT_NEAR(use.rounds_per_second, 10, 1e-6);
  EXPECT_THAT(use.pipelines, SizeIs(3)) << "an app of an earlier plan is still told of";
}

TEST(Usage, EachAppIsMeasuredByItsOwnRateAndTheLowestIsTold) {
  Usage usage(one_device(), kBegin);
  auto two = plan({"digits", "kws"});
  two.pipelines[1].runs_per_second = two.rounds_per_second = 5.5;
  usage.hear(two);
  for (int run = 0; run < 21; ++run) {
    const auto number = std::uint64_t(run);
    usage.hear(result(number, ModelTime(1000s + run * 50ms)), kBegin + run * 50ms);
    usage.hear(result(number, ModelTime(1000s + run * 200ms), 9ms, 0ms, AppId("kws")), kBegin + run * 50ms);
  }
  auto use = usage.use(kBegin + 1s);
  ASSERT_THAT(use.pipelines, SizeIs(2));
  EXPECT_EQ(use.pipelines[0].predicted_runs_per_second, 25);
  EXPECT_NEAR(use.pipelines[0].runs_per_second, 20, 1e-6);
  EXPECT_EQ(use.pipelines[1].predicted_runs_per_second, 5.5);
  EXPECT_NEAR(use.pipelines[1].runs_per_second, 5, 1e-6);
  EXPECT_NEAR(use.rounds_per_second, 5, 1e-6);
  EXPECT_EQ(use.predicted_rounds_per_second, 5.5);
  usage.hear(plan({"digits"}));
  use = usage.use(kBegin + 1s);
  EXPECT_NEAR(use.rounds_per_second, 20, 1e-6);
  EXPECT_EQ(use.predicted_rounds_per_second, 25);
  ASSERT_THAT(use.pipelines, SizeIs(2));
  EXPECT_EQ(use.pipelines[1].predicted_runs_per_second, std::nullopt) << "the plan does not serve it";
}

}  // namespace
}  // namespace synergy::monitor
