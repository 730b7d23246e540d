#include "synergy/gateway/comparison.hpp"

#include <algorithm>

#include "synergy/planner/solve.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::gateway {

void add_policy(const planner::Problem& problem, const planner::SolveOptions& options,
                planner::Budget& budget, Comparison& comparison) {
  const auto outcome = planner::solve(problem, options, budget);
  auto report = planner_offline::make_report(problem, options, outcome, /*planning_us=*/0);
  PolicyLine line;
  line.policy = options.policy;
  line.status = report.status;
  line.stopped_by = report.stopped_by;
  line.reason = report.reason;
  line.objective_value = report.objective_value;
  line.rounds_per_second = report.rounds_per_second;
  line.energy_uj = report.energy_uj;
  line.latency_us = report.latency_us;
  if (outcome.has_plan())
    for (const auto& pipeline : outcome.plan.pipelines)
      line.rates.emplace(pipeline.app.text(), pipeline.runs_per_second);
  comparison.policies.push_back(std::move(line));
  for (auto& loser : report.runner_ups) {
    const bool is_known = std::any_of(comparison.runners_up.begin(), comparison.runners_up.end(),
                                      [&](const auto& one) { return one.name == loser.name; });
    if (!is_known) comparison.runners_up.push_back(std::move(loser));
  }
}

}  // namespace synergy::gateway

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::gateway::Comparison>();
