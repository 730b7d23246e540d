// Cycles of many runs, with figures worked out by hand.
#include "longer_cycle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "placed_runs.hpp"
#include "schedule_fixtures.hpp"
#include "synergy/schedule/cycle.hpp"

namespace synergy::schedule {
namespace {

using schemas::TaskKind;

schemas::PipelinePlan& add_pipeline(schemas::CollaborationPlan& plan, const std::string& app,
                                    std::uint32_t runs, std::uint64_t input_bytes = 0) {
  auto& pipeline = plan.pipelines.emplace_back();
  pipeline.app = AppId(app);
  pipeline.input_bytes = input_bytes;
  pipeline.runs_per_cycle = runs;
  pipeline.executions.resize(1);
  return pipeline;
}

/// A slow pipeline makes a run every 100 ms, by its sensor, and holds the other device's cpu for 10 ms of
/// them. A fast one holds that cpu for 30 ms: three of its runs fit beside each of the slow one's, where they
/// are directly behind one another.
schemas::CollaborationPlan three_beside_one(std::uint32_t slow_runs) {
  schemas::CollaborationPlan plan;
  const auto one = schedule_test::device(0), other = schedule_test::device(1),
             third = schedule_test::device(2);
  schedule_test::Steps slow(add_pipeline(plan, "slow", slow_runs).executions[0]);
  slow.add(TaskKind::kSense, one, 100'000);
  slow.add(TaskKind::kPrepare, other, 10'000);
  slow.add(TaskKind::kInteract, one, 1000);
  // Its first run would like the cpu from 15 ms on, 5 ms behind the slow one: 55 ms would be left, for one
  // run more.
  schedule_test::Steps fast(add_pipeline(plan, "fast", 3 * slow_runs).executions[0]);
  fast.add(TaskKind::kSense, third, 15'000);
  fast.add(TaskKind::kPrepare, other, 30'000);
  fast.add(TaskKind::kInteract, third, 5000);
  return plan;
}

TEST(LongerCycle, AGapThatThreeRunsJustFitHoldsThree) {
  auto plan = three_beside_one(30);  // more runs than are packed together
  const auto made = make_executable(plan, schedule_test::sram(3));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(plan.pipelines[0].runs_per_cycle, 30U);
  EXPECT_EQ(plan.pipelines[1].runs_per_cycle, 90U);
  EXPECT_DOUBLE_EQ(made->at(0).rate.cycle_ns, 30 * 100e6);
  EXPECT_DOUBLE_EQ(schedule_test::rate_of(plan.pipelines[1], made->at(1).rate), 30);
}

TEST(LongerCycle, RunsThatFindNoPlaceSlowNobodyDown) {
  auto plan = three_beside_one(30);
  plan.pipelines[1].runs_per_cycle = 120;  // four beside one: 130 ms of the cpu's time
  const auto made = make_executable(plan, schedule_test::sram(3));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_NEAR(schedule_test::rate_of(plan.pipelines[0], made->at(0).rate), 10, 1e-3);
  EXPECT_NEAR(schedule_test::rate_of(plan.pipelines[1], made->at(1).rate), 30, 1e-3);
}

/// A run of 10 ms holds its tensor from the beginning to the end, its sensor for 4 ms.
schemas::CollaborationPlan one_tensor() {
  schemas::CollaborationPlan plan;
  const auto here = schedule_test::device(0);
  auto& execution = add_pipeline(plan, "app", 1, 1000).executions[0];
  schedule_test::Steps steps(execution);
  steps.add(TaskKind::kSense, here, 4000);
  steps.add(TaskKind::kPrepare, here, 2000);
  steps.add(TaskKind::kInteract, here, 4000);
  execution.buffers = {{here, 0, 2, 1000, 1}};
  return plan;
}

constexpr std::int64_t kMs = 1'000'000;

TEST(PlacedRuns, HoldNoMoreTensorsThanTheSramDoes) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  const auto sram = schedule_test::sram(1, 2000);
  // Two tensors at a time: a run every 5 ms.
  PlacedRuns placed(plan, cycle, 20 * kMs, sram);
  for (const auto at : {0, 10, 5, 15}) EXPECT_TRUE(placed.add({0, at * kMs})) << at;
  EXPECT_FALSE(placed.add({0, 0}));
  const auto runs = placed.runs()[0];
  ASSERT_EQ(runs.size(), 4U);
  for (std::size_t k = 0; k < runs.size(); ++k)
    EXPECT_EQ(runs[k].starts.back() - runs[0].starts.back(), std::int64_t(k) * 5 * kMs);
}

TEST(PlacedRuns, ArePackedDirectlyBehindOneAnotherAsFarAsTheSramAllows) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  const std::vector<WantedRun> six(6, {0, 0});
  const std::uint32_t sensor = 0;
  ASSERT_EQ(cycle.units[sensor].unit, schemas::Unit::kSensor);
  // Sensed every 4 ms, there for 10: three tensors at a time.
  const auto three = schedule_test::sram(1, 3000), two = schedule_test::sram(1, 2000);
  PlacedRuns placed(plan, cycle, 20 * kMs, three);
  EXPECT_EQ(placed.pack(six, {sensor}).size(), 1U);
  const auto runs = placed.runs()[0];
  ASSERT_EQ(runs.size(), 5U);
  for (std::size_t k = 0; k < runs.size(); ++k)
    EXPECT_EQ(runs[k].starts.back() - runs[0].starts.back(), std::int64_t(k) * 4 * kMs);
  // Two at a time: those from 8 and from 16 ms on, and the sixth, are left out.
  PlacedRuns fewer(plan, cycle, 20 * kMs, two);
  EXPECT_EQ(fewer.pack(six, {sensor}).size(), 3U);
  EXPECT_EQ(fewer.runs()[0].size(), 3U);
}

TEST(PlacedRuns, FindATimeWhenTheOnlyPlaceForTheirTensorIsFree) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  const auto sram = schedule_test::sram(1, 1000);
  PlacedRuns placed(plan, cycle, 20 * kMs, sram);
  EXPECT_TRUE(placed.add({0, 15 * kMs}));  // to 25 ms, which is 5 ms of the next period
  EXPECT_TRUE(placed.add({0, 0}));
  const auto runs = placed.runs()[0];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].starts.front() - runs[0].starts.front(), 10 * kMs) << "from 5 to 15 ms";
  for (const auto at : {0, 4, 8, 12, 16}) EXPECT_FALSE(placed.add({0, at * kMs})) << at;
}

/// Both runs' tensors, one of which was sensed long before the cpu had time, shrink to one place.
TEST(PlacedRuns, TakeTheirBuffersAsLateAsTheyCanWhereRoomIsNeeded) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  const auto sram = schedule_test::sram(1, 2000);
  PlacedRuns placed(plan, cycle, 40 * kMs, sram);
  // Sensed at 0, shown at 76: its tensor is there for two periods.
  placed.take(0, {0, 74 * kMs, 76 * kMs}, 0);
  EXPECT_FALSE(placed.add({0, 5 * kMs}));
  placed.tighten();
  EXPECT_TRUE(placed.add({0, 5 * kMs}));
  const auto runs = placed.runs()[0];
  ASSERT_EQ(runs.size(), 2U);
  for (const auto& run : runs) EXPECT_EQ(run.starts[2] - run.starts[0], 6 * kMs);
}

/// No unit serves two tasks at a time.
void expect_one_at_a_time(const Cycle& cycle, const std::vector<std::vector<PlacedRun>>& runs,
                          std::int64_t period) {
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> held(cycle.units.size());
  for (const auto& of_pipeline : runs)
    for (const auto& run : of_pipeline)
      for (std::size_t s = 0; s < run.starts.size(); ++s) {
        const auto& task = cycle.tasks[cycle.runs[run.like].first_task + s];
        if (s > 0) {
          EXPECT_GE(run.starts[s], run.starts[s - 1] + (&task - 1)->duration);
        }
        const auto begin = ((run.starts[s] % period) + period) % period;
        for (const auto unit : task.units) held[unit].emplace_back(begin, begin + task.duration);
      }
  for (auto& of_unit : held) {
    std::sort(of_unit.begin(), of_unit.end());
    for (std::size_t k = 1; k < of_unit.size(); ++k) EXPECT_GE(of_unit[k].first, of_unit[k - 1].second);
    if (of_unit.empty()) continue;
    EXPECT_LE(of_unit.back().second, of_unit.front().first + period);
  }
}

/// At no time are more tensors there than the SRAM holds: counted whenever one is taken.
void expect_room(const schemas::CollaborationPlan& base, const Cycle& cycle,
                 const std::vector<std::vector<PlacedRun>>& runs, std::int64_t period, const Sram& sram) {
  std::map<DeviceId, std::uint64_t> most;
  for (std::size_t p = 0; p < runs.size(); ++p)
    for (std::uint32_t e = 0; e < base.pipelines[p].executions.size(); ++e)
      for (const auto& buffer : base.pipelines[p].executions[e].buffers) {
        std::vector<std::pair<std::int64_t, std::int64_t>> spans;
        for (const auto& run : runs[p]) {
          const auto& of = cycle.runs[run.like];
          if (of.execution == e)
            spans.emplace_back(
                run.starts[buffer.first_step],
                run.starts[buffer.last_step] + cycle.tasks[of.first_task + buffer.last_step].duration);
        }
        std::uint64_t at_a_time = 0;
        for (const auto& [begin, end] : spans) {
          std::uint64_t now = 0;
          for (const auto& [other_begin, other_end] : spans) {  // of all periods
            const auto floor = [period](std::int64_t t) {
              return (t - ((t % period) + period) % period) / period;
            };
            now += std::uint64_t(
                std::max<std::int64_t>(0, floor(begin - other_begin) - floor(begin - other_end)));
          }
          at_a_time = std::max(at_a_time, now);
        }
        most[buffer.device] += at_a_time * buffer.bytes;
      }
  for (const auto& [device, bytes] : most) EXPECT_LE(bytes, sram.at(device));
}

TEST(PlacedRuns, OfRandomPlansHaveTheirUnitsToThemselvesAndRoomForTheirTensors) {
  std::size_t placed_runs = 0, left_out = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    schedule_test::Random random(seed);
    auto base = schedule_test::random_plan(random, 2 + random.below(3), 1 + random.below(4), false);
    const auto sram = schedule_test::sram(4, schedule_test::kSram * (1 + random.below(3)));
    const auto made = make_executable(base, sram, {4, 0});
    if (!made) continue;
    for (auto& pipeline : base.pipelines)
      for (auto& buffer : pipeline.executions[0].buffers) buffer.slots = 1;
    SCOPED_TRACE(seed);
    const auto cycle = flatten(base.pipelines);
    std::vector<std::uint32_t> units(cycle.units.size());
    std::iota(units.begin(), units.end(), 0u);
    const std::int64_t period = 100'000'000;
    std::vector<WantedRun> wanted;
    for (std::int64_t k = 0; k < 12; ++k)
      for (std::uint32_t r = 0; r < cycle.runs.size(); ++r) wanted.push_back({r, k * period / 12});
    PlacedRuns placed(base, cycle, period, sram);
    auto out = placed.pack(wanted, units);
    for (int turn = 0; turn < 3; ++turn) {
      expect_one_at_a_time(cycle, placed.runs(), period);
      expect_room(base, cycle, placed.runs(), period, sram);
      placed.tighten();
      std::erase_if(out, [&](const WantedRun& run) { return placed.add(run); });
    }
    expect_one_at_a_time(cycle, placed.runs(), period);
    expect_room(base, cycle, placed.runs(), period, sram);
    std::size_t now = 0;
    for (const auto& runs : placed.runs()) now += runs.size();
    EXPECT_EQ(now + out.size(), wanted.size());
    placed_runs += now;
    left_out += out.size();
  }
  EXPECT_GT(placed_runs, 500U);
  EXPECT_GT(left_out, 100U);
}

}  // namespace
}  // namespace synergy::schedule
