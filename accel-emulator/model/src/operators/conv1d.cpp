#include <algorithm>

#include "../convolution_cycles.hpp"
#include "../kernel_layout.hpp"
#include "../operators.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kMostTaps = 9;

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  const std::uint64_t taps = layer.kernel.rows;
  if (taps > kMostTaps)
    return Error{ErrorCode::kInvalid, "conv1d has 1 to 9 taps; kernel_size is " + std::to_string(taps)};
  if (description.out_channels == 0) return Error{ErrorCode::kInvalid, "conv1d needs out_channels"};
  if (layer.pooled.width != 1)
    return Error{ErrorCode::kInvalid,
                 "conv1d takes one column; its input is " + to_string(layer.pooled) + ": give in_dim"};
  if (layer.flatten || layer.depthwise())
    return Error{ErrorCode::kInvalid, "conv1d takes neither flatten nor groups"};
  if (layer.dilation > 1 && taps == 1)
    return Error{ErrorCode::kInvalid, "a conv1d of one tap can not be dilated"};
  const std::int64_t length =
      std::int64_t(layer.pooled.height) + 2 * layer.pad.rows - std::int64_t((taps - 1) * layer.dilation);
  if (length < 1)
    return Error{ErrorCode::kInvalid, "a kernel of " + std::to_string(taps) + " taps, dilated by " +
                                          std::to_string(layer.dilation) + ", with pad " +
                                          std::to_string(layer.pad.rows) + " leaves no output from " +
                                          to_string(layer.pooled)};
  layer.output = {description.out_channels, std::uint32_t(length), 1};
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (layer.pad.rows > kMaxPad)
    return Error{ErrorCode::kInvalid, "a " + std::string(chip.name) + " pads a conv1d by at most " +
                                          std::to_string(kMaxPad) + "; pad is " +
                                          std::to_string(layer.pad.rows)};
  return {};
}

}  // namespace

const OperatorModel kConv1dModel{true, resolve, check, convolution_cycles};

}  // namespace synergy::accel_model
