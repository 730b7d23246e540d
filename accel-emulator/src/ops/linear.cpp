#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {

// acc[o] = 128 bias[o] + sum over i of in[i] w[o, i], where i = channel x height x width + row x width +
// column.
LayerOutput linear(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  WideTensor accumulators{layer.output, std::vector<std::int32_t>(layer.output.values(), 0)};
  auto weight = weights.weights.begin();
  for (std::size_t o = 0; o < accumulators.values.size(); ++o) {
    std::int32_t sum = weights.bias.empty() ? 0 : weights.bias[o] * kBiasScale;
    for (const std::int8_t value : input.values) sum += std::int32_t(value) * (layer.bypass ? 1 : *weight++);
    accumulators.values[o] = sum;
  }
  return finish(layer, std::move(accumulators));
}

}  // namespace synergy::accel
