#include <algorithm>

#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {

WideTensor biased_accumulators(const Shape& output, const LayerWeights& weights) {
  WideTensor accumulators{output, std::vector<std::int32_t>(output.values(), 0)};
  for (std::size_t o = 0; o < weights.bias.size(); ++o)
    std::fill_n(accumulators.values.begin() + std::ptrdiff_t(o * output.pixels()), output.pixels(),
                weights.bias[o] * kBiasScale);
  return accumulators;
}

// 32 bit: the accumulators as they are. 8 bit: shift, round, saturate, then the activation.
LayerOutput finish(const accel_model::Layer& layer, WideTensor accumulators) {
  if (layer.output_width == 32) return accumulators;
  Tensor output{accumulators.shape, {}};
  output.values.reserve(accumulators.values.size());
  const bool rectify = layer.activation == schemas::Activation::kRelu;
  for (const std::int32_t accumulator : accumulators.values) {
    const std::int8_t value = requantize(accumulator, layer.output_shift);
    output.values.push_back(rectify ? relu(value) : value);
  }
  return output;
}

}  // namespace synergy::accel
