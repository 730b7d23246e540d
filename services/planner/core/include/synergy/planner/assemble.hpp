// From choices to an executable collaboration plan: steps, switches, unit orders, depth, memory, and
// prediction.
#pragma once

#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/refusal.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// Refuses with kOutOfResource when the chunks of all pipelines do not fit their devices together; says which
/// device and which resource. `objective`, `residency` and `order` of the options count.
[[nodiscard]] Planned<schemas::CollaborationPlan> assemble(CostModel& costs, const Choices& choices,
                                                           const SolveOptions& options);

}  // namespace synergy::planner
