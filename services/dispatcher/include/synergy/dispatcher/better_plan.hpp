// Which of two plans is worth having: asked when the plan in force serves, and a longer search has found
// another for the same apps.
//
// Pure; the plans say what is promised, and by which objective they were sought.
#pragma once

#include "synergy/dispatcher/apps.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::dispatcher {

/// Figures that differ by less than this part are the same: going to another plan costs runs.
inline constexpr double kSameFigure = 1e-6;

/// Whether going from one plan to the other would change nothing.
[[nodiscard]] bool same_service(const schemas::CollaborationPlan& a, const schemas::CollaborationPlan& b);

/// Whether `plan` is worth going to from `than`, on the same body, by the objective of `plan`. Where they
/// serve other apps: whether it serves as many. `apps` tell the weights; an app that is not among them has
/// weight 1.
[[nodiscard]] bool is_better(const schemas::CollaborationPlan& plan, const schemas::CollaborationPlan& than,
                             const Apps& apps);

}  // namespace synergy::dispatcher
