#include "../operators.hpp"
#include "correlate.hpp"

namespace synergy::accel {

// A column of rows: taps at y + u dilation, zeros before and after.
LayerOutput conv1d(const accel_model::Layer& layer, const LayerWeights& weights, const Tensor& input) {
  const std::uint32_t rows = layer.pad.rows;
  return finish(layer, correlate(layer, weights, with_border(input, {rows, 0, rows, 0})));
}

}  // namespace synergy::accel
