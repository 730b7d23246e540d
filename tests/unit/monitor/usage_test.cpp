#include "synergy/monitor/usage.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "synergy/monitor/watch.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::monitor {
namespace {

using namespace std::chrono_literals;
using schemas::Unit;
using testing::IsEmpty;
using testing::SizeIs;

const DeviceId kWatch("watch");
const AppId kDigits("digits");
constexpr MonotonicTime kBegin{1000s};

schemas::BodyView one_device(double time_scale = 1) {
  schemas::BodyView body;
  body.name = "one";
  body.time_scale = time_scale;
  body.devices = {{kWatch, "max78000", {}, {}}};
  return body;
}

schemas::Health beat(const std::string& process, std::map<std::string, std::uint64_t> counters,
                     std::uint64_t instance = 1) {
  schemas::Health health;
  health.process = process;
  health.instance = instance;
  health.counters = std::move(counters);
  return health;
}

schemas::RunResult result(std::uint64_t run, ModelTime ended, Duration latency = 40ms, Duration lag = 1ms,
                          const AppId& app = kDigits) {
  schemas::RunResult ends;
  ends.run.key = {app, run, 1};
  ends.run.began = ended - latency;
  ends.run.energy_uj = 100 + double(run % 2) * 50;
  ends.ended = ended;
  ends.lag = lag;
  return ends;
}

schemas::CollaborationPlan plan(const std::vector<std::string>& apps) {
  schemas::CollaborationPlan plan;
  plan.id = 7;
  plan.rounds_per_second = 25;
  plan.planning_us = 1500;
  for (const auto& app : apps) {
    plan.pipelines.emplace_back();
    plan.pipelines.back().app = AppId(app);
  }
  return plan;
}

/// Hears `runs` results, one each `period` of host time, from `begin` on; returns when the last was heard.
MonotonicTime hear_runs(Usage& usage, MonotonicTime begin, int runs, Duration period, double time_scale = 1,
                        std::uint64_t first = 0) {
  for (int run = 0; run < runs; ++run) {
    const auto now = begin + run * period;
    const TimeScale scale(time_scale);
    usage.hear(result(first + std::uint64_t(run), scale.to_model(now)), now);
  }
  return begin + (runs - 1) * period;
}

const schemas::UnitUse& unit_of(const schemas::MeshUse& use, Unit unit) {
  for (const auto& one : use.units)
    if (one.unit == unit) return one;
  ADD_FAILURE() << "no such unit";
  return use.units.front();
}

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

TEST(Usage, BusyIsTheShareOfTheWindowsModelTime) {
  Usage usage(one_device(2), kBegin);
  for (std::uint64_t i = 0; i <= 40; ++i)  // of 125 ms model time a beat, 50 ms
    usage.hear(beat("executor/watch", {{"busy_us.cpu", i * 50'000}, {"queue.cpu", i}, {"busy_us.rx", 0}}),
               kBegin + i * 250ms);
  const auto use = usage.use(kBegin + 10s);
  EXPECT_NEAR(unit_of(use, Unit::kCpu).busy, 0.4, 1e-9);
  EXPECT_EQ(unit_of(use, Unit::kCpu).queue, 40u);
  EXPECT_EQ(unit_of(use, Unit::kRx).busy, 0);
  EXPECT_THAT(use.units, SizeIs(6));
}

TEST(Usage, BusyForgetsWhatWasBeforeTheWindow) {
  Usage usage(one_device(), kBegin);
  for (std::uint64_t i = 0; i <= 40; ++i)
    usage.hear(beat("executor/watch", {{"busy_us.cpu", std::min<std::uint64_t>(i, 20) * 250'000}}),
               kBegin + i * 250ms);
  EXPECT_EQ(unit_of(usage.use(kBegin + 10s), Unit::kCpu).busy, 0) << "it was full until 5 s ago";
}

TEST(Usage, BusyIsNeverAboveOneNorBelowNone) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 0}, {"busy_us.rx", 99}}), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 9'000'000}, {"busy_us.rx", 1}}), kBegin + 1s);
  EXPECT_EQ(unit_of(usage.use(kBegin + 1s), Unit::kCpu).busy, 1);
  EXPECT_EQ(unit_of(usage.use(kBegin + 1s), Unit::kRx).busy, 0);
}

TEST(Usage, AnExecutorThatStartsAgainCountsFromItsOwnStart) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 900'000}, {"bus.sent", 500}}), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 0}, {"bus.sent", 10}}, 2), kBegin + 1s);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 500'000}, {"bus.sent", 30}}, 2), kBegin + 2s);
  const auto use = usage.use(kBegin + 2s);
  EXPECT_NEAR(unit_of(use, Unit::kCpu).busy, 0.5, 1e-9);
  EXPECT_EQ(use.processes.at(0).bus.sent, 20u);
  EXPECT_EQ(use.bus.sent, 30u);
}

TEST(Usage, DevicesThatAreNotHeardOfHaveNoUse) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 1}}), kBegin);
  usage.hear(beat("executor/shoe", {{"busy_us.cpu", 1}}), kBegin);
  EXPECT_THAT(usage.use(kBegin).units, SizeIs(6)) << "the body has no shoe";
  EXPECT_THAT(usage.use(kBegin + kUseWindow + 1ns).units, IsEmpty());
}

TEST(Usage, SumsTheCountersOfTheBusOverTheProcesses) {
  Usage usage(one_device(), kBegin);
  for (const auto* process : {"broker", "planner"}) {
    usage.hear(beat(process, {{"bus.sent", 100}, {"bus.gaps", 1}}), kBegin);
    usage.hear(beat(process, {{"bus.sent", 140}, {"bus.gaps", 1}, {"bus.bytes_received", 7}}), kBegin + 4s);
  }
  const auto use = usage.use(kBegin + 4s);
  ASSERT_THAT(use.processes, SizeIs(2));
  EXPECT_EQ(use.processes[0].process, "broker");
  EXPECT_EQ(use.processes[0].bus.sent, 40u);
  EXPECT_EQ(use.processes[0].bus.gaps, 0u);
  EXPECT_EQ(use.bus.sent, 280u);
  EXPECT_EQ(use.bus.gaps, 2u);
  EXPECT_EQ(use.bus.bytes_received, 14u);
}

TEST(Usage, TheLagIsTheWorstThatAnyoneTells) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s), 40ms, 20ms), kBegin);
  EXPECT_DOUBLE_EQ(usage.use(kBegin).lag_p99_us, 20'000);
  EXPECT_FALSE(usage.use(kBegin).host_is_too_slow());
  usage.hear(beat("executor/watch", {{"lag.p99_us", 150'000}}), kBegin);
  usage.hear(beat("executor/watch", {{"lag.p99_us", 3}}), kBegin + 250ms);
  const auto use = usage.use(kBegin + 250ms);
  EXPECT_DOUBLE_EQ(use.processes.at(0).lag_p99_us, 150'000) << "within the window";
  EXPECT_TRUE(use.host_is_too_slow());
}

TEST(Usage, ALagAheadOfModelTimeIsNone) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s), 40ms, -5ms), kBegin);
  EXPECT_EQ(usage.use(kBegin).pipelines.at(0).lag_p99_us, 0);
}

/// Whoever is flooded with this publishes something that others can read, of a bounded size.
TEST(Usage, StaysBoundedAndReadableWhateverIsSent) {
  Usage usage(one_device(), kBegin);
  usage.hear(plan({"digits"}));
  constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
  for (std::uint64_t i = 0; i < 3 * kMostProcesses; ++i)
    usage.hear(beat(std::to_string(i) + std::string(100, 'x'),
                    {{"bus.sent", kHuge}, {"lag.p99_us", kHuge}, {"switch.last_us", kHuge}}),
               kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", kHuge}, {"queue.cpu", kHuge}}), kBegin);
  usage.hear(result(0, ModelTime(1000s)), kBegin);
  for (std::uint64_t i = 0; i < 3 * kMostApps; ++i) {
    auto odd = result(i, schemas::kLastModelTime, 0ns, Duration::max(), AppId("a" + std::to_string(i)));
    odd.run.energy_uj = 1e18;
    odd.run.began = ModelTime{};
    usage.hear(odd, kBegin);
  }
  for (std::uint64_t i = 0; i < 3 * kMostRunsOfApp; ++i) {
    usage.hear(result(1 + i, ModelTime(1000s + i * 1ms)), kBegin);
    usage.hear(schemas::RunFailed{{kDigits, i, 1}, kWatch, ""}, kBegin);
  }
  const auto use = usage.use(kBegin);
  EXPECT_LE(use.processes.size(), kMostProcesses);
  EXPECT_THAT(use.pipelines, SizeIs(kMostApps));
  EXPECT_EQ(use.pipelines[0].app, kDigits) << "the plan's app is not forgotten for strangers";
  EXPECT_EQ(use.pipelines[0].completed, kMostRunsOfApp);
  EXPECT_EQ(use.pipelines[0].failed, kMostRunsOfApp);
  EXPECT_THAT(use.units, SizeIs(6)) << "nor is the body's device";
  const auto bytes = schemas::to_msgpack(use);
  EXPECT_LT(bytes.size(), 1u << 20);
  const auto back = schemas::from_msgpack<schemas::MeshUse>(bytes);
  EXPECT_TRUE(back) << back.error().message;
}

TEST(Usage, OfHeartbeatsThatComeTooOftenOnlyTheLastCounts) {
  CounterWindow window;
  for (std::uint64_t i = 0; i <= 100'000; ++i)
    window.add(beat("executor/watch", {{"bus.sent", i}}), kBegin + i * 10us);
  EXPECT_EQ(window.in_window().sent, 100'000u);
  window.forget_before(kBegin + 500ms);
  EXPECT_NEAR(double(window.in_window().sent), 50'000, 7'000) << "it counts from the sample before";
}

}  // namespace
}  // namespace synergy::monitor
