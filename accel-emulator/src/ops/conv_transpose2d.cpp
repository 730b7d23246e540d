#include "../operators.hpp"
#include "correlate.hpp"

namespace synergy::accel {
namespace {

Tensor with_zeros_between_pixels(const Tensor& input) {
  const auto& [channels, height, width] = input.shape;
  const Shape shape{channels, 2 * height - 1, 2 * width - 1};
  Tensor spread{shape, std::vector<std::int8_t>(shape.values(), 0)};
  auto from = input.values.begin();
  for (std::uint32_t c = 0; c < channels; ++c)
    for (std::uint32_t y = 0; y < height; ++y)
      for (std::uint32_t x = 0; x < width; ++x)
        spread.values[c * shape.pixels() + std::uint64_t(2 * y) * shape.width + 2 * x] = *from++;
  return spread;
}

}  // namespace

// Doubles the size: a zero between every two pixels, 2 - pad zeros before the first row and column and one
// more after the last ones, then a correlation. The weights are those of the device, already turned.
LayerOutput conv_transpose2d(const accel_model::Layer& layer, const LayerWeights& weights,
                             const Tensor& input) {
  const std::uint32_t rows = layer.kernel.rows - 1 - layer.pad.rows;
  const std::uint32_t columns = layer.kernel.columns - 1 - layer.pad.columns;
  const Border border{rows, columns, rows + 1, columns + 1};
  return finish(layer, correlate(layer, weights, with_border(with_zeros_between_pixels(input), border)));
}

}  // namespace synergy::accel
