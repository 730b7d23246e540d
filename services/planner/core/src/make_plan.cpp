#include "make_plan.hpp"

#include <algorithm>

#include "cycles.hpp"

namespace synergy::planner {
namespace {

/// Relative: a cycle is a whole number of ns.
constexpr double kSameRate = 1e-9;

/// Nothing where it keeps them.
std::optional<Refusal> missed_limit(const Problem& problem, const schemas::CollaborationPlan& plan) {
  for (std::size_t p = 0; p < problem.pipelines.size(); ++p) {
    const auto& app = problem.pipelines[p].app;
    const auto where = "app '" + app.app.text() + "': ";
    if (app.min_rate > plan.pipelines[p].runs_per_second * (1 + kSameRate))
      return Refusal{RefusalKind::kOutOfResource, where + "min_rate is " + std::to_string(app.min_rate) +
                                                      " runs per second, the plan gives " +
                                                      std::to_string(plan.pipelines[p].runs_per_second)};
    for (const auto& execution : plan.pipelines[p].executions)
      if (const double us = double(execution.latency.count()) / 1e3;
          app.deadline_us > 0 && us > app.deadline_us)
        return Refusal{RefusalKind::kOutOfResource, where + "deadline_us is " +
                                                        std::to_string(app.deadline_us) +
                                                        ", the plan's latency " + std::to_string(us)};
  }
  return {};
}

/// 0 where the plan does not tell it.
double hours_of(const schemas::CollaborationPlan& plan, const DeviceId& device) {
  for (const auto& power : plan.devices)
    if (power.device == device) return power.hours.value_or(0);
  return 0;
}

}  // namespace

bool keeps_levels(const schemas::CollaborationPlan& plan, const std::vector<schemas::RateLevel>& levels) {
  for (const auto& level : levels) {
    if (level.bound > level.value * (1 + kSameValue)) return false;
    for (const auto& device : level.devices)
      if (hours_of(plan, device) < level.value * (1 - kSameValue)) return false;
    for (const auto& app : level.apps) {
      const auto* pipeline = plan.find(app);
      if (pipeline == nullptr || pipeline->runs_per_second < pipeline->weight * level.value * (1 - kMostLoss))
        return false;
    }
  }
  return true;
}

Planned<schemas::CollaborationPlan> make_plan(CostModel& costs, const Choices& choices,
                                              const SolveOptions& options) {
  auto plan = assemble(costs, choices, options);
  if (plan)
    if (auto missed = missed_limit(costs.problem(), *plan)) return std::move(*missed);
  return plan;
}

void certify(Outcome& outcome, Objective objective, bool levels_are_proved) {
  outcome.gap = std::max(0.0, advantage(outcome.bound, outcome.objective_value, objective));
  // Whole runs in a cycle may cost a sum as much of its rates as they may cost the levels of `fair`.
  const double allowed = objective == Objective::kSum ? kMostLoss : kSameValue;
  const bool proved =
      outcome.gap <= allowed && levels_are_proved && keeps_levels(outcome.plan, outcome.plan.levels);
  if (outcome.gap <= kSameValue) {
    outcome.gap = 0;
    outcome.bound = outcome.objective_value;
  }
  if (proved) outcome.stopped_by = StoppedBy::kProof;
  outcome.status = proved ? OutcomeStatus::kOptimal : OutcomeStatus::kBounded;
  sign(outcome);
}

void sign(Outcome& outcome) {
  outcome.plan.status = outcome.status == OutcomeStatus::kOptimal   ? schemas::PlanStatus::kOptimal
                        : outcome.status == OutcomeStatus::kBounded ? schemas::PlanStatus::kBounded
                                                                    : schemas::PlanStatus::kHeuristic;
  outcome.plan.stopped_by = outcome.stopped_by;
  outcome.plan.nodes_spent = outcome.nodes;
  if (outcome.status != OutcomeStatus::kHeuristic) outcome.plan.bound = outcome.bound;
}

std::string summary_of(const Problem& problem, const Choices& choices) {
  std::string text;
  for (std::size_t p = 0; p < choices.size(); ++p) {
    if (p > 0) text += "; ";
    text += problem.pipelines[p].app.app.text() + ": ";
    for (std::size_t e = 0; e < choices[p].executions.size(); ++e) {
      const auto& execution = choices[p].executions[e];
      if (e > 0) text += " | ";
      text += execution.source.text();
      for (const auto& chunk : execution.chunks)
        text += " > " + chunk.device.text() + "[" + std::to_string(chunk.first_layer) + "-" +
                std::to_string(chunk.last_layer) + "]";
      text += " > " + execution.target.text();
    }
  }
  return text;
}

}  // namespace synergy::planner
