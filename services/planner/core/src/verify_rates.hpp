// Part of the independent judge: whether each app gets the rate that the plan promises it, and no more than
// it may have.
#pragma once

#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// The cycles must be those of the plan's orders, the rates those of the cycles where no turn is passed over,
/// and no unit may be held for longer than there is. The units' orders must have been found to be right.
[[nodiscard]] Status verify_rates(const Problem& problem, const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner
