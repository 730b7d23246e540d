// How the hardware carries out a layer with a kernel, which may differ from how it is described: dilated taps
// become a longer kernel with zeros between, a transposed convolution an ordinary one over a wider image.
#pragma once

#include <cstdint>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct KernelForm {
  Extent image;                   ///< what the kernel is moved over, without padding
  Extent kernel;                  ///< taps in weight memory
  Extent pad{0, 0};               ///< on every side
  std::uint32_t out_columns = 1;  ///< outputs in a row
  /// Below the output and behind it, bytes and words that the hardware writes besides.
  std::uint32_t scratch_before = 0, extra_pixels = 0;

  [[nodiscard]] std::uint64_t taps() const { return std::uint64_t(kernel.rows) * kernel.columns; }
};

}  // namespace synergy::accel_model
