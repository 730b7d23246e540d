#include "synergy/schemas/device.hpp"

#include <algorithm>
#include <set>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

std::string words_for(const SensorSource& source) {
  if (source.generator) return "a generator for any shape";
  if (source.feed) return "frames that are fed";
  const auto some = [&](std::uint64_t count, const std::string& thing, const char* rest) {
    return source.frames + " of " + std::to_string(count) + " " + thing + (count == 1 ? "" : "s") + rest;
  };
  if (source.pictures != 0) return some(source.pictures, "picture", " of any size");
  if (source.sounds != 0) return some(source.sounds, "sound", " of any length");
  return source.frames + " of " + to_text(source.shape) + (source.layout == Layout::kHwc ? " (hwc)" : "");
}

/// Ids that are empty were not read.
Status check_devices(const std::vector<Device>& devices) {
  std::set<DeviceId> seen;
  Complaints complaints;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto& id = devices[i].id;
    if (!id.text().empty() && !seen.insert(id).second)
      complaints.add("devices[" + std::to_string(i) + "].id: device id '" + id.text() + "' is given twice");
  }
  return complaints.status();
}

/// Whether everything that the device names has its profile.
Status check_profiles(const BodyView& body, const Device& device) {
  const auto where = "device '" + device.id.text() + "': ";
  const auto profile = body.device_profiles.find(device.profile);
  if (profile == body.device_profiles.end())
    return wrong(where + "there is no device profile '" + device.profile + "'");
  if (auto status = check_mesh_can_use(profile->second); !status)
    return wrong(where + status.error().message);
  for (const auto& sensor : device.sensors)
    if (!body.sensor_profiles.contains(sensor.capability))
      return wrong(where + "there is no sensor profile '" + sensor.capability + "'");
  for (const auto& actuator : device.actuators)
    if (!body.actuator_profiles.contains(actuator))
      return wrong(where + "there is no actuator profile '" + actuator + "'");
  return {};
}

/// Where the device's energy comes from: a battery, or three blocks in its place.
void check_power(const DeviceProfile& profile, Complaints& complaints) {
  constexpr double kSmallestMwh = 1e-3;
  const bool blocks[] = {profile.harvest.has_value(), profile.store.has_value(),
                         profile.checkpoint.has_value()};
  constexpr const char* kNames[] = {"harvest", "store", "checkpoint"};
  const bool any = blocks[0] || blocks[1] || blocks[2];
  if (!profile.battery_mwh && !any)
    complaints.add(
        "the device has neither a battery nor a harvest: give 'battery_mwh', or 'harvest', 'store' and "
        "'checkpoint'");
  if (profile.battery_mwh && any)
    complaints.add(
        "'battery_mwh' stands beside 'harvest', 'store' or 'checkpoint': a device has a battery, or these "
        "three in its place; take away the one or the others");
  if (profile.battery_mwh && !any && profile.battery_mwh->value < kSmallestMwh)
    complaints.add(
        "'battery_mwh' must be at least 0.001 mWh: a device runs on its battery; of one that is fed by a "
        "wire, write a battery as large as you like; of one without a battery, leave it out and give "
        "'harvest', 'store' and 'checkpoint'");
  if (profile.battery_mwh || !any) return;
  for (std::size_t i = 0; i < std::size(blocks); ++i)
    if (!blocks[i])
      complaints.add("'" + std::string(kNames[i]) +
                     "' is missing: a device without 'battery_mwh' has 'harvest', 'store' and 'checkpoint'");
  if (profile.harvest && profile.store &&
      profile.harvest->cold_start_below_v.value > profile.store->on_v.value)
    complaints.add(
        "harvest.cold_start_below_v: it must be at most the on_v of 'store': a device gets power from a "
        "converter that runs");
}

}  // namespace

Status DeviceProfile::check() const {
  constexpr double kSlowestMhz = 1e-3;
  Complaints complaints;
  for (const auto& [clock, figure] : figures_of(*this)) {
    const bool may_be_untold = figure == &measured_at_mcu_mhz && figure->value == 0;
    if (clock.ends_with("_mhz") && figure->value < kSlowestMhz && !may_be_untold)
      complaints.add("'" + std::string(clock) + "' must be at least 0.001 MHz: times are divided by it");
  }
  check_power(*this, complaints);
  if (sram_for_tensors_bytes.value > sram_bytes.value)
    complaints.add("'sram_for_tensors_bytes' must be at most 'sram_bytes', of which it is a part");
  if (mcu_active_mw.value < mcu_sleep_mw.value)
    complaints.add("'mcu_active_mw' must be at least 'mcu_sleep_mw': else working would give energy back");
  return complaints.status();
}

Status check_mesh_can_use(const DeviceProfile& profile) {
  if (!profile.is_harvested()) return {};
  return wrong("profile '" + profile.name +
               "' has no battery, and a mesh can not use a device that loses its power yet: give the device "
               "a profile with 'battery_mwh'; `synergy intermittent` plans for such a device alone");
}

Status LinkProfile::check() const {
  if (bytes_per_second.value == 0 || bytes_per_second.value >= 1) return {};
  return wrong("'bytes_per_second' must be 0 (unlimited) or at least 1");
}

bool Sensor::is_fed() const {
  return sources &&
         std::any_of(sources->begin(), sources->end(), [](const auto& source) { return source.feed; });
}

const SensorSource* Sensor::source_for(const FrameShape& input, Trigger trigger,
                                       const InputKinds& kinds) const {
  if (!sources) return nullptr;
  const SensorSource *file = nullptr, *folder = nullptr, *generator = nullptr, *feed = nullptr;
  for (const auto& source : *sources) {
    if (source.generator)
      generator = &source;
    else if (source.feed)
      feed = &source;
    else if (source.pictures != 0 || source.sounds != 0)
      folder =
          (source.pictures != 0 ? kinds.picture.has_value() : kinds.sound.has_value()) ? &source : folder;
    else if (file == nullptr && is_frame(source.shape, input, source.layout))
      file = &source;
  }
  if (feed != nullptr && trigger == Trigger::kFrame) return feed;
  for (const auto* own : {file, folder, generator})
    if (own != nullptr) return own;
  return feed;
}

bool Sensor::may_serve(const FrameShape& input, Trigger trigger, const InputKinds& kinds) const {
  return !sources || source_for(input, trigger, kinds) != nullptr;
}

FrameUse Sensor::use_by(const FrameShape& input, Trigger trigger, bool repeat,
                        const InputKinds& kinds) const {
  const auto* source = source_for(input, trigger, kinds);
  if (source == nullptr || !source->feed) return FrameUse::kOwn;
  if (trigger == Trigger::kFrame) return FrameUse::kEvery;
  return repeat ? FrameUse::kNewest : FrameUse::kOnce;
}

std::string to_text(const std::vector<SensorSource>& sources) {
  if (sources.empty()) return "no frames";
  std::vector<std::string> texts;
  for (const auto& source : sources) texts.push_back(words_for(source));
  return list_of(texts);
}

Status Device::check() const {
  std::set<std::string_view> capabilities;
  Complaints complaints;
  for (std::size_t i = 0; i < sensors.size(); ++i) {
    const auto& capability = sensors[i].capability;
    if (!capability.empty() && !capabilities.insert(capability).second)
      complaints.add("sensors[" + std::to_string(i) + "].capability: device '" + id.text() +
                     "' lists sensor '" + capability +
                     "' twice; a sensor may have several sources: sources: [{frames: ...}, {frames: ...}]");
  }
  return complaints.status();
}

Status Body::check() const { return check_devices(devices); }

Status BodyView::check() const {
  if (auto status = check_devices(devices); !status) return status;
  for (const auto& device : devices)
    if (auto status = check_profiles(*this, device); !status) return status;
  for (const auto& device : absent)
    if (find(device) == nullptr) return wrong("'" + device.text() + "' is absent, but no device of the body");
  return {};
}

std::optional<double> BodyView::hours_at(const Device& device, double power_mw) const {
  if (!(power_mw > 0)) return std::nullopt;
  const auto known = batteries.find(device.id.text());
  const double percent = known == batteries.end() ? 100 : known->second;
  const auto& battery = profile_of(device).battery_mwh;
  if (!battery) return std::nullopt;
  return std::min(kMaxNumber, battery->value * percent / 100 / power_mw);
}

template const StructInfo& describe<DeviceProfile>();
template const StructInfo& describe<SensorProfile>();
template const StructInfo& describe<ActuatorProfile>();
template const StructInfo& describe<LinkProfile>();
template const StructInfo& describe<SensorSource>();
template const StructInfo& describe<Sensor>();
template const StructInfo& describe<Device>();
template const StructInfo& describe<Body>();
template const StructInfo& describe<BodyView>();
template const StructInfo& describe<BodyChange>();

}  // namespace synergy::schemas
