// Part of the independent judge: whether each step takes the time that profiles and chips say.
#pragma once

#include <set>

#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// The steps must have been found to follow the chunks. `reloads`: devices whose switches load weights, too.
Status verify_times(const Problem& problem, const Pipeline& pipeline, const schemas::ExecutionPlan& execution,
                    const std::set<DeviceId>& reloads);

}  // namespace synergy::planner
