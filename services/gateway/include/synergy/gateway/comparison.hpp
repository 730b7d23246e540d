// What each policy makes of the apps that run now: the same question to the planner's library, policy by
// policy. Pure: no clock, no thread, no bus.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::gateway {

struct PolicyLine {
  std::string policy;
  planner::OutcomeStatus status = planner::OutcomeStatus::kInvalid;
  std::optional<planner::StoppedBy> stopped_by;
  std::map<std::string, double> rates;
  std::optional<double> objective_value, rounds_per_second, energy_uj, latency_us;
  std::string reason;
  static void fields(auto& f) {
    using L = PolicyLine;
    f.required("policy", &L::policy, "what chose");
    f.required("status", &L::status,
               "optimal, bounded, heuristic: with a plan; budget_spent, oor, infeasible, invalid: without");
    f.required("stopped_by", &L::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.required("rates", &L::rates, "runs per second of each app, by its name; empty without a plan");
    f.required("objective_value", &L::objective_value, "by the objective; null without a plan");
    f.required("rounds_per_second", &L::rounds_per_second, "the lowest of the rates; null without a plan");
    f.required("energy_uj", &L::energy_uj, "tasks of a run, mean over all runs; null without a plan");
    f.required("latency_us", &L::latency_us, "mean over the apps, empty mesh; null without a plan");
    f.required("reason", &L::reason, "why this plan, or why none");
  }
};

struct Comparison {
  std::uint64_t plan_id = 0;  ///< in force; 0: none, and nothing to compare
  std::string policy;         ///< of that plan
  schemas::Objective objective = schemas::Objective::kFair;
  schemas::Residency residency = schemas::Residency::kResident;
  std::vector<PolicyLine> policies;
  std::vector<planner_offline::RunnerUpLine> runners_up;
  static void fields(auto& f) {
    using C = Comparison;
    f.required("plan_id", &C::plan_id, "the plan in force; 0: none");
    f.required("policy", &C::policy, "what chose that plan");
    f.required("objective", &C::objective, "what was sought, by the plan in force and here");
    f.required("residency", &C::residency, "resident, reload or needed; as well");
    f.required("policies", &C::policies, "one for each policy that was asked about");
    f.required("runners_up", &C::runners_up, "plans that lost, by the certifying policies asked about");
  }
};

/// Adds the policy's line to `comparison`, and what lost against its plan. The options are those of the plan
/// in force, with another policy.
void add_policy(const planner::Problem& problem, const planner::SolveOptions& options,
                planner::Budget& budget, Comparison& comparison);

}  // namespace synergy::gateway

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::gateway::Comparison>();
