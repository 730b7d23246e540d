#include "synergy/monitor/usage.hpp"

#include <algorithm>
#include <optional>

#include "synergy/monitor/watch.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::monitor {
namespace {

/// Relative: two of a plan's rates that differ by less are the same.
constexpr double kSameRate = 1e-6;

}  // namespace

Usage::Usage(const schemas::BodyView& body, MonotonicTime now)
    : time_scale_(body.time_scale),
      begun_(now),
      processes_(kMostProcesses, processes_of(body)),
      apps_(kMostApps) {
  for (const auto& device : body.devices) devices_.push_back(device.id);
}

void Usage::hear(const schemas::Health& health, MonotonicTime now) {
  auto* window = processes_.follow(health.process, now);
  if (window != nullptr) window->add(health, now);
  if (health.process == schemas::process::kDispatcher)
    switch_us_ = health.counter("switch.last_us").value_or(0);
}

void Usage::hear(const schemas::RunResult& result, MonotonicTime now) {
  if (auto* window = apps_.follow(result.run.key.app, now)) window->add(result, now);
}

void Usage::hear(const schemas::RunFailed& failed, MonotonicTime now) {
  if (auto* window = apps_.follow(failed.key.app, now)) window->add_failure(now);
}

void Usage::hear(const schemas::CollaborationPlan& plan) {
  plan_.plan_id = plan.id;
  plan_.predicted_rounds_per_second = plan.rounds_per_second;
  plan_.planning_us = plan.planning_us;
  planned_.clear();
  planned_mw_.clear();
  for (const auto& device : plan.devices)
    if (planned_mw_.size() < schemas::kMaxDevices) planned_mw_[device.device] = device.power_mw;
  std::set<AppId> apps;
  for (const auto& pipeline : plan.pipelines) {
    if (planned_.size() == kMostApps) break;
    planned_.push_back({pipeline.app, pipeline.runs_per_second, pipeline.energy_uj});
    apps.insert(pipeline.app);
  }
  apps_.keep(apps);
}

schemas::MeshUse Usage::use(MonotonicTime now) {
  const auto begin = now - kUseWindow;
  for (auto& [process, entry] : processes_.entries()) entry.value.forget_before(begin);
  for (auto& [app, entry] : apps_.entries()) entry.value.forget_before(begin);
  auto use = plan_;
  use.window = std::clamp(Duration(now - begun_), Duration(0), kUseWindow);
  use.time_scale = time_scale_;
  use.switch_us = switch_us_;
  add_units(use);
  add_devices(use);
  add_pipelines(now, use);
  add_processes(use);
  return use;
}

void Usage::add_units(schemas::MeshUse& use) const {
  for (const auto& device : devices_) {
    const auto* window = processes_.find(schemas::process::of_device(schemas::process::kExecutor, device));
    if (window == nullptr || window->empty()) continue;
    for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>)
      use.units.push_back({device, unit, window->busy(unit, time_scale_), window->queue(unit)});
  }
}

void Usage::add_devices(schemas::MeshUse& use) const {
  if (!body_) return;
  for (const auto& device : body_->devices) {
    if (body_->is_absent(device.id)) continue;
    schemas::DeviceUse made;
    made.device = device.id;
    const auto percent = body_->batteries.find(device.id.text());
    if (percent != body_->batteries.end()) made.battery_percent = percent->second;
    const auto* window = processes_.find(schemas::process::of_device(schemas::process::kExecutor, device.id));
    if (const auto tasks_mw = window == nullptr ? std::nullopt : window->tasks_mw(time_scale_)) {
      // Else nobody could read what a process makes up.
      made.power_mw = std::min(schemas::kMaxNumber, body_->idle_power_mw(device) + *tasks_mw);
      made.hours = body_->hours_at(device, *made.power_mw);
    }
    if (const auto planned = planned_mw_.find(device.id); planned != planned_mw_.end()) {
      made.predicted_power_mw = planned->second;
      made.predicted_hours = body_->hours_at(device, planned->second);
    }
    use.devices.push_back(std::move(made));
  }
}

void Usage::add_lowest_rate(schemas::MeshUse& use) const {
  const auto planned = use.pipelines.begin() + std::ptrdiff_t(planned_.size());
  if (planned_.empty()) return;
  double lowest = planned_.front().runs_per_second;
  for (const auto& one : planned_) lowest = std::min(lowest, one.runs_per_second);
  use.predicted_rounds_per_second = lowest;
  std::optional<double> slowest;
  for (auto pipeline = use.pipelines.begin(); pipeline != planned; ++pipeline)
    if (*pipeline->predicted_runs_per_second <= lowest * (1 + kSameRate))
      slowest = std::min(slowest.value_or(pipeline->runs_per_second), pipeline->runs_per_second);
  use.rounds_per_second = slowest.value_or(0);
}

void Usage::add_pipelines(MonotonicTime now, schemas::MeshUse& use) const {
  const RunWindow none;
  for (const auto& planned : planned_) {
    const auto* window = apps_.find(planned.app);
    use.pipelines.push_back(
        (window == nullptr ? none : *window).use(planned.app, now, use.window, time_scale_));
    use.pipelines.back().predicted_runs_per_second = planned.runs_per_second;
    use.pipelines.back().predicted_energy_uj = planned.energy_uj;
  }
  add_lowest_rate(use);
  const auto is_planned = [&](const AppId& app) {
    return std::any_of(planned_.begin(), planned_.end(), [&](const auto& one) { return one.app == app; });
  };
  for (const auto& [app, entry] : apps_.entries())
    if (!entry.value.empty() && !is_planned(app))
      use.pipelines.push_back(entry.value.use(app, now, use.window, time_scale_));
  for (const auto& pipeline : use.pipelines) use.lag_p99_us = std::max(use.lag_p99_us, pipeline.lag_p99_us);
}

void Usage::add_processes(schemas::MeshUse& use) const {
  constexpr auto kMost = std::uint64_t(schemas::kMaxWholeNumber);  // else nobody could read the sum
  for (const auto& [process, entry] : processes_.entries()) {
    const auto& window = entry.value;
    if (window.empty()) continue;
    use.processes.push_back({process, window.lag_p99_us(), window.in_window()});
    use.lag_p99_us = std::max(use.lag_p99_us, window.lag_p99_us());
    const auto total = window.since_start();
    for (auto member : {&schemas::BusUse::sent, &schemas::BusUse::received, &schemas::BusUse::bytes_sent,
                        &schemas::BusUse::bytes_received, &schemas::BusUse::gaps, &schemas::BusUse::dropped,
                        &schemas::BusUse::retries})
      use.bus.*member = std::min(kMost, use.bus.*member + total.*member);
  }
}

}  // namespace synergy::monitor
