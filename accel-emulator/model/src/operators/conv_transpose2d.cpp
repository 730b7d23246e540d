#include "../convolution_cycles.hpp"
#include "../operators.hpp"

namespace synergy::accel_model {
namespace {

// Stride 2 and one more row and column at the end: with pad 1 the size doubles.
Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (layer.kernel.rows != 3)
    return Error{ErrorCode::kInvalid,
                 "convtranspose2d has a 3x3 kernel; kernel_size is " + std::to_string(layer.kernel.rows)};
  if (layer.pad.rows > 2)
    return Error{ErrorCode::kInvalid,
                 "convtranspose2d pads by 0 to 2; pad is " + std::to_string(layer.pad.rows)};
  if (description.out_channels == 0) return Error{ErrorCode::kInvalid, "convtranspose2d needs out_channels"};
  if (layer.flatten) return Error{ErrorCode::kInvalid, "convtranspose2d can not flatten"};
  if (layer.depthwise() &&
      (layer.groups != layer.pooled.channels || layer.groups != description.out_channels))
    return Error{ErrorCode::kInvalid, "groups is 1 or the number of input and of output channels"};
  const auto along = [&](std::uint32_t size) { return std::int64_t(2) * size + 2 - 2 * layer.pad.rows; };
  if (along(layer.pooled.height) < 1 || along(layer.pooled.width) < 1)
    return Error{ErrorCode::kInvalid, "pad " + std::to_string(layer.pad.rows) + " leaves no output from " +
                                          to_string(layer.pooled)};
  layer.output = {description.out_channels, std::uint32_t(along(layer.pooled.height)),
                  std::uint32_t(along(layer.pooled.width))};
  return {};
}

Status check(const Layer&, const DeviceConstants&) { return {}; }

}  // namespace

const OperatorModel kConvTranspose2dModel{true, resolve, check, convolution_cycles};

}  // namespace synergy::accel_model
