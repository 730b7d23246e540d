// A device that lives on what it harvests: capacitor, converter and harvest, and whether the device has
// power, from one event to the next.
//
// No time steps: while powers are constant the charge follows its closed form (`capacitor.hpp`), so the time
// of the next event is one logarithm. The store goes from event to event; what the device does in between is
// the caller's.
//
//   dead      below `off_v`: no power. The converter alone works on the capacitor.
//   off       from `off_v` on, no power until the voltage has risen to the wake threshold (`on_v`).
//   booting   for `boot`, at `boot_mw`
//   on        takes the load that the caller says
//   retained  takes `retained_mw` and keeps what its chip retains; the caller puts it there and wakes it
//
//                          wake threshold                    boot is over
//   dead -- off_v --> off ----------------> booting ------------------> on <--- resume / retain ---> retained
//     ^                ^                       |                         |                               |
//     +----------------+-----------------------+-- brown-out, or power_off() ---------------------------+
//
// Brown-out: a load of current I sees V - I x ESR, and the device loses power where that falls below `off_v`:
// below V = off_v + I x ESR. What the ESR turns into heat is not taken from the charge (at 22 mA and 1 ohm,
// 0.5 mW of 45). At `max_v` the converter shunts what does not fit. An empty capacitor stays empty.
//
// Time is whole nanoseconds. An event is at the first of them at which its condition holds, so a threshold is
// passed by less than the charge of one nanosecond.
//
//   EnergyStore store(settings, trace);
//   auto event = store.advance(ModelTime::max(), {});           // kWoke at some instant
//   event = store.advance(until, {});                           // kBooted
//   event = store.advance(event.at + run_time, {45, 18});       // kReached, or kDied
#pragma once

#include <limits>
#include <optional>

#include "synergy/accel_model/capacitor.hpp"
#include "synergy/accel_model/converter.hpp"
#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/base/compensated_sum.hpp"

namespace synergy::accel_model {

/// 0 < `off_v` < `on_v` <= `max_v`.
struct Thresholds {
  double on_v = 0, off_v = 0, max_v = 0;
  bool operator==(const Thresholds&) const = default;
};

struct StoreSettings {
  Capacitor capacitor;
  Converter converter;  ///< its cold start ends at `on_v` or below
  Thresholds thresholds;
  Duration boot{};  ///< above 0: else a device that can not bear its load would wake and die for ever at one
                    ///< instant
  double boot_mw = 0, retained_mw = 0;
  bool operator==(const StoreSettings&) const = default;

  /// The largest current of a load, in mA: that at `off_v`, where the converter takes the most for its power.
  [[nodiscard]] double current_ma(double load_mw) const;
  /// The charge below which a device that takes so much loses power: uJ.
  [[nodiscard]] double brown_out_uj(double current_ma) const;
  /// What a load of that current can take between the wake threshold and brown-out, with no harvest, no
  /// leakage and no quiescent power: uJ at the load; 0 where it would lose power at once. For planning,
  /// multiplied by a margin.
  [[nodiscard]] double usable_uj(double current_ma) const;
};

/// What the device takes while it is on. In all other states the store's own figures hold.
struct Load {
  double power_mw = 0;    ///< at the load, behind the converter
  double current_ma = 0;  ///< for the drop at the ESR, e.g. StoreSettings::current_ma()
};

/// Charges at which advance() stops; those that hold already stop it at once.
struct Watch {
  double rises_to_uj = std::numeric_limits<double>::infinity();
  double falls_to_uj = -1;
};

enum class PowerState { kDead, kOff, kBooting, kOn, kRetained };

enum class StoreEvent {
  kReached,  ///< the instant that advance() was to go to
  kWoke,     ///< off -> booting
  kBooted,   ///< booting -> on
  kDied,     ///< lost power: all volatile state is gone
  kRose,     ///< Watch::rises_to_uj
  kFell,     ///< Watch::falls_to_uj
};
struct StoreStep {
  StoreEvent event;
  ModelTime at;
  bool operator==(const StoreStep&) const = default;
};

/// Where all energy went since the store began, in uJ. None is negative.
///
///   began + harvested = stored + conversion_loss + used + leaked + shunted + quiescent
struct EnergyBooks {
  double began = 0, harvested = 0;
  double stored = 0, conversion_loss = 0, used = 0, leaked = 0, shunted = 0, quiescent = 0;

  /// By how much the two sides differ, as a share of their sum; 0 of nothing.
  [[nodiscard]] double imbalance() const;
};

/// A value: a copy goes on by itself. Borrows settings and trace, which must outlive it and its copies. One
/// thread at a time.
class EnergyStore {
 public:
  struct Start {
    ModelTime at{};
    Duration into_trace{};  ///< the instant of the trace that `at` is; the trace repeats
    double volts = 0;       ///< at most `max_v`. The device is off.
  };
  EnergyStore(const StoreSettings& settings, const HarvestTrace& trace, Start start);
  EnergyStore(const StoreSettings& settings, const HarvestTrace& trace)
      : EnergyStore(settings, trace, Start{}) {}

  [[nodiscard]] ModelTime now() const { return now_; }
  [[nodiscard]] PowerState state() const;
  [[nodiscard]] double charge_uj() const { return charge_uj_; }
  [[nodiscard]] double volts() const { return settings_->capacitor.volts(charge_uj_); }
  [[nodiscard]] EnergyBooks books() const;

  /// Goes to the first event, at the latest to `until`, which must not lie in the past, nor beyond
  /// schemas::kLastModelTime. It goes through the trace's rows one by one: where no event may ever come, give
  /// an `until` that is worth waiting for. Several events of one instant come one by one; kReached is the
  /// last of them.
  StoreStep advance(ModelTime until, Load load, Watch watch = {});
  /// What advance() would return. Nothing changes.
  [[nodiscard]] StoreStep next_event(ModelTime until, Load load, Watch watch = {}) const;

  /// on -> retained, and back. Waking costs what the caller takes as load.
  void retain();
  void resume();
  /// Gives up power by itself (any state): off, until the voltage is at the wake threshold.
  void power_off();
  /// Another wake threshold, in volts, above `off_v` and at most `max_v`; `on_v` at first.
  void wake_at(double volts);
  /// No wake at all until wake_at(): there is nothing to do. Changes nothing for a device that has power.
  void stay_off();

 private:
  enum class Phase { kOff, kBooting, kOn, kRetained };
  struct Flow;
  struct Ahead;

  [[nodiscard]] Load taken_now(Load load) const;
  [[nodiscard]] bool powered() const { return phase_ != Phase::kOff; }
  /// What is due at this very instant, apart from `until`.
  std::optional<StoreEvent> due(double brown_out_uj, const Watch& watch);
  /// To the next change of power, threshold or `until`.
  std::optional<StoreEvent> step(ModelTime until, Load taken, double brown_out_uj, const Watch& watch);
  void flow(Duration time, const Flow& powers);
  void die();

  const StoreSettings* settings_;
  const HarvestTrace* trace_;
  ModelTime began_, now_, boots_until_{};
  Duration into_trace_;  ///< at `began_`
  double began_uj_, charge_uj_, most_uj_, wake_uj_, warm_uj_;
  Phase phase_ = Phase::kOff;
  bool cold_;
  CompensatedSum conversion_loss_, used_, leaked_, shunted_, quiescent_;
};

}  // namespace synergy::accel_model
