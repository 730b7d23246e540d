#include "synergy/planner/power.hpp"

#include "synergy/planner/cost_model.hpp"

namespace synergy::planner {

std::map<DeviceId, double> energy_by_device(const schemas::ExecutionPlan& execution) {
  std::map<DeviceId, double> energy;
  for (const auto& step : execution.steps) {
    energy[step.device] += step.energy_uj - step.receiver_energy_uj;
    if (step.receiver_energy_uj > 0) energy[step.to] += step.receiver_energy_uj;
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
    schemas::DevicePower power{device->id, idle_power_mw(body, *device) + tasks_uw[device->id] * 1e-3, {}};
    const double full_mwh = body.profile_of(*device).battery_mwh.value;
    const auto percent = body.batteries.find(device->id.text());
    const double mwh = full_mwh * (percent == body.batteries.end() ? 1.0 : percent->second / 100.0);
    if (full_mwh > 0 && power.power_mw > 0) power.hours = mwh / power.power_mw;
    devices.push_back(std::move(power));
  }
  return devices;
}

}  // namespace synergy::planner
