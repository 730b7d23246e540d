#include "../operators.hpp"
#include "correlate.hpp"

namespace synergy::accel {

// Zeros on all four sides, then the correlation; also with groups (depthwise) and a bypassed kernel.
LayerOutput conv2d(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  const auto& [rows, columns] = layer.pad;
  return finish(layer, correlate(layer, weights, with_border(input, {rows, columns, rows, columns})));
}

}  // namespace synergy::accel
