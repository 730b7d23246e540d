#include "synergy/planner/problem.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "synergy/base/text.hpp"

namespace synergy::planner {
namespace {

using schemas::Device;

const schemas::Sensor* sensor_of(const Device& device, const std::string& capability) {
  const auto found = std::find_if(device.sensors.begin(), device.sensors.end(),
                                  [&](const auto& sensor) { return sensor.capability == capability; });
  return found == device.sensors.end() ? nullptr : &*found;
}

bool serves(const Device& device, const Pipeline& pipeline) {
  const auto* sensor = sensor_of(device, pipeline.app.sensing.needs);
  return sensor != nullptr && pipeline.may_be_served_by(*sensor);
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

/// Adds what the body's devices offer to the refusal of a capability that none of them has.
Error with_what_is_offered(const Error& refusal, const std::string& wanted,
                           const std::map<std::string, std::vector<std::string>>& offered) {
  if (offered.contains(wanted)) return refusal;
  std::vector<std::string> known, texts;
  for (const auto& [capability, devices] : offered) {
    known.push_back(capability);
    texts.push_back(capability + " (" + list_of(devices) + ")");
  }
  const auto likely = nearest(wanted, known);
  return {refusal.code, refusal.message + (likely ? "; did you mean '" + *likely + "'?" : "") +
                            "; offered: " + list_of(texts)};
}

/// What a source needs to serve the model after all, or nothing.
std::string cure_of(const schemas::SensorSource& source, const schemas::FrameShape& input) {
  using schemas::Layout;
  if (source.pictures != 0)
    return "the pictures of '" + source.frames +
           "' become its input where its model.yaml says so: input: {..., picture: {}}";
  if (source.sounds != 0)
    return "the sounds of '" + source.frames +
           "' become its input where its model.yaml says so: input: {..., sound: {rate: 16000}}";
  const bool is_chw = source.layout == Layout::kChw;
  if (source.generator || !is_frame(source.shape, input, is_chw ? Layout::kHwc : Layout::kChw)) return "";
  return is_chw ? "'layout: hwc' beside '" + source.frames + "' in the body's file converts these"
                : "'layout: hwc' beside '" + source.frames + "' in the body's file is wrong";
}

/// Devices that the app might sense with, were it not for the shapes.
struct Misfits {
  std::vector<std::string> texts;  ///< each with what its sensor has
  std::string cure;
};

Misfits misfits_of(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto& need = pipeline.app.sensing;
  Misfits misfits{{},
                  "list frames of that shape among this sensor's 'sources' in the body's file, or "
                  "'generator: 0' for noise"};
  for (const auto& device : body.devices) {
    const auto* sensor = sensor_of(device, need.needs);
    if (sensor == nullptr || body.is_absent(device.id) || (!need.on.empty() && need.on != device.id))
      continue;
    if (pipeline.may_be_served_by(*sensor)) continue;
    misfits.texts.push_back(device.id.text() + " has " + to_text(*sensor->sources));
    for (const auto& source : *sensor->sources)
      if (auto cure = cure_of(source, pipeline.input()); !cure.empty()) misfits.cure = std::move(cure);
  }
  return misfits;
}

}  // namespace

bool is_generated(const Device& source, const Pipeline& pipeline) {
  const auto* sensor = sensor_of(source, pipeline.app.sensing.needs);
  const auto* serving =
      sensor == nullptr ? nullptr
                        : sensor->source_for(pipeline.input(), pipeline.app.trigger, pipeline.model.kinds);
  return serving != nullptr && serving->generator.has_value();
}

schemas::FrameUse frame_use(const Device& source, const Pipeline& pipeline) {
  const auto* sensor = sensor_of(source, pipeline.app.sensing.needs);
  const auto& app = pipeline.app;
  return sensor == nullptr ? schemas::FrameUse::kOwn
                           : sensor->use_by(pipeline.input(), app.trigger, app.repeat, pipeline.model.kinds);
}

Result<std::vector<DeviceId>> sources_for(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto& need = pipeline.app.sensing;
  auto found = offering(body, "sensing", need,
                        [&](const Device& device, const std::string&) { return serves(device, pipeline); });
  if (found) {
    const auto by_generator = [&](const DeviceId& id) { return is_generated(*body.find(id), pipeline); };
    if (!std::all_of(found->begin(), found->end(), by_generator)) std::erase_if(*found, by_generator);
    const auto is_fed = [&](const DeviceId& id) {
      return frame_use(*body.find(id), pipeline) != schemas::FrameUse::kOwn;
    };
    if (pipeline.app.trigger == schemas::Trigger::kFrame && std::any_of(found->begin(), found->end(), is_fed))
      std::erase_if(*found, [&](const DeviceId& id) { return !is_fed(id); });
    return found;
  }
  const auto misfits = misfits_of(body, pipeline);
  if (misfits.texts.empty()) {
    std::map<std::string, std::vector<std::string>> offered;
    for (const auto& device : body.devices)
      for (const auto& sensor : device.sensors) offered[sensor.capability].push_back(device.id.text());
    return with_what_is_offered(found.error(), need.needs, offered);
  }
  const auto why = "no '" + need.needs + "' gives what model '" + pipeline.app.model.text() + "' takes, " +
                   to_text(pipeline.input()) + " (channels x rows x columns): " + list_of(misfits.texts);
  std::vector<std::string> elsewhere;
  for (const auto& device : body.devices)
    if (serves(device, pipeline))
      elsewhere.push_back(device.id.text() + (body.is_absent(device.id) ? " (absent now)" : ""));
  return Error{ErrorCode::kNoFit,
               "sensing: " + why + "; " +
                   (elsewhere.empty() ? misfits.cure : "would serve it: " + list_of(elsewhere))};
}

Result<std::vector<DeviceId>> targets_for(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto& need = pipeline.app.interaction;
  auto found = offering(body, "interaction", need, acts);
  if (found) return found;
  std::map<std::string, std::vector<std::string>> offered;
  for (const auto& device : body.devices)
    for (const auto& actuator : device.actuators) offered[actuator].push_back(device.id.text());
  return with_what_is_offered(found.error(), need.needs, offered);
}

std::vector<const schemas::Device*> present_devices(const schemas::BodyView& body) {
  std::vector<const Device*> present;
  for (const auto& device : body.devices)
    if (!body.is_absent(device.id)) present.push_back(&device);
  return present;
}

}  // namespace synergy::planner
