// How a layer's kernels lie in the weight memory of one processor, and the time slots its outputs take.
//
// The hardware walks output processors from the first to the last one of the output mask, holes included,
// once per output pass; a mask that does not start at a multiple of four pays for the processors below it as
// well. Depthwise layers have but one kernel per processor and input pass.
#pragma once

#include <array>
#include <cstdint>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct KernelColumns {
  std::uint32_t length = 0;                            ///< as the layer's registers say
  std::uint32_t searched = 0;                          ///< free columns that the vendor's tool looks for
  std::uint32_t occupied_begin = 0, occupied_end = 0;  ///< relative to the first column
  /// In a processor of each quadrant; fewer than occupied where the output mask has holes.
  std::array<std::uint32_t, kQuadrants> written{};
};

/// Only where `has_weights`.
[[nodiscard]] KernelColumns kernel_columns(const Layer& layer);
/// Output slots per input pass. Only where `convolves`.
[[nodiscard]] std::uint64_t output_slots(const Layer& layer);

}  // namespace synergy::accel_model
