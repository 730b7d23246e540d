#include "synergy/accel/evaluate.hpp"

#include "operators.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel {

LayerOutput run_layer(const accel_model::Layer& layer, const LayerWeights& weights, Tensor input) {
  SYNERGY_CHECK(input.shape == layer.input && input.values.size() == layer.input.values(),
                "the layer's input");
  SYNERGY_CHECK(weights.weights.size() == weight_count(layer), "the layer's weights");
  Tensor data = pool(layer, std::move(input));
  // Flattening changes the shape only: values already lie channel by channel, row by row.
  if (layer.flatten) data.shape = {std::uint32_t(data.shape.values()), 1, 1};
  return function_of(layer.op)(layer, weights, data);
}

std::vector<LayerOutput> run_all_layers(const accel_model::Program& program, const ModelWeights& weights,
                                        const Tensor& input) {
  SYNERGY_CHECK(weights.size() == program.layers.size(), "weights of every layer");
  std::vector<LayerOutput> outputs;
  outputs.reserve(program.layers.size());
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    outputs.push_back(
        run_layer(program.layers[k], weights[k], k == 0 ? input : std::get<Tensor>(outputs.back())));
  return outputs;
}

LayerOutput run_program(const accel_model::Program& program, const ModelWeights& weights,
                        const Tensor& input) {
  return std::move(run_all_layers(program, weights, input).back());
}

}  // namespace synergy::accel
