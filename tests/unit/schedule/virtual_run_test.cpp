#include "synergy/execution/virtual_run.hpp"

#include <map>

#include "schedule_fixtures.hpp"

namespace synergy::execution {
namespace {

using schedule_test::Random;
using schedule_test::random_plan;

TEST(VirtualRun, RunsAtTheComputedRateWithinAThousandth) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 1 + random.below(4), random.one_in(4));
    plan.overlap = !random.one_in(5);
    const auto made = schedule::make_executable(plan, schedule_test::sram(4), {8});
    if (!made) continue;
    const auto run = run_virtually(plan, {1200, 600, 0});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    // Where runs alternate, one way may gain on the other for hundreds of rounds before it has to wait.
    const double near = plan.rounds_per_cycle > 1 ? 2e-3 : 1e-3;
    EXPECT_NEAR(run->rounds_per_second / made->rate.rounds_per_second, 1, near) << "seed " << seed;
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

TEST(VirtualRun, ARunIsNeverShorterThanInAnEmptyMesh) {
  Random random(4);
  auto plan = random_plan(random, 3, 3, false);
  ASSERT_TRUE(schedule::make_executable(plan, schedule_test::sram(3)));
  const auto run = run_virtually(plan, {300, 50, 0});
  ASSERT_TRUE(run) << run.error().message;
  for (std::size_t p = 0; p < 3; ++p) {
    ASSERT_EQ(run->pipelines[p].latencies.size(), 250u);
    for (const auto latency : run->pipelines[p].latencies)
      EXPECT_GE(latency, plan.pipelines[p].executions.front().latency);
  }
}

TEST(VirtualRun, AUnitIsBusyForTheStepsThatHoldItInEveryRun) {
  Random random(4);
  auto plan = random_plan(random, 3, 3, false);
  ASSERT_TRUE(schedule::make_executable(plan, schedule_test::sram(3)));
  std::map<schemas::UnitRef, Duration> expected;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& step : pipeline.executions.front().steps)
      for (const auto& unit : schemas::units_held(step)) expected[unit] += 300 * step.duration;
  const auto run = run_virtually(plan, {300, 50, 0});
  ASSERT_TRUE(run) << run.error().message;
  std::map<schemas::UnitRef, Duration> busy;
  for (const auto& unit : run->units) busy[unit.unit] = unit.busy;
  EXPECT_EQ(busy, expected);
  EXPECT_EQ(busy.size(), run->units.size()) << "each unit is told once";
}

TEST(VirtualRun, EnergyIsThatOfTasksAndOfIdleTime) {
  Random random(6);
  auto plan = random_plan(random, 2, 1, false);
  plan.pipelines[0].executions[0].energy_uj = 50;
  const auto made = schedule::make_executable(plan, schedule_test::sram(2));
  ASSERT_TRUE(made);
  const auto run = run_virtually(plan, {1000, 100, 10});
  ASSERT_TRUE(run);
  EXPECT_NEAR(run->energy_uj, 50 + 10 * made->rate.round_ns * 1e-6, 0.001 * run->energy_uj);
}

TEST(VirtualRun, TheDynamicOrderAlsoComesToItsEndWhereNothingIsStreamed) {
  Random random(8);
  schemas::CollaborationPlan plan;
  for (bool streamed = true; streamed;) {
    plan = random_plan(random, 3, 3, false);
    streamed = false;
    for (const auto& pipeline : plan.pipelines)
      for (const auto& step : pipeline.executions.front().steps) streamed |= step.loads || step.unloads;
  }
  const auto made = schedule::make_executable(plan, schedule_test::sram(3));
  ASSERT_TRUE(made);
  plan.order = schemas::TaskOrder::kDynamic;
  const auto run = run_virtually(plan, {500, 100, 0});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_LE(run->rounds_per_second * made->bound_ns, 1e9 * 1.01);
}

TEST(VirtualRun, AContradictoryOrderIsAStandstillNotAHang) {
  Random random(11);
  auto plan = random_plan(random, 2, 2, false);
  ASSERT_TRUE(schedule::make_executable(plan, schedule_test::sram(2)));
  for (auto& unit : plan.units) {
    std::reverse(unit.order.begin(), unit.order.end());
    for (auto& ref : unit.order) ref.lag = 0;
  }
  const auto run = run_virtually(plan, {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::kConflict);
}

TEST(VirtualRun, TooFewRoundsAreRefused) {
  Random random(1);
  auto plan = random_plan(random, 2, 1, false);
  ASSERT_TRUE(schedule::make_executable(plan, schedule_test::sram(2)));
  EXPECT_FALSE(run_virtually(plan, {100, 100, 0}));
  EXPECT_FALSE(run_virtually({}, {}));
}

}  // namespace
}  // namespace synergy::execution
