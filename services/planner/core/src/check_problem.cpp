#include <cmath>
#include <set>

#include "synergy/planner/problem.hpp"

namespace synergy::planner {
namespace {

Error invalid(std::string what) { return {ErrorCode::kInvalid, std::move(what)}; }

/// Every figure of a described struct: a number, and not below zero.
template <class Profile>
Status check_figures(const Profile& profile, const std::string& whose) {
  for (const auto& [name, figure] : schemas::figures_of(profile))
    if (!(std::isfinite(figure->value) && figure->value >= 0))
      return invalid(whose + ": '" + std::string(name) + "' must be a number, 0 or above");
  return {};
}

Status check_body(const schemas::BodyView& body) {
  if (body.devices.empty()) return invalid("the body has no devices");
  std::set<DeviceId> ids;
  for (const auto& device : body.devices) {
    const auto where = "device '" + device.id.text() + "'";
    if (!ids.insert(device.id).second) return invalid(where + " is given twice");
    const auto profile = body.device_profiles.find(device.profile);
    if (profile == body.device_profiles.end())
      return invalid(where + ": unknown profile '" + device.profile + "'");
    if (auto usable = schemas::check_mesh_can_use(profile->second); !usable)
      return invalid(where + ": " + usable.error().message);
    if (!(profile->second.cnn_clock_mhz.value > 0)) return invalid(where + ": cnn_clock_mhz must be above 0");
    if (!(profile->second.mcu_clock_mhz.value > 0)) return invalid(where + ": mcu_clock_mhz must be above 0");
    if (auto status = check_figures(profile->second, where); !status) return status;
  }
  for (const auto& [name, profile] : body.sensor_profiles)
    if (auto status = check_figures(profile, "sensor '" + name + "'"); !status) return status;
  for (const auto& [name, profile] : body.actuator_profiles)
    if (auto status = check_figures(profile, "actuator '" + name + "'"); !status) return status;
  return check_figures(body.link, "link '" + body.link.name + "'");
}

Status check_pipeline(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto where = "app '" + pipeline.app.app.text() + "'";
  if (pipeline.model.program.layers.empty())
    return invalid("model '" + pipeline.app.model.text() + "' has no layers");
  for (const double limit : {pipeline.app.min_rate, pipeline.app.deadline_us})
    if (!(std::isfinite(limit) && limit >= 0))
      return invalid(where + ": min_rate and deadline_us must be numbers, 0 or above");
  const auto& sensing = pipeline.app.sensing.needs;
  const auto& interaction = pipeline.app.interaction.needs;
  for (const auto& device : body.devices) {
    for (const auto& sensor : device.sensors)
      if (sensor.capability == sensing && !body.sensor_profiles.contains(sensing))
        return invalid(where + ": no profile of sensor '" + sensing + "'");
    for (const auto& actuator : device.actuators)
      if (actuator == interaction && !body.actuator_profiles.contains(interaction))
        return invalid(where + ": no profile of actuator '" + interaction + "'");
  }
  return {};
}

}  // namespace

Status check_problem(const Problem& problem) {
  if (auto status = check_body(problem.body); !status) return status;
  std::set<AppId> apps;
  for (const auto& pipeline : problem.pipelines) {
    if (auto status = check_pipeline(problem.body, pipeline); !status) return status;
    if (!apps.insert(pipeline.app.app).second)
      return invalid("app '" + pipeline.app.app.text() + "' is given twice");
  }
  return {};
}

}  // namespace synergy::planner
