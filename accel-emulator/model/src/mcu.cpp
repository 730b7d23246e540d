#include "synergy/accel_model/mcu.hpp"

#include <algorithm>

#include "synergy/schemas/limits.hpp"

namespace synergy::accel_model {
namespace {

/// Above 1 where the MCU runs slower than it was measured.
double slower(const schemas::DeviceProfile& profile) {
  return measured_at_mcu_mhz(profile) / profile.mcu_clock_mhz.value;
}

}  // namespace

double measured_at_mcu_mhz(const schemas::DeviceProfile& profile) {
  if (profile.measured_at_mcu_mhz.value > 0) return profile.measured_at_mcu_mhz.value;
  return profile.accelerator == schemas::AcceleratorKind::kMax78000 ? 100 : 120;
}

double mcu_ns(const schemas::DeviceProfile& profile, const schemas::Figure& each) {
  return std::min(each.value * slower(profile), schemas::kMaxFigure);
}

double word_ns(const schemas::DeviceProfile& profile, const schemas::Figure& each) {
  const double fixed = std::min(each.value, profile.accelerator_ns_per_word.value);
  // Written as a difference, so that a figure at its own clock is that figure to the bit.
  return std::min(each.value + (each.value - fixed) * (slower(profile) - 1), schemas::kMaxFigure);
}

double mcu_working_mw(const schemas::DeviceProfile& profile) {
  return (profile.mcu_active_mw.value - profile.mcu_sleep_mw.value) / slower(profile);
}

}  // namespace synergy::accel_model
