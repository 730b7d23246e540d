#include "synergy/planner/solve.hpp"

#include "make_plan.hpp"
#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

/// From the search's measure (ns, ns, uJ) to that of outcomes.
double in_outcome_units(double cost, Objective objective) {
  switch (objective) {
    case Objective::kThroughput:
      return cost > 0 ? 1e9 / cost : 0;
    case Objective::kLatency:
      return cost / 1e3;
    case Objective::kEnergy:
      break;
  }
  return cost;
}

OutcomeKind kind_of(const Error& error) {
  if (error.code == ErrorCode::kTimeout) return OutcomeKind::kBudgetSpent;
  return error.message.starts_with("OOR") ? OutcomeKind::kOutOfResource : OutcomeKind::kInfeasible;
}

/// Makes the best plan of the policy's choice and, if it certifies, of the others' too.
class Assembly {
 public:
  Assembly(CostModel& costs, const SolveOptions& options) : costs_(costs), options_(options) {}

  /// Fails where the policy's own choice can not be assembled and no other is there.
  Result<schemas::CollaborationPlan> best_of(const Chosen& chosen, Outcome& outcome) {
    auto best = make_plan(costs_, chosen.choices, options_);
    outcome.choices = chosen.choices;
    for (const auto& other : chosen.others) {
      RunnerUp loser{other.name, other.choices, summary_of(costs_.problem(), other.choices), 0,
                     other.why_not};
      if (other.cost) {
        loser.objective_value = in_outcome_units(*other.cost, options_.objective);
        // A plan's real value is never better than what the search makes of it.
        if (!best || advantage(loser.objective_value, value(*best), options_.objective) > kSameValue)
          challenge(other, loser, best, outcome);
      }
      outcome.runner_ups.push_back(std::move(loser));
    }
    if (best)
      for (auto& loser : outcome.runner_ups) explain(loser, *best);
    return best;
  }

 private:
  void challenge(const Proposal& other, RunnerUp& loser, Result<schemas::CollaborationPlan>& best,
                 Outcome& outcome) {
    auto plan = make_plan(costs_, other.choices, options_);
    if (!plan) {
      loser.why = plan.error().message;
      return;
    }
    loser.objective_value = value(*plan);
    if (best && advantage(value(*plan), value(*best), options_.objective) <= kSameValue) return;
    if (best)
      loser = {"search", outcome.choices, summary_of(costs_.problem(), outcome.choices), value(*best), {}};
    outcome.choices = other.choices;
    best = std::move(plan);
  }

  [[nodiscard]] double value(const schemas::CollaborationPlan& plan) const {
    return objective_value(plan, options_.objective);
  }

  void explain(RunnerUp& loser, const schemas::CollaborationPlan& best) const {
    if (!loser.why.empty() || loser.objective_value == 0) return;
    const double behind = advantage(value(best), loser.objective_value, options_.objective);
    loser.why = behind <= kSameValue ? "equally good" : std::to_string(behind * 100) + " % behind";
  }

  CostModel& costs_;
  const SolveOptions& options_;
};

}  // namespace

double objective_value(const schemas::CollaborationPlan& plan, Objective objective) {
  switch (objective) {
    case Objective::kThroughput:
      return plan.rounds_per_second;
    case Objective::kLatency:
      return double(plan.latency.count()) / 1e3;
    case Objective::kEnergy:
      break;
  }
  return plan.energy_uj;
}

Outcome solve(const Problem& problem, const SolveOptions& options, Budget budget) {
  Outcome outcome;
  if (auto status = check_problem(problem); !status) {
    outcome.reason = status.error().message;
    return outcome;
  }
  const auto* policy = find_policy(options.policy);
  if (policy == nullptr) {
    outcome.reason = unknown_name("policy", options.policy, policy_names());
    return outcome;
  }
  CostModel costs(problem);
  const auto chosen =
      problem.pipelines.empty() ? Result<Chosen>(Chosen{}) : policy->choose(costs, options, budget);
  outcome.nodes = budget.used();
  if (!chosen) {
    outcome.kind = kind_of(chosen.error());
    outcome.reason = chosen.error().message;
    return outcome;
  }
  auto plan = Assembly(costs, options).best_of(*chosen, outcome);
  if (!plan) {
    outcome.kind = OutcomeKind::kOutOfResource;
    outcome.reason = plan.error().message;
    return outcome;
  }
  plan->policy = policy->name;
  plan->reason = policy->about;
  const auto verified = verify(problem, *plan);
  SYNERGY_CHECK(verified.has_value(), verified ? "" : verified.error().message.c_str());
  outcome.plan = std::move(*plan);
  outcome.objective_value = objective_value(outcome.plan, options.objective);
  outcome.kind = budget.spent() ? OutcomeKind::kBudgetSpent : OutcomeKind::kSolved;
  if (chosen->bound) {
    outcome.bound = in_outcome_units(*chosen->bound, options.objective);
    certify(outcome, options.objective);
  }
  return outcome;
}

Outcome solve(const Problem& problem, std::string_view policy, Budget budget) {
  SolveOptions options;
  options.policy = policy;
  return solve(problem, options, budget);
}

}  // namespace synergy::planner
