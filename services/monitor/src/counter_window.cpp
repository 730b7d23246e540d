#include <algorithm>
#include <string>

#include "synergy/monitor/usage.hpp"

namespace synergy::monitor {
namespace {

/// Heartbeats come every kHeartbeatPeriod. Where they come faster than this, the newest replaces the one
/// before it.
constexpr Duration kClosest = schemas::kHeartbeatPeriod / 4;
/// The longest lag that is told, 11 days: a longer one counts as this.
constexpr std::uint64_t kLongestLagUs = 1'000'000'000'000;

}  // namespace

CounterWindow::Sample CounterWindow::sample_of(const schemas::Health& health, MonotonicTime now) {
  constexpr std::array<const char*, kBusCounters> kNames{
      "bus.sent", "bus.received", "bus.bytes_sent", "bus.bytes_received",
      "bus.gaps", "bus.dropped",  "bus.retries"};
  const auto counted = [&health](const std::string& name) { return health.counter(name).value_or(0); };
  Sample sample;
  sample.time = now;
  for (std::size_t i = 0; i < kBusCounters; ++i) sample.bus[i] = counted(kNames[i]);
  for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) {
    sample.busy_us[std::size_t(unit)] = counted("busy_us." + std::string(name));
    sample.queue[std::size_t(unit)] = counted("queue." + std::string(name));
  }
  sample.energy_uj = health.counter("energy_uj");
  sample.lag_p99_us = double(std::min(counted("lag.p99_us"), kLongestLagUs));
  return sample;
}

void CounterWindow::add(const schemas::Health& health, MonotonicTime now) {
  if (health.instance != instance_) samples_.clear();
  instance_ = health.instance;
  if (samples_.size() > 1 && now - samples_[samples_.size() - 2].time < kClosest) samples_.pop_back();
  samples_.push_back(sample_of(health, now));
}

void CounterWindow::forget_before(MonotonicTime begin) {
  if (!samples_.empty() && samples_.back().time < begin) samples_.clear();
  while (samples_.size() > 1 && samples_[1].time <= begin) samples_.pop_front();
}

schemas::BusUse CounterWindow::bus_use(const Sample& first, const Sample& last) {
  const auto counted = [&](std::size_t i) {
    return last.bus[i] > first.bus[i] ? last.bus[i] - first.bus[i] : 0;
  };
  return {counted(0), counted(1), counted(2), counted(3), counted(4), counted(5), counted(6)};
}

schemas::BusUse CounterWindow::since_start() const {
  return samples_.empty() ? schemas::BusUse{} : bus_use(Sample{}, samples_.back());
}

schemas::BusUse CounterWindow::in_window() const {
  return samples_.empty() ? schemas::BusUse{} : bus_use(samples_.front(), samples_.back());
}

double CounterWindow::lag_p99_us() const {
  double worst = 0;
  for (const auto& sample : samples_) worst = std::max(worst, sample.lag_p99_us);
  return worst;
}

double CounterWindow::busy(schemas::Unit unit, double time_scale) const {
  if (samples_.size() < 2) return 0;
  const auto &first = samples_.front(), &last = samples_.back();
  const double model_us = double((last.time - first.time).count()) * 1e-3 / time_scale;
  const double busy_us = double(last.busy_us[std::size_t(unit)]) - double(first.busy_us[std::size_t(unit)]);
  // A task counts when it ends, whole: one that began before the window may make it look fuller than full.
  return model_us > 0 ? std::clamp(busy_us / model_us, 0.0, 1.0) : 0;
}

std::optional<double> CounterWindow::tasks_mw(double time_scale) const {
  if (samples_.size() < 2) return {};
  const auto &first = samples_.front(), &last = samples_.back();
  const double model_s = seconds(last.time - first.time) / time_scale;
  if (!first.energy_uj || !last.energy_uj || *last.energy_uj < *first.energy_uj || model_s <= 0) return {};
  return double(*last.energy_uj - *first.energy_uj) * 1e-3 / model_s;
}

std::uint64_t CounterWindow::queue(schemas::Unit unit) const {
  return samples_.empty() ? 0 : samples_.back().queue[std::size_t(unit)];
}

}  // namespace synergy::monitor
