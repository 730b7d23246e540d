// The energy store of a device, from its profile: the one place where the blocks `harvest`, `store` and
// `checkpoint` of a device file (schemas/device_power.hpp) become the settings of an EnergyStore.
//
// A device boots at the power of its working MCU (`mcu_active_mw`), and rests at `retained_mw`.
#pragma once

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::accel_model {

/// The settings of a profile that is_harvested() and holds to DeviceProfile::check(), as every one that was
/// read does, on a harvest that was recorded there (HarvestRecording::kind): the profile's rectifier counts
/// only for one that was recorded in front of it.
[[nodiscard]] StoreSettings store_settings(const schemas::DeviceProfile& profile,
                                           schemas::HarvestKind recorded);

}  // namespace synergy::accel_model
