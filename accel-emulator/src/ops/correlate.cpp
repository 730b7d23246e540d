#include "correlate.hpp"

#include <algorithm>

#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {
namespace {

/// One channel as 16 bits, so that a product with a weight needs one multiplication of machine width.
using Plane = std::vector<std::int16_t>;

std::vector<Plane> planes_of(const Tensor& input) {
  std::vector<Plane> planes;
  const auto pixels = std::ptrdiff_t(input.shape.pixels());
  for (auto from = input.values.begin(); from != input.values.end(); from += pixels)
    planes.emplace_back(from, from + pixels);
  return planes;
}

// sums[i] += weight * plane[i], in a form that compilers turn into vector instructions.
void accumulate(std::int32_t* __restrict sums, const std::int16_t* __restrict plane, std::int16_t weight,
                std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += std::int32_t(weight) * plane[i];
}

std::vector<std::int8_t> kernels_of(const accel_model::Layer& layer, const LayerWeights& weights) {
  if (!layer.bypass) return weights.weights;
  return std::vector<std::int8_t>(
      layer.output.channels * layer.kernel_inputs() * layer.kernel.rows * layer.kernel.columns, 1);
}

}  // namespace

Tensor with_border(const Tensor& input, const Border& border) {
  const auto& [channels, height, width] = input.shape;
  const Shape shape{channels, border.top + height + border.bottom, border.left + width + border.right};
  Tensor padded{shape, std::vector<std::int8_t>(shape.values(), 0)};
  auto from = input.values.begin();
  for (std::uint32_t c = 0; c < channels; ++c)
    for (std::uint32_t row = 0; row < height; ++row, from += width)
      std::copy(from, from + width,
                padded.values.begin() +
                    std::ptrdiff_t(c * shape.pixels() + std::uint64_t(row + border.top) * shape.width +
                                   border.left));
  return padded;
}

// Sums are formed on rows as wide as the padded input, all rows in one run, because short rows would waste
// the vector unit; the columns beyond the output's width are garbage and dropped at the end.
WideTensor correlate(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  const Shape& out = layer.output;
  const std::vector<Plane> planes = planes_of(input);
  const std::vector<std::int8_t> kernels = kernels_of(layer, weights);
  const std::size_t row = input.shape.width, inputs = planes.size() / layer.groups;
  const std::size_t outputs_in_group = out.channels / layer.groups;
  const std::size_t run = std::size_t(out.height - 1) * row + out.width;

  WideTensor accumulators{out, {}};
  accumulators.values.reserve(out.values());
  std::vector<std::int32_t> sums(run);
  auto weight = kernels.begin();
  for (std::size_t o = 0; o < out.channels; ++o) {
    std::fill(sums.begin(), sums.end(), weights.bias.empty() ? 0 : weights.bias[o] * kBiasScale);
    const auto first = planes.begin() + std::ptrdiff_t(o / outputs_in_group * inputs);
    for (auto plane = first; plane != first + std::ptrdiff_t(inputs); ++plane)
      for (std::size_t u = 0; u < layer.kernel.rows; ++u)
        for (std::size_t v = 0; v < layer.kernel.columns; ++v)
          accumulate(sums.data(), plane->data() + u * layer.dilation * row + v, *weight++, run);
    for (std::size_t y = 0; y < out.height; ++y)
      accumulators.values.insert(accumulators.values.end(), sums.begin() + std::ptrdiff_t(y * row),
                                 sums.begin() + std::ptrdiff_t(y * row + out.width));
  }
  return accumulators;
}

}  // namespace synergy::accel
