#include "synergy/monitor/watch.hpp"

#include <algorithm>

namespace synergy::monitor {

using schemas::LifeCycle;

void Watch::hear(const schemas::Health& health, MonotonicTime now) {
  if (!heard_.contains(health.process) && heard_.size() >= kMostProcesses) make_room();
  auto& heard = heard_[health.process];
  changed_ |= heard.health.state != health.state || heard.health.instance != health.instance ||
              heard.health.note != health.note;
  heard = {health, now};
}

bool Watch::is_of_a_device(const std::string& process) const {
  return std::any_of(body_.devices.begin(), body_.devices.end(), [&](const auto& device) {
    return process == "executor/" + device.id.text() || process == "accelerator/" + device.id.text();
  });
}

void Watch::make_room() {
  auto oldest = heard_.end();
  for (auto it = heard_.begin(); it != heard_.end(); ++it)
    if (!is_of_a_device(it->first) && (oldest == heard_.end() || it->second.last < oldest->second.last))
      oldest = it;
  if (oldest != heard_.end()) heard_.erase(oldest);  // a body has fewer devices than kMostProcesses
}

bool Watch::judge(MonotonicTime now) {
  for (auto& [process, heard] : heard_) {
    const bool silent = now - heard.last > schemas::kSilentAfter;
    if (silent && heard.health.state != LifeCycle::kSilent && heard.health.state != LifeCycle::kStopped) {
      heard.health.state = LifeCycle::kSilent;
      heard.health.note.clear();
      changed_ = true;
    }
  }
  std::vector<DeviceId> absent;
  for (const auto& device : body_.devices)
    if (!is_ready("executor/" + device.id.text()) || !is_ready("accelerator/" + device.id.text()))
      absent.push_back(device.id);
  changed_ |= absent != body_.absent;
  body_.absent = std::move(absent);
  return std::exchange(changed_, false);
}

bool Watch::is_ready(const std::string& process) const {
  const auto found = heard_.find(process);
  return found != heard_.end() && found->second.health.state == LifeCycle::kReady;
}

schemas::ServiceList Watch::services() const {
  schemas::ServiceList list;
  for (const auto& [process, heard] : heard_) list.services.push_back(heard.health);
  return list;
}

}  // namespace synergy::monitor
