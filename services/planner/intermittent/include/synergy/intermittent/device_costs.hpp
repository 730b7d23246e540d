// What planning takes from the profile of a device without a battery: the one place where its blocks `store`
// and `checkpoint` become what the algorithms here are given. The store itself: accel_model/device_store.hpp.
#pragma once

#include "synergy/intermittent/chain.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::intermittent {

/// Of a profile that is_harvested() and holds to its check(), as the next one. The MCU works while the device
/// boots, moves bytes and commits, at `mcu_active_mw`; the FRAM adds its own energy.
[[nodiscard]] CheckpointFigures checkpoint_figures(const schemas::DeviceProfile& profile);

/// The device's store under the load of that chain, with the profile's margin. Of the harvest nothing is
/// counted on.
[[nodiscard]] Supply supply_of(const schemas::DeviceProfile& profile, const Chain& chain);

}  // namespace synergy::intermittent
