#include "synergy/monitor/watch.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::monitor {

using schemas::LifeCycle;

namespace {

/// All that run for a device, the last to be started first: it is what people know the device by.
std::vector<std::string> processes_of(const DeviceId& device) {
  std::vector<std::string> names;
  for (const auto& kind : schemas::roster())
    if (kind.is_of_device()) names.push_back(schemas::process::of_device(kind.name, device));
  std::reverse(names.begin(), names.end());
  return names;
}

}  // namespace

std::set<std::string> processes_of(const schemas::BodyView& body) {
  std::set<std::string> processes;
  for (const auto& device : body.devices)
    for (const auto& name : processes_of(device.id)) processes.insert(name);
  return processes;
}

Watch::Watch(schemas::BodyView body) : body_(std::move(body)), heard_(kMostProcesses, processes_of(body_)) {}

void Watch::hear(const schemas::Health& health, MonotonicTime now) {
  auto* heard = heard_.follow(health.process, now);
  SYNERGY_CHECK(heard != nullptr, "a body has fewer processes than kMostProcesses");
  changed_ |=
      heard->state != health.state || heard->instance != health.instance || heard->note != health.note;
  *heard = health;
  if (const auto device = schemas::process::device_in(health.process, schemas::process::kExecutor))
    hear_energy(*device, health);
}

void Watch::hear_energy(const DeviceId& device, const schemas::Health& health) {
  const auto now = health.counter("energy_uj");
  if (!now || body_.find(device) == nullptr) return;
  auto& battery = batteries_[device];
  const auto before = battery.counted_uj.value_or(*now);
  battery.drawn_uj += double(*now >= before ? *now - before : *now);  // one that started again counts from 0
  battery.counted_uj = *now;
}

bool Watch::take_over(const schemas::BodyView& last, MonotonicTime now) {
  const auto is_same = [&](const schemas::Device& mine, const schemas::Device& theirs) {
    return mine.id == theirs.id && body_.profile_of(mine).accelerator == last.profile_of(theirs).accelerator;
  };
  if (last.name != body_.name || !std::equal(body_.devices.begin(), body_.devices.end(), last.devices.begin(),
                                             last.devices.end(), is_same))
    return false;
  body_.link = last.link;
  body_.device_profiles = last.device_profiles;
  for (std::size_t i = 0; i < body_.devices.size(); ++i) body_.devices[i].profile = last.devices[i].profile;
  for (const auto& device : body_.devices) {
    const auto percent = last.batteries.find(device.id.text());
    if (percent != last.batteries.end())
      batteries_.try_emplace(device.id, Battery{double(percent->second), 0, std::nullopt});
    if (last.is_absent(device.id)) continue;
    for (const auto& name : processes_of(device.id)) believed_.insert(name);
  }
  believed_until_ = now + schemas::kSilentAfter;
  changed_ = true;
  return true;
}

void Watch::draw_idle_power(MonotonicTime now) {
  const auto since = std::exchange(drawn_until_, now).value_or(now);
  const double seconds = std::chrono::duration<double>(now - since).count() / body_.time_scale;
  for (const auto& device : body_.devices) {
    if (is_ready(schemas::process::of_device(schemas::process::kExecutor, device.id)))
      batteries_[device.id].drawn_uj += body_.idle_power_mw(device) * seconds * 1e3;
  }
}

double Watch::percent_left(const schemas::Device& device) const {
  const auto found = batteries_.find(device.id);
  if (found == batteries_.end()) return 100;
  constexpr double kUjPerMwh = 3.6e6;
  const double whole_uj = body_.profile_of(device).battery_energy_mwh() * kUjPerMwh;
  const auto& battery = found->second;
  return std::max(0.0, battery.percent - battery.drawn_uj / whole_uj * 100);
}

Status Watch::change(const schemas::BodyChange& change, const std::optional<schemas::LinkProfile>& link,
                     const std::optional<schemas::DeviceProfile>& profile) {
  if (!link && !profile && !change.battery_percent)
    return Error{ErrorCode::kInvalid, "nothing is to change: name a link, a profile or a battery's percent"};
  if (change.device.empty() && (profile || change.battery_percent))
    return Error{ErrorCode::kInvalid, "a profile and a battery are a device's: name the device"};
  const auto found = std::find_if(body_.devices.begin(), body_.devices.end(),
                                  [&](const auto& device) { return device.id == change.device; });
  if (!change.device.empty() && found == body_.devices.end()) {
    std::vector<std::string> known;
    for (const auto& device : body_.devices) known.push_back(device.id.text());
    return Error{ErrorCode::kNotFound, "body '" + body_.name +
                                           "': " + unknown_name("device", change.device.text(), known) +
                                           " (synergy devices lists them)"};
  }
  if (profile)
    if (auto usable = schemas::check_mesh_can_use(*profile); !usable)
      return usable.error().at("device '" + change.device.text() + "'");
  if (profile && profile->accelerator != body_.profile_of(*found).accelerator)
    return Error{ErrorCode::kConflict,
                 "device '" + change.device.text() + "' has a " +
                     std::string(schemas::name_of(body_.profile_of(*found).accelerator)) + ", profile '" +
                     profile->name + "' is of another accelerator"};
  if (link) body_.link = *link;
  if (profile) {
    body_.device_profiles[profile->name] = *profile;
    found->profile = profile->name;
  }
  if (change.battery_percent) {
    auto& battery = batteries_[change.device];
    battery.percent = *change.battery_percent;
    battery.drawn_uj = 0;
  }
  changed_ = true;
  return {};
}

bool Watch::judge(MonotonicTime now) {
  if (now > believed_until_) believed_.clear();
  for (auto& [process, heard] : heard_.entries()) {
    auto& health = heard.value;
    const bool silent = now - heard.last > schemas::kSilentAfter;
    if (silent && health.state != LifeCycle::kSilent && health.state != LifeCycle::kStopped) {
      health.state = LifeCycle::kSilent;
      health.note.clear();
      changed_ = true;
    }
  }
  draw_idle_power(now);
  std::vector<DeviceId> absent;
  std::map<std::string, std::string> notes;
  std::map<DeviceId, Because> because;
  for (const auto& device : body_.devices) {
    const auto percent = std::uint32_t(percent_left(device));
    auto& shown = body_.batteries.try_emplace(device.id.text(), 100).first->second;
    changed_ |= std::exchange(shown, percent) != percent;
    if (auto absence = absence_of(device)) {
      absent.push_back(device.id);
      notes[device.id.text()] = std::move(absence->note);
      because[device.id] = absence->because;
    }
  }
  changed_ |= absent != body_.absent || notes != body_.notes;
  body_.absent = std::move(absent);
  body_.notes = std::move(notes);
  absent_because_ = std::move(because);
  return std::exchange(changed_, false);
}

std::string Watch::state_of(const std::string& process) const {
  const auto* health = heard_.find(process);
  return health == nullptr ? "not heard of" : std::string(schemas::name_of(health->state));
}

std::optional<Watch::Absence> Watch::absence_of(const schemas::Device& device) const {
  for (const auto& name : processes_of(device.id))
    if (!is_ready(name))
      return Absence{
          Because::kProcess,
          std::string(schemas::process::word_of(schemas::find_kind(name)->name)) + " " + state_of(name)};
  const auto percent = percent_left(device);
  // Not back before it has been charged a little: a battery at the limit must not flap.
  const auto before = absent_because_.find(device.id);
  const bool was_low = before != absent_because_.end() && before->second == Because::kBattery;
  if (percent >= kBatteryLimitPercent * (was_low ? 2 : 1)) return std::nullopt;
  return Absence{Because::kBattery, "battery below " + std::to_string(int(kBatteryLimitPercent)) + " %"};
}

bool Watch::is_ready(const std::string& process) const {
  const auto* health = heard_.find(process);
  return health == nullptr ? believed_.contains(process) : health->state == LifeCycle::kReady;
}

schemas::ServiceList Watch::services() const {
  schemas::ServiceList list;
  for (const auto& [process, heard] : heard_.entries()) list.services.push_back(heard.value);
  return list;
}

}  // namespace synergy::monitor
