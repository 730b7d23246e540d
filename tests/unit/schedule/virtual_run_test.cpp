#include "synergy/execution/virtual_run.hpp"

#include <algorithm>
#include <map>
#include <vector>

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
    schedule_test::predict(plan, *made);
    const auto run = run_virtually(plan, {4000, 3000});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
      // Where runs alternate, one way may gain on the other for hundreds of rounds before it has to wait.
      const double near = plan.pipelines[p].executions.size() > 1 ? 2e-3 : 1e-3;
      EXPECT_NEAR(run->pipelines[p].runs_per_second / plan.pipelines[p].runs_per_second, 1, near)
          << "seed " << seed << ", pipeline " << p;
    }
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

TEST(VirtualRun, TellsWhichPartOfTheRunsHasEnded) {
  Random random(1);
  auto plan = random_plan(random, 2, 2, false);
  const auto made = schedule::make_executable(plan, schedule_test::sram(4), {8});
  ASSERT_TRUE(made);
  schedule_test::predict(plan, *made);
  std::vector<double> told;
  ASSERT_TRUE(run_virtually(plan, {5000, 10, [&told](double part) { told.push_back(part); }}));
  ASSERT_GE(told.size(), 10U) << "of 10000 runs";
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_GT(told.front(), 0);
  EXPECT_LT(told.front(), 0.2);
  EXPECT_GT(told.back(), 0.8);
  EXPECT_LE(told.back(), 1);
}

TEST(VirtualRun, OfCyclesOfSeveralRunsIsAtTheComputedRatesWithinAThousandth) {
  int compared = 0, with_several_groups = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 1 + random.below(4), random.one_in(4));
    if (random.one_in(4))  // others on devices of their own
      for (auto& pipeline : random_plan(random, 2, 1 + random.below(2), false).pipelines) {
        schedule_test::move_devices(pipeline, 4);
        pipeline.app = AppId("other-" + pipeline.app.text());
        plan.pipelines.push_back(pipeline);
      }
    schedule_test::draw_runs(random, plan, 7);
    plan.overlap = !random.one_in(4);
    const auto made = schedule::make_executable(plan, schedule_test::sram(6), {4, 4});
    if (!made) continue;
    schedule_test::predict(plan, *made);
    const auto run = run_virtually(plan, {3000, 1000});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
      EXPECT_NEAR(run->pipelines[p].runs_per_second / plan.pipelines[p].runs_per_second, 1, 1e-3)
          << "seed " << seed << ", pipeline " << p << " of " << plan.pipelines.size();
    ++compared;
    with_several_groups += schemas::groups_of(plan).size() > 1;
  }
  EXPECT_GT(compared, 40);
  EXPECT_GT(with_several_groups, 3);
}

TEST(VirtualRun, PacedPipelinesHoldTheirRateAndSlowNobodyDown) {
  int paced = 0, beside = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 2 + random.below(3), false);
    schedule_test::draw_runs(random, plan, 4);
    plan.overlap = !random.one_in(6);
    const auto made = schedule::make_executable(plan, schedule_test::sram(4), {4, 4});
    if (!made) continue;
    schedule_test::predict(plan, *made);
    const auto full = plan;
    // Some pass over a part of their turns: at least one turn in a hundred, up to nine of ten.
    for (auto& pipeline : plan.pipelines) {
      pipeline.paced = random.one_in(2);
      if (pipeline.paced) pipeline.runs_per_second *= 0.1 + double(random.below(90)) / 100;
    }
    const auto run = run_virtually(plan, {1500, 500});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
      const double measured = run->pipelines[p].runs_per_second;
      if (plan.pipelines[p].paced)
        EXPECT_NEAR(measured / plan.pipelines[p].runs_per_second, 1, 1e-3) << "seed " << seed << ", " << p;
      else
        EXPECT_GE(measured / full.pipelines[p].runs_per_second, 1 - 1e-3) << "seed " << seed << ", " << p;
      (plan.pipelines[p].paced ? paced : beside) += 1;
    }
  }
  EXPECT_GT(paced, 40);
  EXPECT_GT(beside, 40);
}

TEST(VirtualRun, ARunIsNeverShorterThanInAnEmptyMesh) {
  Random random(4);
  auto plan = random_plan(random, 3, 3, false);
  ASSERT_TRUE(schedule::make_executable(plan, schedule_test::sram(3)));
  const auto run = run_virtually(plan, {300, 50});
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
  const auto run = run_virtually(plan, {300, 50});
  ASSERT_TRUE(run) << run.error().message;
  std::map<schemas::UnitRef, Duration> busy;
  for (const auto& unit : run->units) busy[unit.unit] = unit.busy;
  EXPECT_EQ(busy, expected);
  EXPECT_EQ(busy.size(), run->units.size()) << "each unit is told once";
}

TEST(VirtualRun, EnergyIsTheMeanOfTheTasksOfAllRuns) {
  // Two pipelines that share no unit: one makes a run every 10 ms, the other every 40 ms.
  schemas::CollaborationPlan plan;
  plan.pipelines.resize(2);
  for (std::uint64_t p = 0; p < 2; ++p) {
    plan.pipelines[p].app = AppId("app" + std::to_string(p));
    plan.pipelines[p].executions.resize(1);
    schedule_test::Steps(plan.pipelines[p].executions[0])
        .add(schemas::TaskKind::kSense, schedule_test::device(p), p == 0 ? 10'000 : 40'000);
  }
  plan.pipelines[0].executions[0].energy_uj = 50;
  plan.pipelines[1].executions[0].energy_uj = 100;
  const auto made = schedule::make_executable(plan, schedule_test::sram(2));
  ASSERT_TRUE(made);
  schedule_test::predict(plan, *made);
  const auto run = run_virtually(plan, {1000, 100});
  ASSERT_TRUE(run);
  EXPECT_NEAR(run->pipelines[0].runs_per_second, 100, 1e-6);
  EXPECT_NEAR(run->pipelines[1].runs_per_second, 25, 1e-6);
  EXPECT_NEAR(run->pipelines[1].energy_uj, 100, 1e-9);
  EXPECT_NEAR(run->energy_uj, (100 * 50 + 25 * 100) / 125.0, 1e-6);
}

/// Every step takes an energy of its own, of a transfer a part at each end.
void draw_energies(Random& random, schemas::CollaborationPlan& plan) {
  for (auto& pipeline : plan.pipelines)
    for (auto& execution : pipeline.executions)
      for (auto& step : execution.steps) {
        step.energy_uj = double(random.below(1000));
        if (step.kind == schemas::TaskKind::kTransfer)
          step.receiver_energy_uj = double(random.below(1 + std::uint64_t(step.energy_uj)));
        execution.energy_uj += step.energy_uj;
      }
}

TEST(VirtualRun, EachDeviceTakesThePowerOfItsTasksAtTheMeasuredRates) {
  int compared = 0, transfers = 0, paced = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 1 + random.below(4), random.one_in(3));
    draw_energies(random, plan);
    const auto made = schedule::make_executable(plan, schedule_test::sram(4), {4, 4});
    if (!made) continue;
    schedule_test::predict(plan, *made);
    for (auto& pipeline : plan.pipelines) {
      // A run that passes over turns may take another way than every second or third.
      pipeline.paced = random.one_in(3) && pipeline.executions.size() == 1;
      paced += pipeline.paced ? 1 : 0;
      if (pipeline.paced) pipeline.runs_per_second *= 0.3;
    }
    const auto run = run_virtually(plan, {1200, 600});
    ASSERT_TRUE(run) << "seed " << seed << ": " << run.error().message;
    std::map<DeviceId, double> expected_uw;
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
      const auto& pipeline = plan.pipelines[p];
      for (const auto execution : pipeline.sequence)
        for (const auto& step : pipeline.executions[execution].steps) {
          const double often = run->pipelines[p].runs_per_second / double(pipeline.sequence.size());
          expected_uw[step.device] += often * (step.energy_uj - step.receiver_energy_uj);
          if (step.kind != schemas::TaskKind::kTransfer) continue;
          expected_uw[step.to] += often * step.receiver_energy_uj;
          ++transfers;
        }
    }
    for (const auto& device : run->devices)
      EXPECT_NEAR(device.tasks_mw, expected_uw[device.device] * 1e-3, 2e-3 * device.tasks_mw + 1e-9)
          << "seed " << seed << ", " << device.device.text();
    EXPECT_EQ(run->devices.size(), expected_uw.size());
    ++compared;
  }
  EXPECT_GT(compared, 25);
  EXPECT_GT(transfers, 25);
  EXPECT_GT(paced, 5);
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
  const auto run = run_virtually(plan, {500, 100});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_LE(run->rounds_per_second * made->front().bound_ns, 1e9 * 1.01);
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
  EXPECT_FALSE(run_virtually(plan, {100, 100}));
  EXPECT_FALSE(run_virtually({}, {}));
}

}  // namespace
}  // namespace synergy::execution
