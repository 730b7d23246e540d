// The stages of a layer, each in a file of its own below ops/. A new operator is a file there and a line in
// the table of operators.cpp.
#pragma once

#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// Takes the layer's prepared input, already known to be of the right size.
using OperatorFunction = LayerOutput (*)(const accel_model::Layer&, const LayerWeights&, const Tensor&);

[[nodiscard]] LayerOutput conv2d(const accel_model::Layer& layer, const LayerWeights& weights,
                                 const Tensor& input);
[[nodiscard]] LayerOutput conv1d(const accel_model::Layer& layer, const LayerWeights& weights,
                                 const Tensor& input);
[[nodiscard]] LayerOutput conv_transpose2d(const accel_model::Layer& layer, const LayerWeights& weights,
                                           const Tensor& input);
[[nodiscard]] LayerOutput linear(const accel_model::Layer& layer, const LayerWeights& weights,
                                 const Tensor& input);
[[nodiscard]] LayerOutput passthrough(const accel_model::Layer& layer, const LayerWeights& weights,
                                      const Tensor& input);

[[nodiscard]] OperatorFunction function_of(schemas::Operator op);

/// Pools one tensor of shape `layer.input` to `layer.pooled`.
[[nodiscard]] Tensor pool(const accel_model::Layer& layer, Tensor input);
/// Combines operands of equal shape into one.
[[nodiscard]] Tensor combine(schemas::Eltwise op, std::vector<Tensor> operands);
/// Makes bytes of accumulators, or leaves them, as the layer says.
[[nodiscard]] LayerOutput finish(const accel_model::Layer& layer, WideTensor accumulators);

}  // namespace synergy::accel
