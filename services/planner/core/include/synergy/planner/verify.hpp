// An independent judge of plans: whether a collaboration plan serves the problem and could be carried out. It
// shares no code with the search or the cost model; only the rules of the chips (accel_model) are the same.
#pragma once

#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// Fails at the first thing that is wrong: a pipeline missing or served twice, layers left out or out of
/// order, a device used twice or absent, a requirement not met, shares that do not sum to 1, steps that do
/// not follow the chunks or take another time than the profiles say, a unit's order that is not exactly its
/// tasks, a rate that a unit can not keep, an energy, a power or hours of battery that profiles and rates do
/// not give, chunks that do not fit together, SRAM exceeded.
Status verify(const Problem& problem, const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner
