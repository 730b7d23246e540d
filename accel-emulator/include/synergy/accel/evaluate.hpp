// Computes layers and programs: what the hardware would answer, bit for bit. This is the reference path, in
// plain loops that follow the specification; `inference.hpp` computes the same faster.
//
// A layer is atomic: it reads its whole input before it writes. The order inside one is: sources joined and
// split into operands, cropping, pooling and the element-wise operation in the layer's order, flattening, the
// operator with its bias, then shift, rounding, saturation and activation.
#pragma once

#include <span>
#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// The operands of a layer, joined from its sources' tensors, cropped and split: `layer.operands` tensors of
/// shape `layer.input`. `legacy` splits by every n-th column instead of channel blocks.
[[nodiscard]] std::vector<Tensor> fetch_operands(const accel_model::Layer& layer,
                                                 std::span<const Tensor* const> sources, bool legacy);

/// What the main operation sees: pooled, combined, flattened.
[[nodiscard]] Tensor prepare_operands(const accel_model::Layer& layer, std::vector<Tensor> operands);

/// `operands` must be as `fetch_operands` returns them and `weights` pass `check_weights`; else the process
/// stops. Of layers that `check_rules` refuses for every chip, the accumulator may overflow.
[[nodiscard]] LayerOutput run_layer(const accel_model::Layer& layer, const LayerWeights& weights,
                                    std::vector<Tensor> operands);

/// All layers' outputs, for those who compare them one by one; empty tensors for skipped layers.
[[nodiscard]] std::vector<LayerOutput> run_all_layers(const accel_model::Program& program,
                                                      const ModelWeights& weights, const Tensor& input);
/// The last layer's output.
[[nodiscard]] LayerOutput run_program(const accel_model::Program& program, const ModelWeights& weights,
                                      const Tensor& input);

}  // namespace synergy::accel
