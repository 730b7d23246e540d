// A day of the mesh in virtual time: the dispatcher, the planner's search, the executors and the monitor's
// watch of the mesh, on a body whose devices come and leave as a script says; with a clock that moves from
// event to event. Equal scripts and settings give equal reports, on every machine.
//
// What is not the mesh's own:
//  - Messages take no time, and none is lost but to a device that is gone.
//  - The store keeps everything in memory and answers after a millisecond.
//  - A plan takes a constant time to make, and its search is bounded by nodes only: where the mesh's clock
//    cuts a search, it may have another plan.
//  - The accelerators take the emulator's times for all they do, loading included, and compute nothing.
//  - There is no host that could be slow: the body's time_scale is taken for 1.
//
// What is the mesh's own, and surprises in short days: a dispatcher that has just started waits 4 s for
// devices that may still come (dispatcher/body_watch.hpp), so a change of the body in the first 3.6 s is
// decided on then.
#pragma once

#include <functional>

#include "synergy/documents/load.hpp"
#include "synergy/planner_service/planner_service.hpp"
#include "synergy/virtual_mesh/day_report.hpp"
#include "synergy/virtual_mesh/day_script.hpp"

namespace synergy::virtual_mesh {

struct DaySettings {
  planner_service::Settings planner;
  /// From a question to the planner's answer. Below dispatcher::kPlannerPatience, or nobody waits for it.
  Duration planning = std::chrono::milliseconds(100);
  /// Is told now and then how much of the day is over, 0 to 1; may be empty.
  std::function<void(double)> tell{};
};

/// Fails as executor::Frames::read(), before anything happens.
[[nodiscard]] Result<DayReport> run_day(const documents::DeployFolder& deploy, const schemas::BodyView& body,
                                        const DayScript& script, const DaySettings& settings = {});

}  // namespace synergy::virtual_mesh
