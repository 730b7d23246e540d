#include "../operators.hpp"
#include "../resolve.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kMaxKernel = 9;
/// Taps that lie within so many pixels make one kernel with zeros between them.
constexpr std::uint32_t kMaxStretchedKernel = 9;

std::uint64_t stretched(const Layer& layer) {
  return std::uint64_t(layer.kernel.rows - 1) * layer.dilation + 1;
}

// Taps further apart are computed as a 3x3 convolution of the signal folded into rows of `dilation`.
bool is_folded(const Layer& layer) { return stretched(layer) > kMaxStretchedKernel; }

Status resolve(const schemas::LayerDescription& description, Layer& layer) {
  if (layer.pooled.width != 1)
    return invalid("conv1d reads one column; give in_dim, as its input is " + to_string(layer.pooled));
  if (description.kernel_size > kMaxKernel)
    return invalid("conv1d has a kernel of 1 to 9; kernel_size is " +
                   std::to_string(description.kernel_size));
  if (layer.eltwise != schemas::Eltwise::kNone) return invalid("conv1d takes no element-wise input");
  if (description.kernel_size == 1 && description.dilation != 1)
    return invalid("a kernel of one tap has no dilation; it is " + std::to_string(description.dilation));
  layer.kernel = {description.kernel_size, 1};
  layer.pad = {description.pad, 0};
  layer.dilation = description.dilation;
  if (!layer.flatten) return resolve_sliding(description, layer);
  if (description.kernel_size != 1 || description.pad != 0)
    return invalid("flatten leaves one pixel; it needs a kernel of one without padding");
  if (description.out_channels == 0) return invalid("conv1d needs out_channels");
  layer.output = {description.out_channels, 1, 1};
  return {};
}

KernelForm form(const Layer& layer) {
  if (!is_folded(layer))
    return {{layer.pooled.height, 1}, {std::uint32_t(stretched(layer)), 1}, layer.pad, 1};
  const std::uint32_t dilation = layer.dilation;
  const std::uint32_t rows = (layer.pooled.height + dilation - 1) / dilation;
  KernelForm folded{{rows, dilation}, {3, 3}, {1, 1}, dilation};
  if (layer.kernel.rows == 3) folded.scratch_before = 4 * dilation * layer.output_passes;
  folded.extra_pixels = rows * dilation - layer.output.height;
  return folded;
}

Status check_folded(const Layer& layer) {
  const std::string what = "taps " + std::to_string(layer.dilation) + " apart, which reach over more than " +
                           std::to_string(kMaxStretchedKernel) + " values";
  if (layer.kernel.rows > 3)
    return invalid(what + ", need a kernel of at most 3; it has " + std::to_string(layer.kernel.rows));
  for (const auto& [has, feature] :
       std::initializer_list<std::pair<bool, std::string_view>>{{layer.pad.rows != 0, "padding"},
                                                                {layer.pooling.active(), "pooling"},
                                                                {layer.bypass, "bypass"},
                                                                {layer.readahead, "readahead"},
                                                                {layer.streaming, "streaming"}})
    if (has) return invalid(what + ", exclude " + std::string(feature));
  const auto scratch = form(layer).scratch_before;
  if (layer.out_offset < scratch)
    return invalid(what + ", make the hardware write " + std::to_string(scratch) +
                   " bytes below out_offset, which is " + std::to_string(layer.out_offset));
  return {};
}

Status check(const Layer& layer, const DeviceConstants& chip) {
  if (is_folded(layer)) return check_folded(layer);
  if (auto status = check_padding(layer, chip); !status) return status;
  if (layer.pad.rows > 0 && layer.input_passes > 1 && !chip.pads_conv1d_of_many_passes)
    return invalid("a " + std::string(chip.name) + " pads a conv1d of one pass only; this one takes " +
                   std::to_string(layer.input_passes) + " for " + std::to_string(layer.input.channels) +
                   " channels");
  return {};
}

}  // namespace

const OperatorModel kConv1dModel{true, resolve, check, form};

}  // namespace synergy::accel_model
