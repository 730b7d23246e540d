// What a harvest leaves for work, once converter and capacitor have taken their part.
//
//   net = stored - quiescent - leakage at the wake threshold
//
// `stored` is what reaches the capacitor, row by row of the recording, by the converter's table (no cold
// start: a device that works is warm). Leakage is taken at the wake threshold, where it is greatest while a
// device works: the net harvest is on the safe side.
//
// What a reader gets wrong: a net harvest below 0 does not say that the device never wakes. A harvest that
// comes in bursts may carry it there; whether it does not is what wake_outlook.hpp proves.
#pragma once

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::intermittent_offline {

struct Income {
  double mean_uw = 0;  ///< stored, in the mean over the recording
  double low_uw = 0;   ///< and what four minutes of five have or pass
  double quiescent_uw = 0, leakage_uw = 0;

  [[nodiscard]] double net_uw() const { return mean_uw - quiescent_uw - leakage_uw; }
  [[nodiscard]] double low_net_uw() const { return low_uw - quiescent_uw - leakage_uw; }
};

/// Fails with kInvalid where the recording has a fault.
[[nodiscard]] Result<Income> income_of(const schemas::HarvestRecording& harvest,
                                       const accel_model::StoreSettings& store);

}  // namespace synergy::intermittent_offline
