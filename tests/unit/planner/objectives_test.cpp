// Objectives `sum` and `lifetime`: rates by hand, and what they refuse. optimal_test.cpp compares their plans
// with all others.
#include <gmock/gmock.h>

#include "demands.hpp"
#include "planner_fixtures.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Demand;
using planner::Loads;
using planner::Objective;
using planner::OutcomeStatus;
using planner::rates_of_greatest_sum;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A run of the first holds the unit for 10 ms, one of the second for 20 ms.
const Loads kShared{{{0, 10e6}}, {{0, 20e6}}};

TEST(GreatestSum, GoesToWhoeverGetsMostOutOfAUnit) {
  // 0.01 a + 0.02 b <= 1, both at least 1: a + b is greatest where b is 1.
  EXPECT_THAT(rates_of_greatest_sum(kShared, {{1, 1, kInfinity}, {1, 1, kInfinity}}).rates,
              ElementsAre(DoubleNear(98, 1e-6), DoubleNear(1, 1e-6)));
  EXPECT_THAT(rates_of_greatest_sum(kShared, {{1, 1, kInfinity}, {3, 1, kInfinity}}).rates,
              ElementsAre(DoubleNear(1, 1e-6), DoubleNear(49.5, 1e-6)));
}

TEST(GreatestSum, LeavesTheRestToTheNextWhereACapIsReached) {
  EXPECT_THAT(rates_of_greatest_sum(kShared, {{1, 1, 40}, {1, 1, kInfinity}}).rates,
              ElementsAre(DoubleNear(40, 1e-6), DoubleNear(30, 1e-6)));
  EXPECT_THAT(rates_of_greatest_sum(kShared, {{1, 1, 40}, {1, 1, 7}}).rates,
              ElementsAre(DoubleNear(40, 1e-6), DoubleNear(7, 1e-6)));
}

TEST(GreatestSum, PricesAreWhatALittleMoreOfAUnitWouldAdd) {
  const auto sum = rates_of_greatest_sum(kShared, {{1, 1, kInfinity}, {1, 1, kInfinity}});
  EXPECT_THAT(sum.prices, ElementsAre(DoubleNear(100, 1e-6)));  // of the whole unit: 100 runs of the first
}

TEST(GreatestSum, FloorsThatFillAUnitAreAllThereIs) {
  EXPECT_THAT(rates_of_greatest_sum(kShared, {{1, 60, kInfinity}, {1, 20, kInfinity}}).rates,
              ElementsAre(DoubleNear(60, 1e-6), DoubleNear(20, 1e-6)));
}

/// Two apps over one link: `a` insists on a part of what the link can do, `b` has the rest.
TEST(Floors, AreMetByCyclesAndLeaveTheOtherTheRest) {
  auto problem = digits_problem();
  problem.pipelines[0].app.app = AppId("a");
  planner::SolveOptions options;
  options.max_chunks = 1;
  const auto alone = planner::solve(problem, options);
  ASSERT_TRUE(alone.has_plan()) << alone.reason;
  problem.pipelines.push_back(problem.pipelines[0]);
  problem.pipelines[1].app.app = AppId("b");
  const auto even = planner::solve(problem, options);
  ASSERT_TRUE(even.has_plan()) << even.reason;
  const double both = 2 * even.objective_value;
  int tried = 0;
  for (const double part : {0.3, 0.5, 0.6373, 0.6692, 0.75, 0.9}) {
    SCOPED_TRACE(part);
    auto& floor = problem.pipelines[0].app.min_rate = part * both;
    if (floor > alone.objective_value) continue;
    const auto outcome = planner::solve(problem, options);
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    EXPECT_GE(outcome.plan.pipelines[0].runs_per_second, floor * (1 - 1e-9));
    EXPECT_LE(outcome.gap, 0.05);
    ++tried;
  }
  EXPECT_GE(tried, 4);
  problem.pipelines.pop_back();
  problem.pipelines[0].app.min_rate = alone.objective_value * 0.9999;  // so near that nothing is to spare
  EXPECT_TRUE(planner::solve(problem, options).has_plan());
}

TEST(Sum, OfOneAppIsItsRate) {
  planner::SolveOptions options;
  const auto problem = digits_problem(1);
  const auto fair = planner::solve(problem, options);
  options.objective = Objective::kSum;
  const auto sum = planner::solve(problem, options);
  ASSERT_TRUE(fair.has_plan() && sum.has_plan()) << fair.reason << sum.reason;
  EXPECT_EQ(sum.status, OutcomeStatus::kOptimal);
  EXPECT_NEAR(sum.objective_value, fair.objective_value, 1e-6 * fair.objective_value);
}

/// An app without `min_rate` keeps 1 % of what it would have alone, whatever the others weigh.
TEST(Sum, NobodyIsForgotten) {
  auto problem = random_problem(11, 2);
  for (auto& pipeline : problem.pipelines) {
    pipeline.app.rate = pipeline.app.min_rate = pipeline.app.deadline_us = 0;
    pipeline.app.repeat = true;
    pipeline.app.at_least_devices = 1;
  }
  problem.pipelines[0].app.weight = 1000;
  planner::SolveOptions options;
  options.objective = Objective::kSum;
  const auto outcome = planner::solve(problem, options);
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  planner::CostModel costs(problem);
  const auto& alone = planner::lone_rates(costs, options);
  for (std::size_t p = 0; p < 2; ++p)
    EXPECT_GE(outcome.plan.pipelines[p].runs_per_second, 0.01 * alone[p].rate * 0.98) << p;
}

/// A cycle of whole runs gives an app with a low cap more turns than that, beside a fast one: it is held at
/// its cap, and so is one whose cap is above its floor only by little.
TEST(Sum, HoldsEveryAppAtItsCapWhateverTurnsItGets) {
  int capped = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    auto problem = random_problem(seed, 2 + seed % 2);
    Random random(seed);
    for (auto& pipeline : problem.pipelines) {
      pipeline.app.min_rate = pipeline.app.deadline_us = 0;
      pipeline.app.at_least_devices = 1;
      pipeline.app.repeat = true;
      pipeline.app.rate = random.any_of<double>({0, 0, 0.1, 0.3333, 1, 7});
    }
    planner::SolveOptions options;
    options.objective = Objective::kSum;
    for (const auto* policy : {"optimal", "synergy", "ind-e2e"}) {
      options.policy = policy;
      const auto outcome = planner::solve(problem, options, planner::Budget(20'000));
      EXPECT_EQ(outcome.reason.find("defect"), std::string::npos) << outcome.reason;
      if (!outcome.has_plan()) continue;
      for (std::size_t p = 0; p < problem.pipelines.size(); ++p)
        if (const double cap = problem.pipelines[p].app.rate; cap > 0) {
          EXPECT_LE(outcome.plan.pipelines[p].runs_per_second, cap * (1 + 1e-9));
          ++capped;
        }
    }
  }
  EXPECT_GE(capped, 30);
}

planner::Problem two_apps_with_rates() {
  auto problem = random_problem(12, 2);
  for (auto& pipeline : problem.pipelines) {
    pipeline.app.rate = 2;
    pipeline.app.min_rate = pipeline.app.deadline_us = 0;
    pipeline.app.repeat = true;
    pipeline.app.at_least_devices = 1;
  }
  return problem;
}

planner::Outcome longest_life(const planner::Problem& problem) {
  planner::SolveOptions options;
  options.objective = Objective::kLifetime;
  return planner::solve(problem, options);
}

TEST(Lifetime, NamesTheAppThatAsksForNoRate) {
  auto problem = two_apps_with_rates();
  problem.pipelines[1].app.rate = 0;
  const auto outcome = longest_life(problem);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInvalid);
  EXPECT_THAT(outcome.reason,
              HasSubstr("app '" + problem.pipelines[1].app.app.text() + "' asks for no rate"));
  EXPECT_THAT(outcome.reason, HasSubstr("'rate' or 'min_rate'"));
}

TEST(Lifetime, NeedsABatteryThatIsNotEmpty) {
  auto problem = two_apps_with_rates();
  for (const auto& device : problem.body.devices) problem.body.batteries[device.id.text()] = 0;
  const auto outcome = longest_life(problem);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInvalid);
  EXPECT_THAT(outcome.reason, HasSubstr("battery"));
}

TEST(Lifetime, RunsEveryAppAtTheLeastRateItAsksForAndTellsTheHoursOfTheFirstToDie) {
  auto problem = two_apps_with_rates();
  problem.pipelines[0].app.min_rate = 0.5;
  const auto outcome = longest_life(problem);
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_EQ(outcome.status, OutcomeStatus::kOptimal);
  EXPECT_DOUBLE_EQ(outcome.plan.pipelines[0].runs_per_second, 0.5);
  EXPECT_DOUBLE_EQ(outcome.plan.pipelines[1].runs_per_second, 2);
  double first = kInfinity;
  for (const auto& device : outcome.plan.devices) first = std::min(first, device.hours.value_or(kInfinity));
  EXPECT_DOUBLE_EQ(outcome.objective_value, first);
  ASSERT_FALSE(outcome.plan.levels.empty());
  EXPECT_NEAR(outcome.plan.levels.front().value, first, 1e-9 * first);
  EXPECT_FALSE(outcome.plan.levels.front().devices.empty());
  EXPECT_TRUE(planner::verify(problem, outcome.plan));
}

/// Half a battery lasts half as long, where the same plan stays the best.
TEST(Lifetime, FollowsWhatTheBatteriesHaveLeft) {
  auto problem = two_apps_with_rates();
  const auto full = longest_life(problem);
  for (const auto& device : problem.body.devices) problem.body.batteries[device.id.text()] = 50;
  const auto half = longest_life(problem);
  ASSERT_TRUE(full.has_plan() && half.has_plan());
  EXPECT_NEAR(half.objective_value, full.objective_value / 2, 1e-9 * full.objective_value);
}

}  // namespace
}  // namespace synergy::planner_test
