#include "../operators.hpp"
#include "../resolve.hpp"

namespace synergy::accel_model {
namespace {

// A linear layer is a 1x1 convolution on one pixel.
Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  layer.pad = {0, 0};
  if (description.kernel_size != 1 || description.pad != 0)
    return invalid("linear takes neither kernel_size nor pad");
  if (description.dilation != 1)
    return invalid("only conv1d dilates its taps; dilation is " + std::to_string(description.dilation));
  if (description.out_channels == 0) return invalid("linear needs out_channels");
  if (!layer.flatten && layer.pooled.pixels() != 1)
    return invalid("linear needs one pixel or flatten; its input is " + to_string(layer.pooled));
  layer.output = {description.out_channels, 1, 1};
  return {};
}

Status check(const Layer&, const DeviceConstants&) { return {}; }

KernelForm form(const Layer& layer) {
  return {{layer.pooled.height, layer.pooled.width}, {1, 1}, {0, 0}, layer.pooled.width};
}

}  // namespace

const OperatorModel kLinearModel{true, resolve, check, form};

}  // namespace synergy::accel_model
