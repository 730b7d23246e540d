// The weights with which the pixels along one axis of a picture make those of the frame. They depend on
// lengths alone.
#pragma once

#include <cstdint>
#include <vector>

namespace synergy::frames {

/// One new pixel: `count` old ones from `first` on, with the weights from `weights` on in Axis::weights.
struct Mix {
  std::uint32_t first = 0, count = 0;
  std::size_t weights = 0;
  std::uint64_t outside = 0;  ///< weight of the background
};

struct Axis {
  std::vector<Mix> mixes;  ///< one for each new pixel; `first` never falls from one to the next
  std::vector<std::uint64_t> weights;
  std::uint64_t divisor = 1;  ///< sum of the weights of any mix
};

/// `length` pixels of the picture, of which a window of `window` in the middle becomes `target` pixels. All 1
/// at least, and below 2^14, 2^37 and 2^23: then no sum has 63 bits, nor has the product of two axes'
/// divisors 56 (the bounds that convert.hpp sets). A window that is longer than the picture shows background
/// at both ends.
[[nodiscard]] Axis make_axis(std::int64_t length, std::int64_t window, std::int64_t target);

}  // namespace synergy::frames
