#include "synergy/harvested_bench/stepped_store.hpp"

#include <algorithm>
#include <cmath>

namespace synergy::harvested_bench {

using accel_model::EnergyStore;
using accel_model::HarvestTrace;
using accel_model::Load;
using accel_model::StoreEvent;
using accel_model::StoreSettings;

namespace {
double charge_at(const StoreSettings& settings, double volts) {
  return settings.capacitor.capacitance_uf * volts * volts / 2;
}
}  // namespace

SteppedStore::SteppedStore(const StoreSettings& settings, const HarvestTrace& trace, double volts)
    : settings_(settings), trace_(trace), charge_uj_(charge_at(settings, volts)) {}

double SteppedStore::stored_uw() {
  if (now_ >= harvest_.until || harvest_.until == Duration{}) {
    harvest_ = trace_.at(now_);
    warm_uw_ = settings_.converter.stored_uw(harvest_.power_nw, false);
    cold_uw_ = settings_.converter.stored_uw(harvest_.power_nw, true);
  }
  return charge_uj_ < charge_at(settings_, settings_.converter.cold_start_below_v) ? cold_uw_ : warm_uw_;
}

std::optional<StoreEvent> SteppedStore::step(Duration until, Load load) {
  using std::chrono_literals::operator""us;
  (void)stored_uw();
  auto time = std::min<Duration>({1us, until - now_, harvest_.until - now_});
  if (boots_) time = std::min(time, boot_ends_ - now_);
  integrate(seconds(time), boots_ ? settings_.boot_mw : load.power_mw);
  now_ += time;
  const double boot_ma =
      settings_.boot_mw / settings_.converter.output_efficiency / settings_.thresholds.off_v;
  const double drop_v = (boots_ ? boot_ma : load.current_ma) * 1e-3 * settings_.capacitor.esr_ohm;
  if (powered_ && charge_uj_ < charge_at(settings_, settings_.thresholds.off_v + drop_v)) {
    powered_ = boots_ = false;
    return StoreEvent::kDied;
  }
  if (!powered_ && charge_uj_ >= charge_at(settings_, settings_.thresholds.on_v)) {
    powered_ = boots_ = true;
    boot_ends_ = now_ + settings_.boot;
    return StoreEvent::kWoke;
  }
  if (boots_ && now_ == boot_ends_) {
    boots_ = false;
    return StoreEvent::kBooted;
  }
  return std::nullopt;
}

void SteppedStore::follow(const EnergyStore& store) {
  const auto there = store.now().time_since_epoch();
  boot_ends_ += there - now_;
  now_ = there;
  harvest_ = {};
  charge_uj_ = store.charge_uj();
  leaked_uj_ = store.books().leaked;
  shunted_uj_ = store.books().shunted;
}

void SteppedStore::integrate(double time_s, double load_mw) {
  const double in = stored_uw();
  const double out = powered_ ? load_mw * 1000 / settings_.converter.output_efficiency : 0;
  // I = V / R and P = V I, with R = RC / C.
  const auto leak = [&](double charge) {
    const auto& [capacitance, rc, esr] = settings_.capacitor;
    return rc == 0 ? 0 : 2 * charge / capacitance / (rc / capacitance);
  };
  const auto slope = [&](double charge) {
    return in - out - settings_.converter.quiescent_uw - leak(charge);
  };
  const double k1 = slope(charge_uj_), k2 = slope(charge_uj_ + time_s / 2 * k1),
               k3 = slope(charge_uj_ + time_s / 2 * k2), k4 = slope(charge_uj_ + time_s * k3);
  const double before = charge_uj_, most = charge_at(settings_, settings_.thresholds.max_v);
  charge_uj_ += time_s / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  leaked_uj_ += leak((before + std::min(charge_uj_, most)) / 2) * time_s;
  shunted_uj_ += std::max(0.0, charge_uj_ - most);
  charge_uj_ = std::clamp(charge_uj_, 0.0, most);
}

SteppedComparison compare_with_steps(const StoreSettings& settings, const HarvestTrace& trace, double volts,
                                     Load load, Duration length) {
  SteppedStore stepped(settings, trace, volts);
  EnergyStore store(settings, trace, {.at = {}, .into_trace = {}, .volts = volts});
  const double full = charge_at(settings, settings.thresholds.max_v);
  SteppedComparison found;
  while (stepped.now() < length) {
    const auto event = stepped.step(length, load);
    if (!event && stepped.now() < length) continue;
    const auto own = store.advance(ModelTime{length}, load);
    found.same_events &= own.event == event.value_or(StoreEvent::kReached);
    if (!found.same_events) return found;
    if (event) {
      ++found.events;
      found.worst_us =
          std::max(found.worst_us, std::abs(microseconds(stepped.now() - own.at.time_since_epoch())));
    } else {
      found.worst_share =
          std::max(found.worst_share, std::abs(store.charge_uj() - stepped.charge_uj()) / full);
    }
    stepped.follow(store);
  }
  return found;
}

}  // namespace synergy::harvested_bench
