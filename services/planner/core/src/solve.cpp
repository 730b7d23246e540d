#include "synergy/planner/solve.hpp"

#include <cmath>

#include "make_plan.hpp"
#include "search/measure.hpp"
#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"
#include "synergy/planner/conflict.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

/// Nodes with which a policy that claims nothing still looks for a plan when the budget is spent.
constexpr std::uint64_t kNodesOfLastResort = 100'000;

/// Makes the best plan of the policy's choice and, if it certifies, of the others' too.
class Assembly {
 public:
  Assembly(CostModel& costs, const SolveOptions& options) : costs_(costs), options_(options) {}

  /// Refuses where the policy's own choice can not be assembled and no other is there.
  Planned<schemas::CollaborationPlan> best_of(const Chosen& chosen, Outcome& outcome) {
    auto best = make_plan(costs_, chosen.choices, options_);
    outcome.choices = chosen.choices;
    for (const auto& other : chosen.others) {
      RunnerUp loser{other.name, other.choices, summary_of(costs_.problem(), other.choices), 0,
                     other.why_not ? other.why_not->text() : ""};
      if (other.cost) {
        loser.objective_value = search::in_outcome_units(*other.cost, options_.objective);
        // A plan's real value is never better than what the search makes of it.
        if (!best || may_be_ahead(loser.objective_value, *best, chosen.levels))
          challenge(other, loser, best, outcome);
      }
      outcome.runner_ups.push_back(std::move(loser));
    }
    if (best)
      for (auto& loser : outcome.runner_ups) explain(loser, *best);
    return best;
  }

 private:
  void challenge(const Proposal& other, RunnerUp& loser, Planned<schemas::CollaborationPlan>& best,
                 Outcome& outcome) {
    auto plan = make_plan(costs_, other.choices, options_);
    if (!plan) {
      loser.why = plan.error().text();
      return;
    }
    loser.objective_value = value(*plan);
    if (best && !is_ahead(*plan, *best)) return;
    if (best)
      loser = {"search", outcome.choices, summary_of(costs_.problem(), outcome.choices), value(*best), {}};
    outcome.choices = other.choices;
    best = std::move(plan);
  }

  /// Where the best plan's orders lose much of a level of `fair`, one that is as good in the first may lose
  /// less.
  [[nodiscard]] bool may_be_ahead(double at_most, const schemas::CollaborationPlan& best,
                                  const std::vector<schemas::RateLevel>& levels) const {
    const double ahead = advantage(at_most, value(best), options_.objective);
    if (ahead > kSameValue) return true;
    return options_.objective == Objective::kFair && ahead >= -kSameValue && !keeps_levels(best, levels);
  }
  [[nodiscard]] bool is_ahead(const schemas::CollaborationPlan& plan,
                              const schemas::CollaborationPlan& best) const {
    if (options_.objective != Objective::kFair)
      return advantage(value(plan), value(best), options_.objective) > kSameValue;
    const auto a = shares_of_rate(costs_.problem(), plan), b = shares_of_rate(costs_.problem(), best);
    for (std::size_t k = 0; k < a.size(); ++k)
      if (std::abs(a[k] - b[k]) > kSameValue * b[k]) return a[k] > b[k];
    return false;
  }
  [[nodiscard]] double value(const schemas::CollaborationPlan& plan) const { return plan.objective_value; }

  void explain(RunnerUp& loser, const schemas::CollaborationPlan& best) const {
    if (!loser.why.empty() || loser.objective_value == 0) return;
    const double behind = advantage(value(best), loser.objective_value, options_.objective);
    loser.why = behind <= kSameValue ? "equally good" : std::to_string(behind * 100) + " % behind";
  }

  CostModel& costs_;
  const SolveOptions& options_;
};

/// What the policy chooses. One that claims nothing is never without a plan for want of a few nodes.
Planned<Chosen> choose(const Policy& policy, CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto chosen = policy.choose(costs, options, budget);
  if (chosen || chosen.error().kind != RefusalKind::kBudgetSpent || policy.certifies) return chosen;
  Budget few(kNodesOfLastResort);
  auto again = policy.choose(costs, options, few);
  return again || again.error().kind != RefusalKind::kBudgetSpent ? again : chosen;
}

Outcome refused(const Refusal& refusal, const Budget& budget) {
  Outcome outcome;
  outcome.status = status_of(refusal.kind);
  outcome.reason = refusal.reason;
  outcome.conflict = refusal.conflict;
  outcome.nodes = budget.nodes_at_end();
  // A part that ended by its own share of the nodes does not end the whole budget.
  if (refusal.kind == RefusalKind::kBudgetSpent)
    outcome.stopped_by = budget.stopped_by().value_or(StoppedBy::kNodes);
  return outcome;
}

/// With the demands that are in the way, where it is proved that there is no plan.
Refusal explained(const Refusal& refusal, const Problem& problem, const SolveOptions& options) {
  Budget own(kConflictNodes);
  return options.explains ? explain(refusal, problem, options, own) : refusal;
}

}  // namespace

OutcomeStatus status_of(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::kOutOfResource:
      return OutcomeStatus::kOutOfResource;
    case RefusalKind::kInfeasible:
      return OutcomeStatus::kInfeasible;
    case RefusalKind::kBudgetSpent:
      return OutcomeStatus::kBudgetSpent;
    case RefusalKind::kInvalid:
      break;
  }
  return OutcomeStatus::kInvalid;
}

OutcomeStatus status_of(schemas::PlanStatus status) {
  switch (status) {
    case schemas::PlanStatus::kOptimal:
      return OutcomeStatus::kOptimal;
    case schemas::PlanStatus::kBounded:
      return OutcomeStatus::kBounded;
    case schemas::PlanStatus::kHeuristic:
      break;
  }
  return OutcomeStatus::kHeuristic;
}

Refusal Outcome::refusal() const {
  SYNERGY_CHECK(!has_plan(), "a refusal is read only where there is no plan");
  for (const auto kind : {RefusalKind::kOutOfResource, RefusalKind::kInfeasible, RefusalKind::kBudgetSpent})
    if (status_of(kind) == status) return {kind, reason, conflict};
  return {RefusalKind::kInvalid, reason, conflict};
}

Outcome solve_within(const Problem& problem, const SolveOptions& options, Budget& budget) {
  if (auto status = check_problem(problem); !status)
    return refused({RefusalKind::kInvalid, status.error().message}, budget);
  const auto* policy = find_policy(options.policy);
  if (policy == nullptr)
    return refused({RefusalKind::kInvalid, unknown_name("policy", options.policy, policy_names())}, budget);
  if (auto status = check_objective(problem, options.objective); !status)
    return refused({RefusalKind::kInvalid, status.error().message}, budget);
  CostModel costs(problem);
  const auto chosen =
      problem.pipelines.empty() ? Planned<Chosen>(Chosen{}) : choose(*policy, costs, options, budget);
  if (!chosen) return refused(explained(chosen.error(), problem, options), budget);
  Outcome outcome;
  auto plan = Assembly(costs, options).best_of(*chosen, outcome);
  if (!plan) {
    auto refusal = refused(plan.error(), budget);
    refusal.choices = std::move(outcome.choices);
    refusal.runner_ups = std::move(outcome.runner_ups);
    return refusal;
  }
  plan->policy = policy->name;
  plan->reason = policy->about;
  const auto verified = verify(problem, *plan);
  // Whoever asks lives on: a plan that does not hold is told, and nobody gets it.
  if (!verified)
    return refused({RefusalKind::kInvalid,
                    "a defect of the planner: its plan does not hold: " + verified.error().message},
                   budget);
  outcome.plan = std::move(*plan);
  outcome.plan.levels = chosen->levels;
  outcome.objective_value = outcome.plan.objective_value;
  outcome.status = OutcomeStatus::kHeuristic;
  outcome.nodes = budget.nodes_at_end();
  outcome.stopped_by = chosen->bound ? chosen->stopped_by : budget.stopped_by();
  sign(outcome);
  if (chosen->bound) {
    outcome.bound = search::in_outcome_units(*chosen->bound, options.objective);
    certify(outcome, options.objective, chosen->levels_are_proved);
  }
  return outcome;
}

Outcome solve(const Problem& problem, const SolveOptions& options, Budget budget) {
  return solve_within(problem, options, budget);
}

Outcome solve(const Problem& problem, std::string_view policy, Budget budget) {
  SolveOptions options;
  options.policy = policy;
  return solve(problem, options, budget);
}

}  // namespace synergy::planner
