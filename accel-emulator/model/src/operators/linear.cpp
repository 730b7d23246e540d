#include "../convolution_cycles.hpp"
#include "../operators.hpp"

namespace synergy::accel_model {
namespace {

// A linear layer is a 1x1 convolution on one pixel.
Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (layer.kernel.rows != 1 || layer.pad.rows != 0)
    return Error{ErrorCode::kInvalid, "linear takes neither kernel_size nor pad"};
  if (description.out_channels == 0) return Error{ErrorCode::kInvalid, "linear needs out_channels"};
  if (!layer.flatten && layer.pooled.pixels() != 1)
    return Error{ErrorCode::kInvalid,
                 "linear needs one pixel or flatten; its input is " + to_string(layer.pooled)};
  layer.output = {description.out_channels, 1, 1};
  return {};
}

Status check(const Layer&, const DeviceConstants&) { return {}; }

}  // namespace

const OperatorModel kLinearModel{true, resolve, check, convolution_cycles};

}  // namespace synergy::accel_model
