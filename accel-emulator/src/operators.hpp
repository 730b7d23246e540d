// The main operation of each layer. A new operator is a file below ops/ and a line in the table of
// operators.cpp.
#pragma once

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// Takes the layer's pooled and flattened input, already known to be of the right size.
using OperatorFunction = LayerOutput (*)(const accel_model::Layer&, const LayerWeights&, const Tensor&);

[[nodiscard]] LayerOutput conv2d(const accel_model::Layer& layer, const LayerWeights& weights,
                                 const Tensor& input);
[[nodiscard]] LayerOutput linear(const accel_model::Layer& layer, const LayerWeights& weights,
                                 const Tensor& input);
[[nodiscard]] LayerOutput passthrough(const accel_model::Layer& layer, const LayerWeights& weights,
                                      const Tensor& input);

[[nodiscard]] OperatorFunction function_of(schemas::Operator op);

/// The stage before every operator.
[[nodiscard]] Tensor pool(const accel_model::Layer& layer, Tensor input);
/// The stage after every operator that accumulates.
[[nodiscard]] LayerOutput finish(const accel_model::Layer& layer, WideTensor accumulators);

/// Accumulators of `output`'s shape, holding the biases.
[[nodiscard]] WideTensor biased_accumulators(const Shape& output, const LayerWeights& weights);

}  // namespace synergy::accel
