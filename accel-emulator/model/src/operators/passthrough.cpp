#include <bit>

#include "../operators.hpp"

namespace synergy::accel_model {
namespace {

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (layer.kernel.rows != 1)
    return Error{ErrorCode::kInvalid,
                 "passthrough has no kernel; kernel_size is " + std::to_string(layer.kernel.rows)};
  if (layer.pad.rows != 0)
    return Error{ErrorCode::kInvalid, "passthrough can not pad; pad is " + std::to_string(layer.pad.rows)};
  if (layer.flatten) return Error{ErrorCode::kInvalid, "passthrough can not flatten"};
  if (layer.output_shift != 0)
    return Error{ErrorCode::kInvalid,
                 "passthrough does not shift; output_shift is " + std::to_string(layer.output_shift)};
  if (layer.activation != schemas::Activation::kNone)
    return Error{ErrorCode::kInvalid, "passthrough has no activation"};
  if (layer.output_width != 8)
    return Error{ErrorCode::kInvalid, "passthrough writes 8 bits; output_width is 32"};
  if (description.out_channels != 0 && description.out_channels != layer.pooled.channels)
    return Error{ErrorCode::kInvalid, "passthrough writes as many channels as it reads, " +
                                          std::to_string(layer.pooled.channels) + "; out_channels is " +
                                          std::to_string(description.out_channels)};
  layer.output = layer.pooled;
  return {};
}

std::uint32_t quadrant_of(std::uint64_t mask, std::uint32_t quadrant) {
  return std::uint32_t(mask >> (quadrant * kProcessorsPerQuadrant)) & 0xffff;
}

// Data moves within its quadrant only, in order and without holes.
Status check_same_quadrants(const Layer& layer) {
  for (std::uint32_t quadrant = 0; quadrant < kQuadrants; ++quadrant) {
    const std::uint32_t read = std::popcount(quadrant_of(layer.processors, quadrant));
    const std::uint32_t written = quadrant_of(layer.output_processors, quadrant);
    const std::uint32_t packed = written == 0 ? 0 : written >> std::countr_zero(written);
    if (packed != (1u << read) - 1)
      return Error{ErrorCode::kInvalid,
                   "passthrough keeps data in its quadrant: quadrant " + std::to_string(quadrant) +
                       " reads " + std::to_string(read) +
                       " processors, so output_processors needs as many neighbouring ones there"};
  }
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (auto status = check_same_quadrants(layer); !status) return status;
  if (!chip.pools_many_passes_in_passthrough && layer.pooling.active() && layer.input_passes > 1 &&
      layer.pooled.pixels() != 1)
    return Error{ErrorCode::kInvalid, "a " + std::string(chip.name) +
                                          " pools in a passthrough layer with one pass, "
                                          "or down to one pixel; this layer takes " +
                                          std::to_string(layer.input_passes) + " passes for " +
                                          std::to_string(layer.input.channels) + " channels and leaves " +
                                          to_string(layer.pooled)};
  return {};
}

std::uint64_t cycles(const Layer& layer, const DeviceConstants&, std::uint32_t) {
  std::uint64_t slots = 0;
  for (std::uint32_t quadrant = 0; quadrant < kQuadrants; ++quadrant) {
    const std::uint64_t read = std::popcount(quadrant_of(layer.processors, quadrant));
    slots = std::max(slots, (read + kProcessorsPerInstance - 1) / kProcessorsPerInstance);
  }
  const bool twice = layer.pooling.active() && layer.output_passes > 1;
  const std::uint64_t passes = twice ? 2 * layer.input_passes - 1 : layer.input_passes;
  const std::uint64_t window = layer.pooling.window_pixels(), operands = layer.operands;
  const std::uint64_t fetch =
      layer.pool_first ? passes * operands * (window + 1) : passes * (operands * window + 1);
  return layer.pooled.pixels() * (fetch + passes * slots);
}

}  // namespace

const OperatorModel kPassthroughModel{false, resolve, check, cycles};

}  // namespace synergy::accel_model
