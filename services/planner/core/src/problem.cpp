#include "synergy/planner/problem.hpp"

#include <algorithm>
#include <functional>

#include "synergy/base/text.hpp"

namespace synergy::planner {
namespace {

using schemas::Device;

bool senses(const Device& device, const std::string& capability) {
  return std::any_of(device.sensors.begin(), device.sensors.end(),
                     [&](const auto& sensor) { return sensor.capability == capability; });
}

bool acts(const Device& device, const std::string& capability) {
  return std::find(device.actuators.begin(), device.actuators.end(), capability) != device.actuators.end();
}

std::vector<std::string> ids_of(const schemas::BodyView& body) {
  std::vector<std::string> ids;
  for (const auto& device : body.devices) ids.push_back(device.id.text());
  return ids;
}

Result<std::vector<DeviceId>> offering(const schemas::BodyView& body, const std::string& end,
                                       const schemas::Requirement& requirement,
                                       const std::function<bool(const Device&, const std::string&)>& offers) {
  if (!requirement.on.empty() && body.find(requirement.on) == nullptr)
    return Error{ErrorCode::kNoFit, end + ": " + unknown_name("device", requirement.on.text(), ids_of(body))};
  std::vector<DeviceId> found;
  std::vector<std::string> away, others;
  for (const auto& device : body.devices) {
    if (!offers(device, requirement.needs)) continue;
    if (!requirement.on.empty() && device.id != requirement.on)
      others.push_back(device.id.text());
    else if (body.is_absent(device.id))
      away.push_back(device.id.text());
    else
      found.push_back(device.id);
  }
  if (!found.empty()) return found;
  const auto wanted = end + ": '" + requirement.needs + "'";
  if (!away.empty())
    return Error{ErrorCode::kNoFit, wanted + " is offered by " + list_of(away) + ", absent now"};
  if (!requirement.on.empty())
    return Error{ErrorCode::kNoFit,
                 wanted + " is not offered by " + requirement.on.text() + "; offered by: " + list_of(others)};
  return Error{ErrorCode::kNoFit, wanted + " is offered by no device of body '" + body.name + "'"};
}

}  // namespace

Result<std::vector<DeviceId>> sources_for(const schemas::BodyView& body, const Pipeline& pipeline) {
  return offering(body, "sensing", pipeline.app.sensing, senses);
}

Result<std::vector<DeviceId>> targets_for(const schemas::BodyView& body, const Pipeline& pipeline) {
  return offering(body, "interaction", pipeline.app.interaction, acts);
}

std::vector<const schemas::Device*> present_devices(const schemas::BodyView& body) {
  std::vector<const Device*> present;
  for (const auto& device : body.devices)
    if (!body.is_absent(device.id)) present.push_back(&device);
  return present;
}

}  // namespace synergy::planner
