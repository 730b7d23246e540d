// The numbers of a model: one entry a layer, empty for layers without weights.
//
// Weights are in the order output, kernel input, kernel row, kernel column, whatever the operator; a bias is
// the signed byte of the device, not yet scaled to the accumulator.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel {

struct LayerWeights {
  std::vector<std::int8_t> weights;
  std::vector<std::int8_t> bias;  ///< one an output channel; empty where the layer has none
  bool operator==(const LayerWeights&) const = default;
};

/// Of a program: entry k belongs to layer k of it.
using ModelWeights = std::vector<LayerWeights>;

/// Fails with kInvalid when a layer's numbers are not as many as the program says.
Status check_weights(const accel_model::Program& program, const ModelWeights& weights);

/// The part of a whole model's weights that `chunk` of it uses.
[[nodiscard]] ModelWeights weights_of_chunk(const ModelWeights& model, const accel_model::Program& chunk);

}  // namespace synergy::accel
