#include <bit>

#include "../operators.hpp"
#include "../resolve.hpp"

namespace synergy::accel_model {
namespace {

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  layer.pad = {0, 0};
  if (description.kernel_size != 1)
    return invalid("passthrough has no kernel; kernel_size is " + std::to_string(description.kernel_size));
  if (description.dilation != 1)
    return invalid("passthrough has no kernel to dilate; dilation is " +
                   std::to_string(description.dilation));
  if (description.pad != 0)
    return invalid("passthrough can not pad; pad is " + std::to_string(description.pad));
  if (description.bypass) return invalid("passthrough has no kernel to bypass");
  if (layer.flatten) return invalid("passthrough can not flatten");
  if (layer.output_shift != 0)
    return invalid("passthrough does not shift; leave output_shift out, it is " +
                   std::to_string(layer.output_shift));
  if (layer.activation != schemas::Activation::kNone)
    return invalid("passthrough has no activation; a convolution or linear layer can have it");
  if (layer.output_width != 8) return invalid("passthrough writes 8 bits; output_width is 32");
  if (layer.groups != 1) return invalid("passthrough has no groups");
  if (description.out_channels != 0 && description.out_channels != layer.pooled.channels)
    return invalid("passthrough writes as many channels as it reads, " +
                   std::to_string(layer.pooled.channels) + "; out_channels is " +
                   std::to_string(description.out_channels));
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
      return invalid("passthrough keeps data in its quadrant: quadrant " + std::to_string(quadrant) +
                     " reads " + std::to_string(read) +
                     " processors, so output_processors needs as many neighbouring ones there");
  }
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (auto status = check_same_quadrants(layer); !status) return status;
  if (!chip.pools_many_passes_in_passthrough && layer.pooling.active() && layer.input_passes > 1 &&
      layer.pooled.pixels() != 1)
    return invalid("a " + std::string(chip.name) +
                   " pools in a passthrough layer with one pass, or down to one pixel; this layer takes " +
                   std::to_string(layer.input_passes) + " passes for " +
                   std::to_string(layer.input.channels) + " channels and leaves " + to_string(layer.pooled));
  return {};
}

}  // namespace

const OperatorModel kPassthroughModel{false, resolve, check, nullptr};

}  // namespace synergy::accel_model
