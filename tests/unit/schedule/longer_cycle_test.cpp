// Cycles of many runs, with figures worked out by hand.
#include "longer_cycle.hpp"

#include <gtest/gtest.h>

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

TEST(PlacedRuns, HoldNoMoreTensorsThanTheSramDoes) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  constexpr std::int64_t kMs = 1'000'000;
  const auto sram = schedule_test::sram(1, 2000), more = schedule_test::sram(1, 3000);
  // Two tensors at a time: a run every 5 ms. A fifth would find the sensor free from 4 to 5 ms at most.
  PlacedRuns two(plan, cycle, 20 * kMs, sram);
  for (const auto at : {0, 5, 10, 15}) EXPECT_TRUE(two.add({0, at * kMs})) << at;
  EXPECT_FALSE(two.add({0, 0}));
  EXPECT_EQ(two.runs()[0].size(), 4U);
  // Three at a time: as many as the sensor serves, one every 4 ms.
  PlacedRuns three(plan, cycle, 20 * kMs, more);
  for (int run = 0; run < 5; ++run) EXPECT_TRUE(three.add({0, 0})) << run;
  EXPECT_FALSE(three.add({0, 0}));
  const auto runs = three.runs()[0];
  ASSERT_EQ(runs.size(), 5U);
  for (std::size_t k = 0; k < runs.size(); ++k)
    EXPECT_EQ(runs[k].starts.back() - runs[0].starts.back(), std::int64_t(k) * 4 * kMs);
}

TEST(PlacedRuns, ARunThatIsLeftOutTakesNothing) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  constexpr std::int64_t kMs = 1'000'000;
  const auto sram = schedule_test::sram(1, 1000);
  PlacedRuns placed(plan, cycle, 20 * kMs, sram);
  EXPECT_TRUE(placed.add({0, 0}));
  for (const auto at : {4, 6, 8, 12, 16}) EXPECT_FALSE(placed.add({0, at * kMs})) << at;
  EXPECT_TRUE(placed.add({0, 10 * kMs})) << "the place of those that found no room is free";
  EXPECT_FALSE(placed.add({0, 0}));
}

/// Both runs' tensors, one of which was sensed long before the cpu had time, shrink to one place.
TEST(PlacedRuns, TakeTheirBuffersAsLateAsTheyCanWhereRoomIsNeeded) {
  const auto plan = one_tensor();
  const auto cycle = flatten(plan.pipelines);
  constexpr std::int64_t kMs = 1'000'000;
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

}  // namespace
}  // namespace synergy::schedule
