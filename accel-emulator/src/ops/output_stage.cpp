#include <algorithm>
#include <cstdlib>

#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {
namespace {

using schemas::Activation;

// An activation leaves 0 to 127 also of a 32-bit accumulator.
std::int32_t activate_wide(Activation activation, std::int32_t accumulator) {
  if (activation == Activation::kRelu) return std::clamp(accumulator, 0, 127);
  if (activation == Activation::kAbs)
    return std::int32_t(std::min<std::int64_t>(std::llabs(accumulator), 127));
  return accumulator;
}

std::int8_t activate(Activation activation, std::int8_t value) {
  if (activation == Activation::kRelu) return relu(value);
  if (activation == Activation::kAbs) return absolute(value);
  return value;
}

}  // namespace

// 32 bit: the accumulators as they are. 8 bit: shift, round, saturate, then the activation.
LayerOutput finish(const accel_model::Layer& layer, WideTensor accumulators) {
  if (layer.output_width == 32) {
    for (auto& value : accumulators.values) value = activate_wide(layer.activation, value);
    return accumulators;
  }
  Tensor output{accumulators.shape, {}};
  output.values.reserve(accumulators.values.size());
  for (const std::int32_t accumulator : accumulators.values)
    output.values.push_back(activate(layer.activation, requantize(accumulator, layer.output_shift)));
  return output;
}

}  // namespace synergy::accel
