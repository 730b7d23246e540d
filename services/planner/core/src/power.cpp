#include "synergy/planner/power.hpp"

#include "synergy/planner/problem.hpp"

namespace synergy::planner {

std::map<DeviceId, double> energy_by_device(const schemas::ExecutionPlan& execution) {
  std::map<DeviceId, double> energy;
  for (const auto& step : execution.steps) {
    energy[step.device] += step.energy_of_end(false);
    if (step.kind == schemas::TaskKind::kTransfer) energy[step.to] += step.energy_of_end(true);
  }
  return energy;
}

std::vector<schemas::DevicePower> power_of(const schemas::BodyView& body,
                                           const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, double> tasks_uw;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& [device, uj] : energy_by_device(execution))
        tasks_uw[device] += pipeline.runs_per_second * execution.share * uj;
  std::vector<schemas::DevicePower> devices;
  for (const auto* device : present_devices(body)) {
    const double power_mw = body.idle_power_mw(*device) + tasks_uw[device->id] * 1e-3;
    devices.push_back({device->id, power_mw, body.hours_at(*device, power_mw)});
  }
  return devices;
}

}  // namespace synergy::planner
