// The physics of the energy store in steps of a microsecond, by the rule of Runge and Kutta: a second program
// beside the closed form (accel_model/energy_store.hpp), with which it shares settings and harvest alone. It
// is slow, and there to compare with.
//
//   dW/dt = stored harvest - load / output efficiency - quiescent power - V^2 / R,   W = C V^2 / 2
#pragma once

#include <optional>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/accel_model/harvest_trace.hpp"

namespace synergy::harvested_bench {

/// Borrows settings and trace. The device is off at first. One thread.
class SteppedStore {
 public:
  SteppedStore(const accel_model::StoreSettings& settings, const accel_model::HarvestTrace& trace,
               double volts);

  [[nodiscard]] Duration now() const { return now_; }
  [[nodiscard]] double charge_uj() const { return charge_uj_; }
  /// Since the beginning.
  [[nodiscard]] double leaked_uj() const { return leaked_uj_; }
  [[nodiscard]] double shunted_uj() const { return shunted_uj_; }

  /// A microsecond; less where the harvest changes, the boot ends or `until` is before. Says what happened in
  /// it, as EnergyStore::advance(): kWoke, kBooted, kDied.
  std::optional<accel_model::StoreEvent> step(Duration until, accel_model::Load load);

  /// A step sees an event up to a microsecond late. Goes on from where the other program saw it.
  void follow(const accel_model::EnergyStore& store);

 private:
  void integrate(double time_s, double load_mw);
  [[nodiscard]] double stored_uw();

  const accel_model::StoreSettings& settings_;
  const accel_model::HarvestTrace& trace_;
  accel_model::HarvestTrace::Now harvest_;
  double warm_uw_ = 0, cold_uw_ = 0;  ///< what is stored of it
  Duration now_{}, boot_ends_{};
  bool powered_ = false, boots_ = false;
  double charge_uj_, leaked_uj_ = 0, shunted_uj_ = 0;
};

/// The closed form and the steps side by side, a device that always takes `load` while it is on. Both begin
/// each stretch between two events alike.
struct SteppedComparison {
  std::uint64_t events = 0;
  double worst_us = 0;     ///< between the times of an event; what is within a step's length counts, too
  double worst_share = 0;  ///< between charges where nothing happened at the end, of the full store
  bool same_events = true;
};
[[nodiscard]] SteppedComparison compare_with_steps(const accel_model::StoreSettings& settings,
                                                   const accel_model::HarvestTrace& trace, double volts,
                                                   accel_model::Load load, Duration length);

}  // namespace synergy::harvested_bench
