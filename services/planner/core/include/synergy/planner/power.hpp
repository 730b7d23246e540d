// What devices draw while a plan runs, and how long their batteries last so.
#pragma once

#include <map>
#include <vector>

#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// Energy that one run's tasks take on each device: uJ. A transfer's is divided between sender and receiver.
[[nodiscard]] std::map<DeviceId, double> energy_by_device(const schemas::ExecutionPlan& execution);

/// Of each present device, in body order: idle power once, and its part of all tasks at the pipelines'
/// `runs_per_second` (uJ a run x runs per second = uW). Hours: `battery_mwh`, as full as the body says (full
/// where it says nothing), over that power; nothing where that power is 0. No device draws more or less as
/// its battery empties, and nothing else drains it.
[[nodiscard]] std::vector<schemas::DevicePower> power_of(const schemas::BodyView& body,
                                                         const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner
