// Energies of power cycles, and what a capacitor gives of them.
//
// Energies are whole picojoules, times whole nanoseconds. Why not double joules: sums of whole numbers do not
// depend on their order, so that an algorithm and an enumeration agree to the last digit, ties included, and
// ratios are compared exactly. A checkpoint, the least energy met here, is half a million of them; 63 bits
// hold 9 MJ.
//
// The usable energy of a capacitor between two voltages (W = C V^2 / 2, less what lies below the lower one):
//
//   usable = margin x C / 2 x (V_on^2 - (V_off + drop)^2) x efficiency
//
// `drop` is load current x series resistance: under load the converter sees that much less than the capacitor
// holds, so that it gives up at V_off + drop (Ruppel and others: An architectural charge management interface
// for energy-harvesting systems, MICRO 2022).
#pragma once

#include <compare>
#include <cstdint>

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

/// A storage capacitor with the thresholds of its converter.
struct Capacitor {
  double microfarads = 0;
  double on_v = 3.15, off_v = 2.0;
  double drop_v = 0;         ///< load current x series resistance
  double margin = 0.85;      ///< part of the energy that is planned with: thresholds are 5 % off
  double efficiency = 0.85;  ///< of the output converter
  bool operator==(const Capacitor&) const = default;
};

/// Fails with kInvalid where a figure is no number or out of range: capacitance above 0 and at most
/// kMostMicrofarads, on_v above off_v + drop_v, margin and efficiency above 0 and at most 1.
inline constexpr double kMostMicrofarads = 1e6;
[[nodiscard]] Result<Picojoules> usable_energy(const Capacitor& capacitor);

/// The least capacitance, in tenths of a microfarad rounded up, that gives `need` with the thresholds of
/// `like`; its own capacitance does not count. Fails with kInvalid as usable_energy(), and with kNoFit where
/// that is above kMostMicrofarads.
[[nodiscard]] Result<double> smallest_capacitor_uf(Picojoules need, Capacitor like);

}  // namespace synergy::intermittent
