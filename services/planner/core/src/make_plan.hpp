// From choices to a plan that may be given out.
#pragma once

#include "synergy/planner/assemble.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::planner {

/// As solve(). Its nodes are counted in `budget`, so that the caller can go on searching with the rest.
[[nodiscard]] Outcome solve_within(const Problem& problem, const SolveOptions& options, Budget& budget);

/// What runs where, and for how long, before it is known how often and in which order: the plan's pipelines
/// with the steps of their executions, without rates, units, buffers and memory.
[[nodiscard]] schemas::CollaborationPlan ways_of(CostModel& costs, const Choices& choices,
                                                 const Residents& residents, const SolveOptions& options);

/// Latency, energy, power and value of a plan whose pipelines have their rates.
void predict_from_rates(const Problem& problem, schemas::CollaborationPlan& plan);

/// The plan of these choices. It is checked against the apps' minimum rates and deadlines. Refuses with
/// kOutOfResource.
[[nodiscard]] Planned<schemas::CollaborationPlan> make_plan(CostModel& costs, const Choices& choices,
                                                            const SolveOptions& options);

/// Relative: values closer than this are the same.
inline constexpr double kSameValue = 1e-6;

/// Gap and status of an outcome that holds a plan and its bound; `stopped_by` where they meet. Says the same
/// in the plan. `levels_are_proved`: as of Chosen; true where there are none.
void certify(Outcome& outcome, Objective objective, bool levels_are_proved);

/// Writes what the plan itself says of the search that made it.
void sign(Outcome& outcome);

/// `app: source > device[first-last] > ... > target`, one pipeline after the other.
[[nodiscard]] std::string summary_of(const Problem& problem, const Choices& choices);

/// Whether every level is proved, and the plan gives its apps what it tells, but for what whole runs in a
/// cycle may cost; and lets its devices last as long.
[[nodiscard]] bool keeps_levels(const schemas::CollaborationPlan& plan,
                                const std::vector<schemas::RateLevel>& levels);

}  // namespace synergy::planner
