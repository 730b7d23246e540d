// From choices to a plan that may be given out.
#pragma once

#include "synergy/planner/assemble.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::planner {

/// Assembled, and held against the apps' minimum rates and deadlines. Fails with kNoFit ("OOR: ...").
[[nodiscard]] Result<schemas::CollaborationPlan> make_plan(CostModel& costs, const Choices& choices,
                                                           const SolveOptions& options);

/// Relative: values closer than this are the same.
inline constexpr double kSameValue = 1e-6;

/// Positive where `a` is better than `b`, relative to `b`.
[[nodiscard]] double advantage(double a, double b, Objective objective);

/// Gap, kind and status of an outcome that holds a plan and its bound.
void certify(Outcome& outcome, Objective objective);

/// `app: source > device[first-last] > ... > target`, one pipeline after the other.
[[nodiscard]] std::string summary_of(const Problem& problem, const Choices& choices);

}  // namespace synergy::planner
