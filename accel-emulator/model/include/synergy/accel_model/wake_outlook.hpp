// Whether a device ever wakes on its harvest.
//
// Take the charge w at the beginning of a repetition of the trace, and F(w) the charge at its end while the
// device stays off. Two idle charges never cross: their course depends on nothing but charge and time. So if
// some w has F(w) <= w, and from w the wake threshold is never met, then whoever begins with w or less never
// meets it, in this repetition or any later one. Such a w is a proof. It is looked for by bisection, which
// finds it where F grows slower than w, as it does with leakage and without a cold start; where a cold start
// could hold the charge down, below its voltage first.
#pragma once

#include <optional>
#include <string>

#include "synergy/accel_model/energy_store.hpp"

namespace synergy::accel_model {

/// A proof that a device which begins empty never wakes.
struct NeverWakes {
  double wake_v = 0, highest_v = 0;  ///< the threshold, and the voltage that it does not pass
  double harvest_uw = 0;             ///< in the mean, behind the converter
  double leakage_uw = 0;             ///< at the threshold
  double quiescent_uw = 0;

  /// For people: the powers, and what to do.
  [[nodiscard]] std::string text() const;
};

/// Nothing: it wakes, or no proof was found that it does not. Goes some 100 times through the trace.
[[nodiscard]] std::optional<NeverWakes> why_never_wakes(const StoreSettings& settings,
                                                        const HarvestTrace& trace);

}  // namespace synergy::accel_model
