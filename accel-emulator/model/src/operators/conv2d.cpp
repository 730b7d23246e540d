#include <algorithm>

#include "../convolution_cycles.hpp"
#include "../operators.hpp"

namespace synergy::accel_model {
namespace {

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (layer.kernel.rows != 1 && layer.kernel.rows != 3)
    return Error{ErrorCode::kInvalid,
                 "conv2d has a 1x1 or 3x3 kernel; kernel_size is " + std::to_string(layer.kernel.rows)};
  if (description.out_channels == 0) return Error{ErrorCode::kInvalid, "conv2d needs out_channels"};
  if (layer.depthwise() &&
      (layer.groups != layer.pooled.channels || layer.groups != description.out_channels || layer.flatten))
    return Error{ErrorCode::kInvalid, "groups is 1 or the number of input and of output channels; it is " +
                                          std::to_string(layer.groups) + " of " +
                                          std::to_string(layer.pooled.channels) + " and " +
                                          std::to_string(description.out_channels)};
  if (layer.flatten) {
    if (layer.kernel.rows != 1 || layer.pad.rows != 0)
      return Error{ErrorCode::kInvalid, "flatten leaves one pixel; it needs a 1x1 kernel without padding"};
    layer.output = {description.out_channels, 1, 1};
    return {};
  }
  const auto along = [&](std::uint32_t size) {
    return std::int64_t(size) + 2 * layer.pad.rows + 1 - layer.kernel.rows;
  };
  if (along(layer.pooled.height) < 1 || along(layer.pooled.width) < 1)
    return Error{ErrorCode::kInvalid, "a 3x3 kernel with pad " + std::to_string(layer.pad.rows) +
                                          " leaves no output from " + to_string(layer.pooled)};
  layer.output = {description.out_channels, std::uint32_t(along(layer.pooled.height)),
                  std::uint32_t(along(layer.pooled.width))};
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (layer.pad.rows > kMaxPad || layer.pad.rows >= layer.kernel.rows)
    return Error{ErrorCode::kInvalid, "a " + std::string(chip.name) + " pads a " +
                                          std::to_string(layer.kernel.rows) + "x" +
                                          std::to_string(layer.kernel.rows) + " kernel by at most " +
                                          std::to_string(std::min(kMaxPad, layer.kernel.rows - 1)) +
                                          "; pad is " + std::to_string(layer.pad.rows)};
  return {};
}

}  // namespace

const OperatorModel kConv2dModel{true, resolve, check, convolution_cycles};

}  // namespace synergy::accel_model
