// Layers that run at the same time, fed through a FIFO: order, FIFO limits, registers and rolling buffers.
#pragma once

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

/// Number of layers from the first on that stream.
[[nodiscard]] std::size_t streaming_layers(const Program& program);

Status check_streaming(const Program& program, const DeviceConstants& chip);

}  // namespace synergy::accel_model
