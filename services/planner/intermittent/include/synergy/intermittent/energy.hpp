// Energies of power cycles, and what a capacitor gives of them.
//
// Energies are whole picojoules, times whole nanoseconds. Why not double joules: sums of whole numbers do not
// depend on their order, so that an algorithm and an enumeration agree to the last digit, ties included, and
// ratios are compared exactly. A checkpoint, the least energy met here, is half a million of them; 63 bits
// hold 9 MJ.
//
// What a store gives a power cycle is the energy store's own figure (StoreSettings::usable_uj: between the
// wake threshold and brown-out under that load, no harvest counted on), times a margin. Under load the
// converter sees less than the capacitor holds, by load current x series resistance (Ruppel and others: An
// architectural charge management interface for energy-harvesting systems, MICRO 2022).
#pragma once

#include <compare>
#include <cstdint>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::intermittent {

using Picojoules = std::int64_t;

inline constexpr double kPjPerUj = 1e6;
/// Of one cost, and of what a store may give: 1 kJ. Sums over a thousand of them stay within 63 bits.
inline constexpr Picojoules kMostEnergy = 1'000'000'000'000'000;

[[nodiscard]] constexpr double microjoules(Picojoules energy) { return double(energy) / kPjPerUj; }

/// Compared by energy first.
struct Cost {
  Picojoules energy = 0;
  Duration time{};

  constexpr Cost& operator+=(const Cost& other) {
    energy += other.energy;
    time += other.time;
    return *this;
  }
  friend constexpr Cost operator+(Cost a, const Cost& b) { return a += b; }
  friend constexpr Cost operator*(std::int64_t k, const Cost& c) { return {k * c.energy, k * c.time}; }
  auto operator<=>(const Cost&) const = default;
};

/// What a store is planned with.
struct Supply {
  accel_model::StoreSettings store;
  double peak_mw = 0;    ///< the largest load of a power cycle (Chain::peak_mw)
  double margin = 0.85;  ///< part of the energy that is planned with: thresholds are 5 % off
  bool operator==(const Supply&) const = default;
};

/// Fails with kInvalid where a figure is no number or out of range: capacitance above 0 and at most
/// kMostMicrofarads, the wake threshold above the one to switch off at and what the series resistance drops,
/// margin and output efficiency above 0 and at most 1.
inline constexpr double kMostMicrofarads = 1e6;
[[nodiscard]] Result<Picojoules> usable_energy(const Supply& supply);

/// The least capacitance, in tenths of a microfarad rounded up, that gives `need` with all else as in `like`;
/// its own capacitance does not count. Fails with kInvalid as usable_energy(), and with kNoFit where that is
/// above kMostMicrofarads.
[[nodiscard]] Result<double> smallest_capacitor_uf(Picojoules need, Supply like);

}  // namespace synergy::intermittent
