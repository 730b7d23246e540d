// What the MCU's clock does to the times and the power of a device profile.
//
// The times of a profile hold at one clock, its figure `measured_at_mcu_mhz`. At `mcu_clock_mhz`, with
// slower = measured_at_mcu_mhz / mcu_clock_mhz:
//
//   own work    t x slower                         prepare, unpack, argmax
//   a word      t + (t - a) x (slower - 1)         load, unload, registers, biases, weights
//   power       (active - sleep) / slower          what the working MCU draws above sleep
//
// `a` is the part of a word's time that the accelerator's clock takes, `accelerator_ns_per_word`. A MAX78000
// has none: its accelerator runs on a clock divided from the MCU's. A MAX78002 loads with a clock of its own
// (PLL / 4), so 127 ns of each word stay as they are.
//
// Own work therefore costs the same energy at every clock. That is an assumption: the only published pair
// (AN7664: 9.4 mW at 120 MHz with the PLL, 3.34 mW at 60 MHz without) changes clock and source together. What
// the accelerator itself takes for a word (`accelerator_nj_per_*_word`) does not depend on the MCU's clock
// here.
#pragma once

#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

/// The MCU's clock, in MHz, at which the profile's times and `mcu_active_mw` hold: its figure; where the
/// profile does not tell it, the clock that the vendor's generated code selects (100 on a MAX78000, 120 on a
/// MAX78002).
[[nodiscard]] double measured_at_mcu_mhz(const schemas::DeviceProfile& profile);

// Of the functions below: the profile must hold to DeviceProfile::check(), or they divide by zero. `each` is
// a figure of that profile, in ns. No scaled time is above schemas::kMaxFigure, so that what is counted with
// it stays within 63 bits.

/// What `each` is of the MCU's own work at its clock: ns.
[[nodiscard]] double mcu_ns(const schemas::DeviceProfile& profile, const schemas::Figure& each);
/// What `each`, the time of one word between MCU and accelerator, is at the MCU's clock: ns.
[[nodiscard]] double word_ns(const schemas::DeviceProfile& profile, const schemas::Figure& each);
/// What the MCU draws above sleep while it works at its clock: mW.
[[nodiscard]] double mcu_working_mw(const schemas::DeviceProfile& profile);

}  // namespace synergy::accel_model
