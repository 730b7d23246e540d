// Where the biases of one program lie.
//
// Most layers have theirs in one quadrant, one byte per output. Depthwise layers have each bias in the
// quadrant of the processor that needs it, and a first layer fed by the fast FIFO of all quadrants has a
// quarter of them in each.
#pragma once

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::accel_model {

/// Fills in `bias_levels` and the layers' `bias_quadrants` and `bias_offsets`. Fails with kNoFit naming the
/// layer whose biases have no room.
Status place_biases(const Program& program, const DeviceConstants& chip, ProgramPlacement& placement);

}  // namespace synergy::accel_model
