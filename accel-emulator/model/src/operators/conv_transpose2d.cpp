#include <algorithm>

#include "../operators.hpp"
#include "../resolve.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kKernel = 3;

// Stride 2, kernel 3x3 and one more row and column of output: the only form the hardware has.
Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (description.kernel_size != kKernel)
    return invalid("convtranspose2d has a 3x3 kernel; kernel_size is " +
                   std::to_string(description.kernel_size));
  if (description.dilation != 1)
    return invalid("only conv1d dilates its taps; dilation is " + std::to_string(description.dilation));
  if (layer.flatten) return invalid("convtranspose2d can not flatten");
  if (description.out_channels == 0) return invalid("convtranspose2d needs out_channels");
  layer.kernel = {kKernel, kKernel};
  layer.pad = {description.pad, description.pad};
  const auto along = [&](std::int64_t size) { return 2 * size + 2 - 2 * std::int64_t(description.pad); };
  const auto rows = along(layer.pooled.height), columns = along(layer.pooled.width);
  if (rows < 1 || columns < 1)
    return invalid("pad " + std::to_string(description.pad) + " leaves no output from " +
                   to_string(layer.pooled));
  layer.output = {description.out_channels, std::uint32_t(rows), std::uint32_t(columns)};
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (layer.pad.rows <= kMaxPad) return {};
  return invalid("a " + std::string(chip.name) + " pads a transposed convolution by at most " +
                 std::to_string(kMaxPad) + "; pad is " + std::to_string(layer.pad.rows));
}

// An ordinary convolution over an image of twice the size, with zeros between the pixels.
KernelForm form(const Layer& layer) {
  const std::uint32_t pad = kKernel - 1 - std::min(layer.pad.rows, kKernel - 1);
  return {{2 * layer.pooled.height, 2 * layer.pooled.width}, layer.kernel, {pad, pad}, layer.output.width};
}

}  // namespace

const OperatorModel kConvTranspose2dModel{true, resolve, check, form};

}  // namespace synergy::accel_model
