// The words that a tensor occupies in one data memory instance, as numbers.
//
// For each pixel there are `used` units of `unit` words (one a pass; 32-bit values take four words), each
// `unit_step` words after the other; pixels lie `pixel_step` words apart.
#pragma once

#include <cstdint>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct TensorWords {
  std::uint64_t first = 0, pixels = 0, used = 0, unit = 1, unit_step = 1, pixel_step = 1;

  [[nodiscard]] bool empty() const { return pixels == 0 || used == 0; }
  /// One past the last word.
  [[nodiscard]] std::uint64_t end() const {
    return empty() ? first : first + (pixels - 1) * pixel_step + (used - 1) * unit_step + unit;
  }
  [[nodiscard]] bool holds(std::uint64_t word) const;
  bool operator==(const TensorWords&) const = default;
};

/// Whether any word belongs to both. Looks at single words only where the extents meet.
[[nodiscard]] bool overlap(const TensorWords& a, const TensorWords& b);

/// All operands of the layer's input, as the host loads it.
[[nodiscard]] TensorWords input_words_in(const Layer& layer, std::uint32_t instance);
/// With the words that the hardware writes besides.
[[nodiscard]] TensorWords output_words_in(const Layer& layer, std::uint32_t instance);

}  // namespace synergy::accel_model
