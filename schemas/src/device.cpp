#include "synergy/schemas/device.hpp"

#include <algorithm>
#include <set>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

Status check_devices(const std::vector<Device>& devices) {
  std::set<DeviceId> seen;
  for (const auto& device : devices)
    if (!seen.insert(device.id).second) return wrong("device id '" + device.id.text() + "' is given twice");
  return {};
}

/// Whether everything that the device names has its profile.
Status check_profiles(const BodyView& body, const Device& device) {
  const auto where = "device '" + device.id.text() + "': ";
  if (!body.device_profiles.contains(device.profile))
    return wrong(where + "there is no device profile '" + device.profile + "'");
  for (const auto& sensor : device.sensors)
    if (!body.sensor_profiles.contains(sensor.capability))
      return wrong(where + "there is no sensor profile '" + sensor.capability + "'");
  for (const auto& actuator : device.actuators)
    if (!body.actuator_profiles.contains(actuator))
      return wrong(where + "there is no actuator profile '" + actuator + "'");
  return {};
}

}  // namespace

Status DeviceProfile::check() const {
  constexpr double kSlowestMhz = 1e-3, kSmallestMwh = 1e-3;
  for (const auto& [clock, figure] : figures_of(*this)) {
    const bool may_be_untold = figure == &measured_at_mcu_mhz && figure->value == 0;
    if (clock.ends_with("_mhz") && figure->value < kSlowestMhz && !may_be_untold)
      return wrong("'" + std::string(clock) + "' must be at least 0.001 MHz: times are divided by it");
  }
  if (battery_mwh.value < kSmallestMwh)
    return wrong(
        "'battery_mwh' must be at least 0.001 mWh: a device runs on its battery; of one that is fed by a "
        "wire, write a battery as large as you like");
  if (sram_for_tensors_bytes.value > sram_bytes.value)
    return wrong("'sram_for_tensors_bytes' must be at most sram_bytes, of which it is a part");
  if (mcu_active_mw.value < mcu_sleep_mw.value)
    return wrong("'mcu_active_mw' must be at least mcu_sleep_mw: else working would give energy back");
  return {};
}

Status LinkProfile::check() const {
  if (bytes_per_second.value == 0 || bytes_per_second.value >= 1) return {};
  return wrong("bytes_per_second must be 0 (unlimited) or at least 1");
}

const SensorSource* Sensor::source_for(const FrameShape& input) const {
  if (!sources) return nullptr;
  const SensorSource* generator = nullptr;
  for (const auto& source : *sources) {
    if (source.generator)
      generator = &source;
    else if (is_frame(source.shape, input, source.layout))
      return &source;
  }
  return generator;
}

bool Sensor::may_serve(const FrameShape& input) const { return !sources || source_for(input) != nullptr; }

std::string to_text(const std::vector<SensorSource>& sources) {
  if (sources.empty()) return "no frames";
  std::vector<std::string> texts;
  for (const auto& source : sources)
    texts.push_back(source.generator ? "a generator for any shape"
                                     : source.frames + " of " + to_text(source.shape) +
                                           (source.layout == Layout::kHwc ? " (hwc)" : ""));
  return list_of(texts);
}

Status Device::check() const {
  std::set<std::string_view> capabilities;
  for (const auto& sensor : sensors)
    if (!capabilities.insert(sensor.capability).second)
      return wrong("device '" + id.text() + "' lists sensor '" + sensor.capability +
                   "' twice; a sensor may have several sources: sources: [{frames: ...}, {frames: ...}]");
  return {};
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
  return std::min(kMaxNumber, profile_of(device).battery_mwh.value * percent / 100 / power_mw);
}

std::vector<NamedFigure> figures_of(const StructInfo& info, const void* profile) {
  std::vector<NamedFigure> figures;
  for (const auto& field : info.fields)
    if (field.type == &kTypeInfo<Figure>)
      figures.push_back({field.name, static_cast<const Figure*>(field.in(profile))});
  return figures;
}

template const StructInfo& describe<Figure>();
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
