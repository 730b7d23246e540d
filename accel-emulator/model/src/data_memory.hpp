// Where a layer's input and output lie in data memory, and whether both have room beside each other.
//
// A layer may not write a word that it still reads: the hardware starts writing before it has read
// everything, and what happens then is not defined.
#pragma once

#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {

Status check_data_memory(const Layer& layer, const DeviceConstants& chip);

/// How many of the tensor's passes use an instance: all, or all but the shorter last one, or none.
[[nodiscard]] std::uint32_t passes_in_instance(std::uint64_t processors, std::uint32_t channels,
                                               std::uint32_t instance);

}  // namespace synergy::accel_model
