// How a layer's kernels lie in the weight memory of one processor, and the time slots its outputs take.
//
// The hardware walks output processors from the first to the last one of the output mask, holes included,
// once per output pass; a mask that does not start at a multiple of four pays for the processors below it as
// well.
#pragma once

#include <cstdint>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct KernelColumns {
  std::uint32_t length = 0;                            ///< as the layer's registers say
  std::uint32_t occupied_begin = 0, occupied_end = 0;  ///< relative to the first column
  std::uint32_t written = 0;                           ///< fewer where the output mask has holes
};

/// The kernel as the hardware applies it.
[[nodiscard]] Extent hardware_kernel(const Layer& layer);
/// A conv1d whose taps reach over more than nine values: folded into rows and applied as a 3x3 kernel.
[[nodiscard]] bool has_long_dilation(const Layer& layer);

/// Only of layers with weights.
[[nodiscard]] KernelColumns kernel_columns(const Layer& layer);
/// Output slots per input pass of layers that convolve.
[[nodiscard]] std::uint64_t output_slots(const Layer& layer);

}  // namespace synergy::accel_model
