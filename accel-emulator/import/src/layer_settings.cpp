#include "layer_settings.hpp"

#include <algorithm>

#include "synergy/base/hexadecimal.hpp"

namespace synergy::accel_import {
namespace {

using schemas::Eltwise;
using schemas::Extent;
using schemas::LayerDescription;
using schemas::Operator;

/// Sizes beyond this are refused before anything is computed with them.
constexpr std::uint32_t kMaxSize = 1u << 16;

class Settings {
 public:
  Settings(const OrderedLayer& layer, const ImportOptions& options)
      : layer_(layer), yaml_(*layer.yaml), options_(options) {}

  Result<LayerDescription> describe() {
    made_.place = yaml_.place;
    made_.name = layer_.name;
    for (const auto step :
         {&Settings::operation, &Settings::kernel, &Settings::convolution, &Settings::element_wise,
          &Settings::pooling, &Settings::sizes, &Settings::output, &Settings::memory, &Settings::buffer})
      if (auto status = (this->*step)(); !status) return status.error();
    return std::move(made_);
  }

 private:
  Error wrong(const std::string& what) const { return {ErrorCode::kInvalid, layer_.label + ": " + what}; }
  static bool too_large(const Extent& extent) { return extent.rows > kMaxSize || extent.columns > kMaxSize; }

  Status operation() {
    const auto given = yaml_.op.value_or(OperatorName{});
    made_.op = given.op;
    made_.eltwise = given.eltwise;
    if (yaml_.eltwise) made_.eltwise = *yaml_.eltwise;
    made_.activate = yaml_.activate.value_or(schemas::Activation::kNone);
    made_.flatten = yaml_.flatten.value_or(false);
    made_.bypass = yaml_.bypass.value_or(false);
    made_.streaming = yaml_.streaming.value_or(false);
    made_.calcx4 = yaml_.calcx4.value_or(false);
    made_.readahead = yaml_.readahead.value_or(false);
    return {};
  }

  Status kernel() {
    made_.kernel_size = made_.op == Operator::kConv1d                                             ? 9
                        : made_.op == Operator::kConv2d || made_.op == Operator::kConvTranspose2d ? 3
                                                                                                  : 1;
    if (!yaml_.kernel_size) return {};
    const auto [rows, columns, one_number] = *yaml_.kernel_size;
    const bool square = !one_number && rows == columns;
    switch (made_.op) {
      case Operator::kLinear:
        return wrong("kernel_size can not be given for a linear layer");
      case Operator::kConv2d:
        if (!square || (rows != 1 && rows != 3)) return wrong("kernel_size of conv2d is 1x1 or 3x3");
        break;
      case Operator::kConvTranspose2d:
        if (!square || rows != 3) return wrong("kernel_size of convtranspose2d is 3x3");
        break;
      case Operator::kConv1d:
      case Operator::kPassthrough:
        if (!one_number || rows < 1 || rows > 9) return wrong("kernel_size must be 1 to 9 here");
        break;
    }
    if (made_.op != Operator::kPassthrough) made_.kernel_size = rows;
    return {};
  }

  Status convolution() {
    const bool convolves = made_.op != Operator::kLinear && made_.op != Operator::kPassthrough;
    const bool transposed = made_.op == Operator::kConvTranspose2d;
    made_.pad = yaml_.pad.value_or(convolves ? 1 : 0);
    made_.groups = yaml_.groups.value_or(1);
    if (made_.pad > kMaxSize || made_.groups < 1 || made_.groups > kMaxSize)
      return wrong("pad or groups make no sense: " + std::to_string(made_.pad) + ", " +
                   std::to_string(made_.groups));
    if (const auto needed = transposed ? 1u : 0u; yaml_.output_pad.value_or(needed) != needed)
      return wrong("output_pad must be " + std::to_string(needed) + " for this operator");
    return strides();
  }

  Status strides() {
    const bool pools = yaml_.max_pool || yaml_.avg_pool;
    if (yaml_.stride) {
      const auto [rows, columns] = *yaml_.stride;
      if (made_.op != Operator::kConv1d && rows != columns) return wrong("stride must be equal both ways");
      const std::uint32_t needed = made_.op == Operator::kConvTranspose2d && !pools ? 2 : 1;
      if (rows != needed)
        return wrong("stride must be " + std::to_string(needed) +
                     (pools ? " with pooling; pool_stride sets the step" : " for this operator"));
    }
    if (!yaml_.dilation) return {};
    if (made_.op == Operator::kPassthrough) return wrong("dilation needs a convolution");
    const auto [rows, columns] = *yaml_.dilation;
    if (rows < 1 || too_large(*yaml_.dilation)) return wrong("dilation makes no sense");
    if (made_.op != Operator::kConv1d && (rows != 1 || columns != 1))
      return wrong("only conv1d has a dilation other than 1");
    made_.dilation = rows;
    return {};
  }

  Status element_wise() {
    if (yaml_.operands && made_.eltwise == Eltwise::kNone)
      return wrong("operands can only be given with an element-wise operation");
    made_.operands = yaml_.operands.value_or(made_.eltwise == Eltwise::kNone ? 1 : 2);
    if (yaml_.operands && (made_.operands < 2 || made_.operands > 16))
      return wrong("operands must be 2 to 16, not " + std::to_string(made_.operands));
    return {};
  }

  Status pooling() {
    const auto window = yaml_.max_pool ? yaml_.max_pool : yaml_.avg_pool;  // a maximum wins where both stand
    if (yaml_.pool_dilation && !window) return wrong("pool_dilation needs pooling");
    Extent size = window.value_or(PoolSize{}).extent;
    made_.pool_stride = yaml_.pool_stride.value_or(PoolSize{}).extent;
    made_.pool_dilation = yaml_.pool_dilation.value_or(PoolSize{}).extent;
    for (const auto* extent : {&size, &made_.pool_stride, &made_.pool_dilation})
      if (extent->rows < 1 || extent->columns < 1 || too_large(*extent))
        return wrong("pooling needs windows, strides and dilations from 1 on");
    if (made_.op == Operator::kConv1d)
      size.columns = made_.pool_stride.columns = made_.pool_dilation.columns = 1;
    (yaml_.max_pool ? made_.max_pool : made_.avg_pool) = window ? std::optional(size) : std::nullopt;
    // The tool's rounding option has no effect on one-dimensional layers.
    made_.avg_pool_rounding = options_.avg_pool_rounding && made_.avg_pool && made_.op != Operator::kConv1d;
    made_.pool_first = yaml_.pool_first.value_or(true);
    if (!made_.pool_first && (made_.operands < 2 || size == Extent{}))
      return wrong("pool_first: false needs pooling and an element-wise operation");
    return {};
  }

  Status sizes() {
    made_.in_dim = yaml_.in_dim;
    made_.in_channels = yaml_.in_channels.value_or(0);
    made_.out_channels = yaml_.out_channels.value_or(0);
    made_.in_channel_skip = yaml_.in_channel_skip.value_or(0);
    if ((yaml_.in_dim && (too_large(*yaml_.in_dim) || yaml_.in_dim->rows < 1 || yaml_.in_dim->columns < 1)) ||
        made_.in_channels > kMaxSize || made_.out_channels > kMaxSize || made_.in_channel_skip > kMaxSize)
      return wrong("in_dim, in_channels, out_channels and in_channel_skip must be 1 to " +
                   std::to_string(kMaxSize));
    if (!yaml_.in_crop) return {};
    const auto& crop = *yaml_.in_crop;
    if (crop.size() != 2 || std::max(crop[0], crop[1]) > kMaxSize)
      return wrong("in_crop must be two numbers of rows, first and last");
    made_.crop_top = crop[0];
    made_.crop_bottom = crop[1];
    return {};
  }

  Status output() {
    made_.output = yaml_.output.value_or(false);
    made_.output_width = yaml_.output_width.value_or(8);
    if (made_.output_width != 8 && made_.output_width != 32)
      return wrong("output_width must be 8 or 32, not " + std::to_string(made_.output_width));
    made_.output_shift = yaml_.output_shift;
    made_.weight_bits = yaml_.quantization.value_or(WeightWidth{}).bits;
    made_.binary = yaml_.quantization.value_or(WeightWidth{}).binary;
    if (made_.binary && options_.device == schemas::AcceleratorKind::kMax78000)
      return wrong("a MAX78000 has no +1/-1 weights");
    if (yaml_.bias_group) made_.bias_quadrants = yaml_.bias_group->items;
    return {};
  }

  Status memory() {
    if (!yaml_.processors) return wrong("'processors' is missing (64-bit mask of input processors)");
    made_.processors = yaml_.processors->bits;
    if (yaml_.output_processors) made_.output_processors = yaml_.output_processors->bits;
    made_.out_offset = yaml_.out_offset.value_or(0);
    const std::uint32_t limit = options_.device == schemas::AcceleratorKind::kMax78000 ? 0x20000 : 0x50000;
    if (made_.out_offset >= limit)
      return wrong("out_offset " + hexadecimal(made_.out_offset) + " is not below " + hexadecimal(limit));
    made_.write_gap = yaml_.write_gap.value_or(0);
    made_.read_gap = yaml_.read_gap.value_or(0);
    if (made_.write_gap > kMaxSize || made_.read_gap > kMaxSize)
      return wrong("write_gap or read_gap is larger than " + std::to_string(kMaxSize));
    return {};
  }

  Status buffer() {
    made_.buffer_shift = yaml_.buffer_shift.value_or(0);
    made_.buffer_insert = yaml_.buffer_insert.value_or(0);
    if (yaml_.buffer_shift == 0u || yaml_.buffer_insert == 0u)
      return wrong("buffer_shift and buffer_insert must be 1 or more");
    if (yaml_.buffer_shift && made_.op != Operator::kPassthrough)
      return wrong("buffer_shift needs op: passthrough");
    if (yaml_.buffer_shift && !yaml_.in_sequences) return wrong("buffer_shift needs in_sequences");
    if (yaml_.buffer_insert && !yaml_.out_offset) return wrong("buffer_insert needs out_offset");
    const bool reads_buffer =
        std::any_of(layer_.sources.begin(), layer_.sources.end(),
                    [](const LayerSource& source) { return source.kind == LayerSource::Kind::kBuffer; });
    if (reads_buffer && !(yaml_.in_offset && yaml_.out_offset && yaml_.in_dim && yaml_.in_channels))
      return wrong("a layer that reads the data buffer needs in_offset, out_offset, in_dim and in_channels");
    return {};
  }

  const OrderedLayer& layer_;
  const LayerYaml& yaml_;
  const ImportOptions& options_;
  LayerDescription made_;
};

}  // namespace

Result<LayerDescription> describe_settings(const OrderedLayer& layer, const ImportOptions& options) {
  return Settings(layer, options).describe();
}

}  // namespace synergy::accel_import
