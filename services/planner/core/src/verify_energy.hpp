// Part of the independent judge: whether energies and powers are what profiles, chips and the plan's own
// rates make of them.
#pragma once

#include <set>

#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// Each step's energy and its receiver's part, each run's, each app's, and the plan's mean of a run. The
/// steps must have been found to follow the chunks and to take the right times. `reloads`: devices whose
/// switches load weights, too.
Status verify_energy(const Problem& problem, const schemas::CollaborationPlan& plan,
                     const std::set<DeviceId>& reloads);

/// Every present device is listed once, in body order, with the power that it draws at the plan's rates (idle
/// power once) and the hours that its battery lasts so. The energies must have been found right.
Status verify_power(const schemas::BodyView& body, const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner
