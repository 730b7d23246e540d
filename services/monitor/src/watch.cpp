#include "synergy/monitor/watch.hpp"

#include <utility>
#include <vector>

#include "synergy/base/check.hpp"

namespace synergy::monitor {

using schemas::LifeCycle;

std::set<std::string> processes_of(const schemas::BodyView& body) {
  std::set<std::string> processes;
  for (const auto& device : body.devices) {
    processes.insert("executor/" + device.id.text());
    processes.insert("accelerator/" + device.id.text());
  }
  return processes;
}

Watch::Watch(schemas::BodyView body) : body_(std::move(body)), heard_(kMostProcesses, processes_of(body_)) {}

void Watch::hear(const schemas::Health& health, MonotonicTime now) {
  auto* heard = heard_.hear(health.process, now);
  SYNERGY_CHECK(heard != nullptr, "a body has fewer processes than kMostProcesses");
  changed_ |=
      heard->state != health.state || heard->instance != health.instance || heard->note != health.note;
  *heard = health;
}

bool Watch::judge(MonotonicTime now) {
  for (auto& [process, heard] : heard_.entries()) {
    auto& health = heard.value;
    const bool silent = now - heard.last > schemas::kSilentAfter;
    if (silent && health.state != LifeCycle::kSilent && health.state != LifeCycle::kStopped) {
      health.state = LifeCycle::kSilent;
      health.note.clear();
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
  const auto* health = heard_.find(process);
  return health != nullptr && health->state == LifeCycle::kReady;
}

schemas::ServiceList Watch::services() const {
  schemas::ServiceList list;
  for (const auto& [process, heard] : heard_.entries()) list.services.push_back(heard.value);
  return list;
}

}  // namespace synergy::monitor
