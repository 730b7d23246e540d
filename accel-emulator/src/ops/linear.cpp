#include "../operators.hpp"

namespace synergy::accel {

// acc[o] = 128 bias[o] + sum over i of in[i] w[o, i], where i = channel x height x width + row x width +
// column.
LayerOutput linear(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  WideTensor accumulators = biased_accumulators(layer.output, weights);
  auto weight = weights.weights.begin();
  for (auto& sum : accumulators.values)
    for (const std::int8_t value : input.values) sum += std::int32_t(value) * *weight++;
  return finish(layer, std::move(accumulators));
}

}  // namespace synergy::accel
