// The chip's refusals that concern one layer by itself.
#pragma once

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

/// All but the masks.
Status check_layer(const Layer& layer, const DeviceConstants& chip);
/// `most`: channels that a pass may hold.
Status check_masks(const Layer& layer, std::uint32_t most, const DeviceConstants& chip);

}  // namespace synergy::accel_model
