// Cycles of operators that slide a kernel over an image (a linear layer is one with a 1x1 kernel).
#pragma once

#include <cstdint>

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

[[nodiscard]] std::uint64_t convolution_cycles(const Layer& layer, const DeviceConstants& chip,
                                               std::uint32_t first_column);

}  // namespace synergy::accel_model
