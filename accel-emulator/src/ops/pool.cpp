#include <algorithm>
#include <limits>

#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {
namespace {

using accel_model::PoolKind;

// One window, given its upper left value.
std::int8_t pool_window(PoolKind kind, const std::int8_t* corner, std::uint32_t window,
                        std::uint32_t row_length) {
  if (kind == PoolKind::kNone) return *corner;
  std::int32_t sum = 0;
  std::int8_t highest = std::numeric_limits<std::int8_t>::min();
  for (std::uint32_t u = 0; u < window; ++u)
    for (std::uint32_t v = 0; v < window; ++v) {
      const std::int8_t value = corner[std::size_t(u) * row_length + v];
      sum += value;
      highest = std::max(highest, value);
    }
  return kind == PoolKind::kMax ? highest : average_toward_zero(sum, std::int32_t(window * window));
}

}  // namespace

// No padding; a window that would leave the image is dropped. Without a window, the stride alone subsamples.
Tensor pool(const accel_model::Layer& layer, Tensor input) {
  const auto& [kind, window, stride] = layer.pooling;
  if (!layer.pooling.active()) return input;
  const std::uint32_t width = input.shape.width;
  Tensor pooled{layer.pooled, {}};
  pooled.values.reserve(pooled.shape.values());
  for (std::uint32_t c = 0; c < pooled.shape.channels; ++c)
    for (std::uint32_t y = 0; y < pooled.shape.height; ++y)
      for (std::uint32_t x = 0; x < pooled.shape.width; ++x) {
        const std::size_t corner = c * input.shape.pixels() + std::size_t(y) * stride * width + x * stride;
        pooled.values.push_back(pool_window(kind, input.values.data() + corner, window, width));
      }
  return pooled;
}

}  // namespace synergy::accel
