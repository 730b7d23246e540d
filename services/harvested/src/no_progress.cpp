#include "no_progress.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/accel_model/wake_outlook.hpp"

namespace synergy::harvested {
namespace {

std::string tenths(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::uint64_t highest_nw(const accel_model::HarvestTrace& trace) {
  std::uint64_t highest = 0;
  for (Duration t{}; t < trace.duration();) {
    const auto now = trace.at(t);
    highest = std::max(highest, now.power_nw);
    if (now.until == accel_model::HarvestTrace::kForever) break;
    t = now.until;
  }
  return highest;
}

/// Whether the device dies within the work, begun at `volts` with that harvest all the time.
bool dies(const accel_model::StoreSettings& settings, const accel_model::HarvestTrace& harvest, double volts,
          const std::vector<Step>& work) {
  accel_model::EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = volts});
  using accel_model::StoreEvent;
  (void)store.advance(store.now() + settings.boot, {});  // wakes at once
  if (store.advance(store.now() + settings.boot, {}).event != StoreEvent::kBooted) return true;
  for (const auto& step : work)
    if (store.advance(store.now() + step.cost.time, load_of(settings, step.cost)).event == StoreEvent::kDied)
      return true;
  return false;
}

}  // namespace

std::string why_no_progress(const Chain& chain, const DeviceFigures& device,
                            const accel_model::HarvestTrace& trace, const Policy& policy, double volts) {
  const auto& settings = device.store;
  if (volts == 0)
    if (const auto never = accel_model::why_never_wakes(settings, trace)) return never->text();

  const auto highest = highest_nw(trace);
  const auto harvest = accel_model::HarvestTrace::constant(highest);
  const double stored_uw = settings.converter.stored_uw(highest, false);
  for (const auto& work : policy.must_pass()) {
    double least_taken_uw = settings.converter.taken_uw(settings.boot_mw);
    Cost sum = chain.boot;
    for (const auto& step : work) {
      sum += step.cost;
      if (step.cost.time == Duration::zero()) continue;
      least_taken_uw =
          std::min(least_taken_uw, settings.converter.taken_uw(load_of(settings, step.cost).power_mw));
    }
    // It begins where it woke, or lower; higher only if it charged while it worked.
    const auto& [on_v, off_v, max_v] = settings.thresholds;
    const double from = stored_uw < least_taken_uw ? std::max(on_v, volts) : max_v;
    if (!dies(settings, harvest, from, work)) continue;
    return "no progress: " + chain.label + ", " + chain.name_of(work.back().range) + ": takes " +
           tenths(intermittent::microjoules(sum.energy)) + " uJ in one power cycle; " +
           tenths(settings.capacitor.capacitance_uf) + " uF give " + tenths(settings.usable_uj(0)) +
           " uJ, and the harvest never more than " + tenths(stored_uw) +
           " uW meanwhile; take a larger capacitor, or a policy that cuts the model, like 'once'";
  }
  return {};
}

}  // namespace synergy::harvested
