#include "synergy/accel_model/wake_outlook.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace synergy::accel_model {
namespace {

/// One repetition of the trace, the device always off.
class Idle {
 public:
  Idle(const StoreSettings& settings, const HarvestTrace& trace)
      : settings_(settings), trace_(trace), wake_uj_(settings.capacitor.charge_uj(settings.thresholds.on_v)) {
    // Off for good: a threshold that no charge meets. What lies above the real one does not matter.
    constexpr double kFar = 1e6;
    settings_.thresholds.on_v = settings_.thresholds.max_v = kFar;
  }

  struct End {
    bool met_wake = false;
    double charge_uj = 0, highest_uj = 0;
  };
  [[nodiscard]] End from(double charge_uj) const {
    EnergyStore store(settings_, trace_,
                      {.at = {}, .into_trace = {}, .volts = settings_.capacitor.volts(charge_uj)});
    const ModelTime end{trace_.duration()};
    End made{false, charge_uj, charge_uj};
    while (store.now() < end) {
      const auto change = trace_.at(store.now().time_since_epoch()).until;
      (void)store.advance(std::min(end, ModelTime{change}), {});
      made.highest_uj = std::max(made.highest_uj, store.charge_uj());
    }
    made.met_wake = made.highest_uj >= wake_uj_;
    made.charge_uj = store.charge_uj();
    return made;
  }

  [[nodiscard]] double wake_uj() const { return wake_uj_; }

 private:
  StoreSettings settings_;
  const HarvestTrace& trace_;
  double wake_uj_;
};

/// The highest charge on a repetition that begins with at most `most_uj`, and proves that the device never
/// wakes.
std::optional<double> proof_below(const Idle& idle, double most_uj) {
  std::optional<double> highest;  // of the lowest proof so far
  double low = 0, high = most_uj;
  for (int i = 0; i < 40; ++i) {
    const double middle = i == 0 ? 0 : (low + high) / 2;
    const auto end = idle.from(middle);
    const bool falls = end.charge_uj <= middle;
    if (falls && !end.met_wake) highest = end.highest_uj;
    if (falls && middle == 0) break;
    (falls ? high : low) = middle;
  }
  return highest;
}

double mean_stored_uw(const Converter& converter, const HarvestTrace& trace) {
  double stored_uj = 0;
  for (Duration t{}; t < trace.duration();) {
    const auto now = trace.at(t);
    const auto until = std::min(now.until, trace.duration());
    stored_uj += converter.stored_uw(now.power_nw, false) * seconds(until - t);
    t = until;
  }
  return stored_uj / seconds(trace.duration());
}

std::string three_digits(double value) {
  std::ostringstream text;
  text << std::setprecision(3) << (value >= 100 ? std::round(value) : value);
  return text.str();
}

}  // namespace

std::string NeverWakes::text() const {
  return "no progress: it never wakes at " + three_digits(wake_v) + " V, where it leaks " +
         three_digits(leakage_uw) + " uW and its converter takes " + three_digits(quiescent_uw) +
         " uW, for the harvest gives " + three_digits(harvest_uw) + " uW and carries it to " +
         three_digits(highest_v) +
         " V at most; take a capacitor that leaks less, a smaller one, a lower 'on_v' or more harvest";
}

std::optional<NeverWakes> why_never_wakes(const StoreSettings& settings, const HarvestTrace& trace) {
  const Idle idle(settings, trace);
  const auto& converter = settings.converter;
  auto highest = converter.cold_start_below_v > 0
                     ? proof_below(idle, settings.capacitor.charge_uj(converter.cold_start_below_v))
                     : std::nullopt;
  if (!highest) highest = proof_below(idle, idle.wake_uj());
  if (!highest) return std::nullopt;
  NeverWakes made;
  made.wake_v = settings.thresholds.on_v;
  made.highest_v = settings.capacitor.volts(*highest);
  made.harvest_uw = mean_stored_uw(converter, trace);
  made.leakage_uw = settings.capacitor.leakage_uw(idle.wake_uj());
  made.quiescent_uw = converter.quiescent_uw;
  return made;
}

}  // namespace synergy::accel_model
