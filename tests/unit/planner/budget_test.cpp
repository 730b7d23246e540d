// Budgets: which limit ended a search, that the search can be made again, what is told while it goes on, and
// that a plan of simple means is there where the budget is too small.
#include "synergy/planner/budget.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <memory>

#include "planner_fixtures.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/replan.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Budget;
using planner::OutcomeStatus;
using planner::Progress;
using planner::StoppedBy;
using testing::HasSubstr;

/// A stop predicate that says so from the n-th asking on: a clock that is the same each time. Budgets and
/// their parts copy it, and share what it counts.
Budget::Stop stop_at_asking(int n) {
  return [left = std::make_shared<int>(n)] { return --*left <= 0; };
}

int spend_all(Budget& budget) {
  int nodes = 0;
  while (budget.spend()) ++nodes;
  return nodes;
}

TEST(Budget, CountsNodesUpToItsLimit) {
  Budget budget(2);
  EXPECT_TRUE(budget.spend());
  EXPECT_FALSE(budget.spent());
  EXPECT_TRUE(budget.spend());
  EXPECT_FALSE(budget.stopped_by()) << "exactly its nodes are not too many";
  EXPECT_FALSE(budget.spend());
  EXPECT_TRUE(budget.spent());
  EXPECT_EQ(budget.used(), 2u);
}

TEST(Budget, SaysWhetherItsNodesOrItsStopPredicateEndedTheSearch) {
  Budget nodes(50, stop_at_asking(3));
  EXPECT_EQ(spend_all(nodes), 50);
  EXPECT_EQ(nodes.stopped_by(), StoppedBy::kNodes);
  Budget time(500, stop_at_asking(3));
  EXPECT_EQ(spend_all(time), 64) << "it is asked every 32 nodes";
  EXPECT_EQ(time.stopped_by(), StoppedBy::kTime);
  EXPECT_FALSE(time.spend()) << "what has ended stays so";
}

TEST(Budget, APartThatEndsByItsOwnLimitDoesNotEndTheWhole) {
  Budget whole(100);
  auto part = whole.part(40);
  EXPECT_EQ(spend_all(part), 40);
  EXPECT_EQ(part.stopped_by(), StoppedBy::kNodes);
  whole.take(part);
  EXPECT_FALSE(whole.spent());
  EXPECT_EQ(whole.left(), 60u);
  auto rest = whole.part(1000);
  EXPECT_EQ(spend_all(rest), 60);
  whole.take(rest);
  EXPECT_EQ(whole.stopped_by(), StoppedBy::kNodes);
}

TEST(Budget, APartThatTheStopPredicateEndsEndsTheWhole) {
  Budget whole(1000, stop_at_asking(2));
  auto part = whole.part(900), inner = part.part(800);
  EXPECT_EQ(spend_all(inner), 32);
  part.take(inner);
  whole.take(part);
  EXPECT_EQ(whole.stopped_by(), StoppedBy::kTime);
  whole.take(64);  // work that is not cut short
  EXPECT_EQ(whole.used(), 96u);
  EXPECT_EQ(whole.nodes_at_end(), 32u);
}

TEST(Budget, CutAtTheNodesOfThenEndsWhereTheStopPredicateHadEnded) {
  Budget whole(1000);
  whole.cut_at(100);
  auto first = whole.part(70);
  EXPECT_EQ(spend_all(first), 70);
  EXPECT_EQ(first.stopped_by(), StoppedBy::kNodes);
  whole.take(first);
  auto second = whole.part(70);
  EXPECT_EQ(spend_all(second), 30);
  EXPECT_EQ(second.stopped_by(), StoppedBy::kTime);
}

TEST(Budget, TellsNodesAndWhatWasFound) {
  std::vector<Progress> told;
  Budget budget;
  budget.tell([&](const Progress& progress) { told.push_back(progress); });
  auto other = budget.part(33);
  other.mute();
  other.found(1, 2);
  (void)spend_all(other);
  budget.take(other);
  budget.found(10, 20);
  auto own = budget.part(33);
  (void)spend_all(own);
  ASSERT_EQ(told.size(), 4u);
  EXPECT_FALSE(told[1].best) << "a plan of another measure";
  EXPECT_EQ(told[1].nodes, 32u);
  EXPECT_EQ(told[3].nodes, 65u);
  EXPECT_EQ(told[3].best, 10);
  EXPECT_EQ(told[3].bound, 20);
}

/// Takes some thousand nodes.
planner::Problem busy_problem(std::uint32_t apps) {
  auto problem = digits_problem(2);
  for (std::uint32_t n = 1; n < apps; ++n)
    problem.pipelines.push_back({digits_app(n % 3 + 1, "digits-" + std::to_string(n)), digits_model()});
  return problem;
}

TEST(Budget, ASearchCutByTimeIsMadeAgainByItsNodes) {
  constexpr std::uint64_t kNodes = 4'000;
  const auto problem = busy_problem(3);
  for (const auto* policy : {"optimal", "optimal-mixed", "synergy"}) {
    const auto whole = planner::solve(problem, policy, Budget(kNodes));
    int cut = 0;
    for (int asking = 1; asking <= 60; ++asking) {
      SCOPED_TRACE(std::string(policy) + ", asking " + std::to_string(asking));
      const auto once = planner::solve(problem, policy, Budget(kNodes, stop_at_asking(asking)));
      cut += once.nodes < whole.nodes;
      Budget budget(kNodes);
      budget.cut_at(once.nodes);
      const auto again = planner::solve(problem, policy, budget);
      EXPECT_EQ(again.plan, once.plan);
      EXPECT_EQ(again.status, once.status);
      EXPECT_EQ(again.reason, once.reason);
      EXPECT_EQ(again.stopped_by, once.stopped_by);
      EXPECT_EQ(again.nodes, once.nodes);
    }
    EXPECT_GE(cut, 4) << policy;
  }
}

TEST(Budget, AReplanningCutByTimeIsMadeAgainByItsNodes) {
  constexpr std::uint64_t kNodes = 4'000;
  const auto running = planner::solve(busy_problem(2), "ind-e2e");
  ASSERT_TRUE(running.has_plan()) << running.reason;
  const auto problem = busy_problem(3);
  const auto whole = planner::replan(problem, running.plan, {}, Budget(kNodes));
  int cut = 0;
  for (int asking = 1; asking <= 150; ++asking) {
    SCOPED_TRACE("asking " + std::to_string(asking));
    const auto once = planner::replan(problem, running.plan, {}, Budget(kNodes, stop_at_asking(asking)));
    cut += once.outcome.nodes < whole.outcome.nodes;
    Budget budget(kNodes);
    budget.cut_at(once.outcome.nodes);
    const auto again = planner::replan(problem, running.plan, {}, budget);
    EXPECT_EQ(again.outcome.plan, once.outcome.plan);
    EXPECT_EQ(again.outcome.nodes, once.outcome.nodes);
  }
  EXPECT_GE(cut, 40);
}

/// Budgets that end before a search begins, and what ended them.
std::vector<std::pair<Budget, StoppedBy>> no_budgets() {
  return {{Budget(0), StoppedBy::kNodes}, {Budget(Budget::kNoLimit, [] { return true; }), StoppedBy::kTime}};
}

TEST(SmallBudget, GivesThePlanOfSimpleMeans) {
  for (const auto& policy : planner::policies())
    for (const auto& [budget, stopped_by] : no_budgets()) {
      SCOPED_TRACE(policy.name);
      const auto problem = digits_problem(2);
      const auto outcome = planner::solve(problem, policy.name, budget);
      ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
      EXPECT_TRUE(planner::verify(problem, outcome.plan));
      EXPECT_EQ(outcome.plan.policy, policy.name);
      EXPECT_EQ(outcome.nodes, 0u);
      EXPECT_EQ(outcome.plan.nodes_spent, outcome.nodes);
      EXPECT_EQ(outcome.plan.stopped_by, outcome.stopped_by);
      if (outcome.status == OutcomeStatus::kOptimal) continue;  // the plan meets the bound
      EXPECT_EQ(outcome.status, policy.certifies ? OutcomeStatus::kBounded : OutcomeStatus::kHeuristic);
      // A dynamic program takes no nodes, so that nothing cuts it short.
      const bool takes_nodes = policy.name.find("max-dev") == policy.name.npos;
      EXPECT_EQ(outcome.stopped_by, takes_nodes ? std::optional(stopped_by) : std::nullopt);
    }
}

TEST(SmallBudget, GivesTheBestOfThePlansOfSimpleMeans) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto problem = random_problem(seed, 3);
    const auto outcome = planner::solve(problem, "optimal", Budget(0));
    if (!outcome.has_plan() || outcome.stopped_by == StoppedBy::kProof) continue;
    EXPECT_GE(outcome.bound, outcome.objective_value);
    for (const auto* policy : {"min-dev", "ind-e2e", "synergy"}) {
      const auto simple = planner::solve(problem, policy);
      if (!simple.has_plan()) continue;
      ++compared;
      EXPECT_GE(outcome.objective_value, simple.objective_value * (1 - 1e-6)) << policy;
    }
  }
  EXPECT_GE(compared, 10);
}

/// Two models that do not fit the only device together: simple means find nothing, a proof takes a search.
planner::Problem too_large() {
  planner::Problem problem{standard_body("four-78000"), {}};
  problem.body.devices.resize(1);
  for (const auto* name : {"left", "right"}) {
    auto app = digits_app(1, name);
    app.interaction.on = {};
    app.model = ModelId(name);
    problem.pipelines.push_back({app, SmallModel(name, 64, 4).conv(500, 3).build()});
  }
  return problem;
}

TEST(SmallBudget, IsSpentWhereSimpleMeansFindNoPlan) {
  for (const auto* policy : {"optimal", "optimal-mixed"})
    for (const auto& [budget, stopped_by] : no_budgets()) {
      const auto outcome = planner::solve(too_large(), policy, budget);
      EXPECT_EQ(outcome.status, OutcomeStatus::kBudgetSpent) << policy;
      EXPECT_EQ(outcome.stopped_by, stopped_by) << policy;
      EXPECT_FALSE(outcome.has_plan()) << policy;
      EXPECT_THAT(outcome.reason, HasSubstr("0 nodes")) << policy;
      EXPECT_THAT(outcome.reason, HasSubstr("all apps")) << "it is not for want of one: " << policy;
      EXPECT_THAT(outcome.reason, HasSubstr(stopped_by == StoppedBy::kTime ? "time" : "budget")) << policy;
    }
  EXPECT_EQ(planner::solve(too_large(), "optimal").status, OutcomeStatus::kInfeasible);
}

TEST(SmallBudget, EveryLevelHasABoundThatCanBeTold) {
  // Apps of very different rates: the levels above the first are those that a small budget does not come to.
  planner::Problem problem{standard_body("six-78000"), {}};
  for (std::uint32_t n = 1; n <= 5; ++n) {
    problem.pipelines.push_back({digits_app(n % 2 + 1, "digits-" + std::to_string(n)), digits_model()});
    problem.pipelines.back().app.weight = n;
  }
  for (const auto nodes : {1, 10, 30, 100, 300, 1000, 3000}) {
    const auto outcome = planner::solve(problem, "optimal", Budget(std::uint64_t(nodes)));
    if (!outcome.has_plan()) continue;
    for (const auto& level : outcome.plan.levels) {
      EXPECT_TRUE(std::isfinite(level.bound)) << nodes;
      EXPECT_GE(level.bound, level.value) << nodes;
    }
  }
}

TEST(Progress, TellsWhatASearchHasFoundInTheUnitsOfItsOutcome) {
  for (const auto objective : {planner::Objective::kRounds, planner::Objective::kLatency}) {
    planner::SolveOptions options;
    options.objective = objective;
    const auto problem = busy_problem(3);
    std::vector<Progress> told;
    Budget budget(20'000);
    budget.tell([&](const Progress& progress) { told.push_back(progress); });
    const auto outcome = planner::solve(problem, options, budget);
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    ASSERT_GE(told.size(), 3u);
    EXPECT_FALSE(told.front().best);
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end(),
                               [](const auto& a, const auto& b) { return a.nodes < b.nodes; }));
    EXPECT_LE(told.back().nodes, outcome.nodes);
    int with_bound = 0;
    for (const auto& progress : told) {
      if (!progress.bound || !progress.best) continue;
      ++with_bound;
      const bool more = objective == planner::Objective::kRounds;
      const double better = more ? *progress.bound : outcome.objective_value;
      EXPECT_GE(better, (more ? outcome.objective_value : *progress.bound) * (1 - 1e-9));
    }
    EXPECT_GE(with_bound, 1);
  }
}

}  // namespace
}  // namespace synergy::planner_test
