// How many bias bytes each quadrant holds for one program.
#pragma once

#include <array>

#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {

using BiasLevels = std::array<std::uint32_t, kQuadrants>;

/// Fails with kNoFit naming the layer whose biases have no room.
[[nodiscard]] Result<BiasLevels> place_biases(const Program& program, const DeviceConstants& chip);

}  // namespace synergy::accel_model
