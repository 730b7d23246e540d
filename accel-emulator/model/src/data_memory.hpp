// Where tensors lie in data memory, whether they have room, and what may not be overwritten.
//
// A tensor lies the same way in every instance it uses: for each pixel, one word per pass (and operand), with
// a gap between words where the description says so. What is checked is therefore one instance at a time, by
// numbers, without walking over words wherever the extents of two tensors do not meet.
#pragma once

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

/// Ends the refusal of data that lies on other data, where that can be allowed.
inline constexpr const char* kOverlapHint =
    "; move one of them, or allow it (overlap_data in a model, --overlap-data of import)";

/// Input and output of layer k lie within the instance.
Status check_data_room(const Program& program, std::size_t k, const DeviceConstants& chip);

/// No layer writes on the first layer's input, the output of the layer that ran before, an output that the
/// host reads, or a word that it wrote itself, unless `overlap_data`.
Status check_overlaps(const Program& program, const DeviceConstants& chip);

/// How many of the tensor's passes use an instance: all, or all but the shorter last one, or none.
[[nodiscard]] std::uint32_t passes_in_instance(std::uint64_t processors, std::uint32_t channels,
                                               std::uint32_t instance);

}  // namespace synergy::accel_model
