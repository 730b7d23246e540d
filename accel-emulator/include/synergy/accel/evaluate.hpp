// Computes layers and programs: what the hardware would answer, bit for bit.
//
// A layer is atomic: it reads its whole input before it writes. The order inside one is pooling, flattening,
// the operator with its bias, then shift, rounding, saturation and activation.
#pragma once

#include <span>
#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// `input` must have the layer's input shape and `weights` pass `check_weights`; else the process stops. Of
/// layers that `check_rules` refuses for every chip, the accumulator may overflow.
[[nodiscard]] LayerOutput run_layer(const accel_model::Layer& layer, const LayerWeights& weights,
                                    Tensor input);

/// All layers' outputs, for those who compare them one by one.
[[nodiscard]] std::vector<LayerOutput> run_all_layers(const accel_model::Program& program,
                                                      const ModelWeights& weights, const Tensor& input);
/// The last layer's output.
[[nodiscard]] LayerOutput run_program(const accel_model::Program& program, const ModelWeights& weights,
                                      const Tensor& input);

}  // namespace synergy::accel
