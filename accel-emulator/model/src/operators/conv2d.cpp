#include "../operators.hpp"
#include "../resolve.hpp"

namespace synergy::accel_model {
namespace {

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (description.kernel_size != 1 && description.kernel_size != 3)
    return invalid("conv2d has a 1x1 or 3x3 kernel; kernel_size is " +
                   std::to_string(description.kernel_size));
  if (description.dilation != 1)
    return invalid("only conv1d dilates its taps; dilation is " + std::to_string(description.dilation));
  layer.kernel = {description.kernel_size, description.kernel_size};
  layer.pad = {description.pad, description.pad};
  if (!layer.flatten) return resolve_sliding(description, layer);
  if (description.kernel_size != 1 || description.pad != 0)
    return invalid("flatten leaves one pixel; it needs a 1x1 kernel without padding");
  if (description.out_channels == 0) return invalid("conv2d needs out_channels");
  layer.output = {description.out_channels, 1, 1};
  return {};
}

KernelForm form(const Layer& layer) {
  // A flattened layer still passes over its input's pixels.
  return {{layer.pooled.height, layer.pooled.width},
          layer.kernel,
          layer.pad,
          layer.flatten ? layer.pooled.width : layer.output.width};
}

}  // namespace

const OperatorModel kConv2dModel{true, resolve, check_padding, form};

}  // namespace synergy::accel_model
