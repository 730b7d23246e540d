// What the objectives are measured by.
#pragma once

#include <vector>

#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// The weight of each pipeline in objective `energy`: its part of all runs. A pipeline counts with the rate
/// that its app asks for (`rate`, else `min_rate`). Where some app asks for none, all count with their
/// weights. The parts sum to 1.
[[nodiscard]] std::vector<double> energy_parts(const Problem& problem);

/// The plan's value by its problem and an objective, in the units of `Outcome::objective_value`.
[[nodiscard]] double objective_value(const Problem& problem, const schemas::CollaborationPlan& plan,
                                     Objective objective);

/// Fails with kInvalid where the problem lacks what the objective needs: `lifetime` a rate of every app, and
/// a device with a battery.
[[nodiscard]] Status check_objective(const Problem& problem, Objective objective);

/// Whether a greater value is a better one.
[[nodiscard]] constexpr bool more_is_better(Objective objective) {
  return objective != Objective::kLatency && objective != Objective::kEnergy;
}

/// Positive where `a` is better than `b`, relative to `b`; 0 where `b` is 0.
[[nodiscard]] double advantage(double a, double b, Objective objective);

/// For objective `fair`: rate / weight of each pipeline, ascending.
[[nodiscard]] std::vector<double> shares_of_rate(const Problem& problem,
                                                 const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner
