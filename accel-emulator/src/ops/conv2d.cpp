#include <algorithm>

#include "../operators.hpp"

namespace synergy::accel {
namespace {

/// One channel with its zero padding, as 16 bits so that a product with a weight needs one multiplication of
/// machine width.
using PaddedPlane = std::vector<std::int16_t>;

struct PaddedImage {
  std::uint32_t width;
  std::vector<PaddedPlane> channels;
};

PaddedImage with_padding(const Tensor& input, std::uint32_t pad) {
  const auto& [channels, height, width] = input.shape;
  PaddedImage image{width + 2 * pad, {}};
  image.channels.assign(channels, PaddedPlane(std::size_t(image.width) * (height + 2 * pad), 0));
  auto from = input.values.begin();
  for (auto& plane : image.channels)
    for (std::uint32_t row = 0; row < height; ++row, from += width)
      std::copy(from, from + width, plane.begin() + std::ptrdiff_t(row + pad) * image.width + pad);
  return image;
}

// sums[i] += weight * plane[i], in a form that compilers turn into vector instructions.
void accumulate(std::int32_t* __restrict sums, const std::int16_t* __restrict plane, std::int16_t weight,
                std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += std::int32_t(weight) * plane[i];
}

}  // namespace

// acc[o, y, x] = 128 bias[o] + sum over c, u, v of in[c, y + u - pad, x + v - pad] w[o, c, u, v]: a
// correlation, the kernel is not turned. Passes over more than 64 channels change nothing: the sum is exact.
//
// Sums are formed on rows as wide as the padded image, all rows in one run, because short rows would waste
// the vector unit; the columns beyond the output's width are garbage and dropped at the end.
LayerOutput conv2d(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  const std::uint32_t kernel = layer.kernel;
  const PaddedImage image = with_padding(input, layer.pad);
  const Shape& out = layer.output;
  WideTensor accumulators = biased_accumulators(out, weights);
  const std::size_t run = std::size_t(out.height - 1) * image.width + out.width;

  std::vector<std::int32_t> sums(run);
  auto weight = weights.weights.begin();
  auto to = accumulators.values.begin();
  for (std::uint32_t o = 0; o < out.channels; ++o) {
    std::fill(sums.begin(), sums.end(), 0);
    for (const auto& plane : image.channels)
      for (std::uint32_t u = 0; u < kernel; ++u)
        for (std::uint32_t v = 0; v < kernel; ++v)
          accumulate(sums.data(), plane.data() + std::size_t(u) * image.width + v, *weight++, run);
    for (std::uint32_t y = 0; y < out.height; ++y)
      for (std::uint32_t x = 0; x < out.width; ++x) *to++ += sums[std::size_t(y) * image.width + x];
  }
  return finish(layer, std::move(accumulators));
}

}  // namespace synergy::accel
