#include <algorithm>
#include <limits>

#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {
namespace {

using accel_model::Extent;
using accel_model::Pooling;
using accel_model::PoolKind;

std::int8_t average(std::int32_t sum, std::int32_t count, bool round) {
  return round ? average_half_away_from_zero(sum, count) : average_toward_zero(sum, count);
}

// One window, given its upper left value. A step in rows is `row` values.
std::int8_t pool_window(const Pooling& pooling, const std::int8_t* corner, std::size_t row) {
  if (pooling.kind == PoolKind::kNone) return *corner;
  std::int32_t sum = 0;
  std::int8_t highest = std::numeric_limits<std::int8_t>::min();
  for (std::size_t u = 0; u < pooling.window.rows; ++u)
    for (std::size_t v = 0; v < pooling.window.columns; ++v) {
      const std::int8_t value = corner[u * pooling.dilation.rows * row + v * pooling.dilation.columns];
      sum += value;
      highest = std::max(highest, value);
    }
  if (pooling.kind == PoolKind::kMax) return highest;
  return average(sum, std::int32_t(pooling.window_pixels()), pooling.round_average);
}

// What the vendor's tool does before a conv1d: averages are never rounded, a maximum ignores the dilation.
Pooling as_before(schemas::Operator op, Pooling pooling) {
  if (op != schemas::Operator::kConv1d) return pooling;
  pooling.round_average = false;
  if (pooling.kind == PoolKind::kMax) pooling.dilation = Extent{};
  return pooling;
}

}  // namespace

// No padding; a window that would leave the image is dropped. Without a window, the stride alone subsamples.
Tensor pool(const accel_model::Layer& layer, Tensor input) {
  if (!layer.pooling.active()) return input;
  const Pooling pooling = as_before(layer.op, layer.pooling);
  const std::size_t row = input.shape.width;
  Tensor pooled{layer.pooled, {}};
  pooled.values.reserve(pooled.shape.values());
  for (std::size_t c = 0; c < pooled.shape.channels; ++c)
    for (std::size_t y = 0; y < pooled.shape.height; ++y)
      for (std::size_t x = 0; x < pooled.shape.width; ++x) {
        const std::size_t corner =
            c * input.shape.pixels() + y * pooling.stride.rows * row + x * pooling.stride.columns;
        pooled.values.push_back(pool_window(pooling, input.values.data() + corner, row));
      }
  return pooled;
}

}  // namespace synergy::accel
