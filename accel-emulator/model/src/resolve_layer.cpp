#include "resolve_layer.hpp"

#include <algorithm>
#include <initializer_list>

#include "operators.hpp"

namespace synergy::accel_model {
namespace {

using schemas::LayerDescription;

Error invalid(std::string what) { return {ErrorCode::kInvalid, std::move(what)}; }

std::string text_of(const Extent& extent) {
  return std::to_string(extent.rows) + " x " + std::to_string(extent.columns);
}

// Every number that a product is formed of, before it is.
Status check_sizes(const LayerDescription& d) {
  const Extent window = d.max_pool.value_or(d.avg_pool.value_or(Extent{}));
  const Extent dim = d.in_dim.value_or(Extent{});
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"kernel_size", d.kernel_size},
           {"dilation", d.dilation},
           {"groups", d.groups},
           {"pooling rows", window.rows},
           {"pooling columns", window.columns},
           {"pool_stride", std::min(d.pool_stride.rows, d.pool_stride.columns)},
           {"pool_stride", std::max(d.pool_stride.rows, d.pool_stride.columns)},
           {"pool_dilation", std::min(d.pool_dilation.rows, d.pool_dilation.columns)},
           {"pool_dilation", std::max(d.pool_dilation.rows, d.pool_dilation.columns)},
           {"in_dim", std::min(dim.rows, dim.columns)},
           {"in_dim", std::max(dim.rows, dim.columns)},
           {"in_channels", d.in_channels == 0 ? 1 : d.in_channels},
           {"out_channels", d.out_channels == 0 ? 1 : d.out_channels}})
    if (value < 1 || value > kMaxDimension)
      return invalid(std::string(what) + " must be 1 to " + std::to_string(kMaxDimension) + "; it is " +
                     std::to_string(value));
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"pad", d.pad},
           {"crop_top", d.crop_top},
           {"crop_bottom", d.crop_bottom},
           {"in_channel_skip", d.in_channel_skip},
           {"read_gap", d.read_gap},
           {"write_gap", d.write_gap},
           {"operands", d.operands}})
    if (value > kMaxDimension) return invalid(std::string(what) + " is too large: " + std::to_string(value));
  return {};
}

Layer copy_fields(const LayerDescription& d) {
  Layer layer;
  layer.name = d.name;
  layer.op = d.op;
  layer.crop_top = d.crop_top;
  layer.crop_bottom = d.crop_bottom;
  layer.channel_skip = d.in_channel_skip;
  layer.eltwise = d.eltwise;
  layer.operands = d.operands != 0 ? d.operands : d.eltwise == schemas::Eltwise::kNone ? 1 : 2;
  layer.pool_first = d.pool_first;
  const bool one_dimensional = d.op == schemas::Operator::kConv1d;
  layer.kernel = {d.kernel_size, one_dimensional ? 1 : d.kernel_size};
  layer.pad = {d.pad, one_dimensional ? 0 : d.pad};
  layer.dilation = d.dilation;
  layer.groups = d.groups;
  layer.bypass = d.bypass;
  layer.activation = d.activate;
  layer.flatten = d.flatten;
  layer.processors = d.processors;
  layer.output_processors = d.output_processors;
  layer.in_offset = d.in_offset;
  layer.out_offset = d.out_offset;
  layer.read_gap = d.read_gap;
  layer.write_gap = d.write_gap;
  layer.output_width = d.output_width;
  layer.weight_bits = d.weight_bits;
  layer.binary = d.binary;
  layer.is_output = d.output;
  layer.streaming = d.streaming;
  layer.calcx4 = d.calcx4;
  layer.readahead = d.readahead;
  layer.bias_quadrants = d.bias_quadrants;
  layer.buffer_shift = d.buffer_shift;
  layer.buffer_insert = d.buffer_insert;
  layer.skipped = d.skip;
  layer.has_bias = !d.bias.empty();
  layer.weights = d.weights;
  layer.bias = d.bias;
  return layer;
}

Status check_operands(const Layer& layer) {
  constexpr std::uint32_t kMaxOperands = 16;
  if (layer.eltwise == schemas::Eltwise::kNone) {
    if (layer.operands != 1) return invalid("operands need an element-wise operation: give eltwise");
    if (!layer.pool_first) return invalid("pool_first: false needs an element-wise operation");
    return {};
  }
  if (layer.operands < 2 || layer.operands > kMaxOperands)
    return invalid("an element-wise operation has 2 to 16 operands, not " + std::to_string(layer.operands));
  return {};
}

bool of_one_size(std::span<const Shape> sources) {
  return std::all_of(sources.begin(), sources.end(), [&](const Shape& source) {
    return source.height == sources.front().height && source.width == sources.front().width;
  });
}

// One tensor of all sources: channels after channels, or where sizes differ pixels after pixels.
Result<Shape> joined(const LayerDescription& d, std::span<const Shape> sources) {
  for (const auto& source : sources)
    if (source.channels != sources.front().channels)
      return invalid("its sources have different numbers of channels: " + to_string(sources.front()) +
                     " and " + to_string(source));
  Shape shape = sources.front();
  if (of_one_size(sources)) {
    shape.channels = std::uint32_t(shape.channels * sources.size());
    return shape;
  }
  if (!d.in_dim)
    return invalid("its sources differ in size, " + to_string(sources.front()) + " and " +
                   to_string(sources.back()) + "; give in_dim to join them along pixels");
  std::uint64_t pixels = 0;
  for (const auto& source : sources) pixels += source.pixels();
  if (pixels > kMaxDimension) return invalid("its sources have too many pixels together");
  return Shape{shape.channels, std::uint32_t(pixels), 1};
}

// Rows and columns after cropping: those of the source, or those described if as many pixels remain.
Result<Extent> cropped(const LayerDescription& d, const Shape& shape) {
  const std::uint64_t crop = std::uint64_t(d.crop_top) + d.crop_bottom;
  if (d.in_dim) {
    const Extent dim = *d.in_dim;
    if ((dim.rows + crop) * dim.columns != shape.pixels())
      return invalid("in_dim " + text_of(dim) + " and the rows cropped do not make up the " +
                     std::to_string(shape.pixels()) + " pixels that it reads");
    return dim;
  }
  if (crop >= shape.height)
    return invalid("crop_top and crop_bottom leave nothing of " + std::to_string(shape.height) + " rows");
  return Extent{std::uint32_t(shape.height - crop), shape.width};
}

Status resolve_input(const LayerDescription& d, std::span<const Shape> sources, bool legacy, Layer& layer) {
  auto shape = joined(d, sources);
  if (!shape) return shape.error();
  if (legacy && layer.operands > 1) {
    if (shape->width % layer.operands != 0)
      return invalid("its source has " + std::to_string(shape->width) + " columns, which " +
                     std::to_string(layer.operands) + " operands do not share evenly");
    shape->width /= layer.operands;
  }
  const auto size = cropped(d, *shape);
  if (!size) return size.error();
  const std::uint32_t blocks = legacy ? 1 : layer.operands;
  if (d.in_channel_skip >= shape->channels)
    return invalid("in_channel_skip leaves none of " + std::to_string(shape->channels) + " channels");
  const std::uint32_t there = shape->channels - d.in_channel_skip;
  const std::uint32_t channels = d.in_channels != 0 ? d.in_channels : there / blocks;
  if (channels == 0 || std::uint64_t(channels) * blocks > there ||
      (d.in_channels == 0 && channels * blocks != there))
    return invalid(std::to_string(blocks) + " operands of " +
                   std::to_string(d.in_channels != 0 ? d.in_channels : channels) +
                   " channels do not make up the " + std::to_string(there) + " channels that it reads");
  layer.input = {channels, size->rows, size->columns};
  return {};
}

std::uint32_t pooled_size(std::uint32_t size, std::uint32_t window, std::uint32_t stride,
                          std::uint32_t dilation) {
  const std::int64_t reach = std::int64_t(size) + stride - window - dilation + 1;
  return reach < stride ? 0 : std::uint32_t(reach / stride);
}

// Windows of more than two dilated values are shorter here than they reach: the vendor's tool counts so.
bool leaves_image(std::uint32_t size, std::uint32_t pooled, std::uint32_t window, std::uint32_t stride,
                  std::uint32_t dilation) {
  return (std::uint64_t(pooled) - 1) * stride + (std::uint64_t(window) - 1) * dilation >= size;
}

Status resolve_pooling(const LayerDescription& d, Layer& layer) {
  if (d.max_pool && d.avg_pool) return invalid("give max_pool or avg_pool, not both");
  Pooling& pooling = layer.pooling;
  pooling.stride = d.pool_stride;
  pooling.dilation = d.pool_dilation;
  pooling.round_average = d.avg_pool_rounding;
  if (d.max_pool) {
    pooling.kind = PoolKind::kMax;
    pooling.window = *d.max_pool;
  } else if (d.avg_pool) {
    pooling.kind = PoolKind::kAverage;
    pooling.window = *d.avg_pool;
  } else if (d.pool_dilation != Extent{}) {
    return invalid("pool_dilation needs max_pool or avg_pool");
  }
  layer.pooled = layer.input;
  if (!pooling.active()) return layer.pool_first ? Status{} : invalid("pool_first: false needs pooling");
  if (layer.flatten) return invalid("a layer can not pool and flatten; pool in a layer before it");
  const auto& [rows, columns] = pooling.window;
  layer.pooled.height = pooled_size(layer.input.height, rows, pooling.stride.rows, pooling.dilation.rows);
  layer.pooled.width =
      pooled_size(layer.input.width, columns, pooling.stride.columns, pooling.dilation.columns);
  const std::string window = "a pooling window of " + text_of(pooling.window);
  if (layer.pooled.height == 0 || layer.pooled.width == 0)
    return invalid(window + " is larger than the input, " + to_string(layer.input));
  if (leaves_image(layer.input.height, layer.pooled.height, rows, pooling.stride.rows,
                   pooling.dilation.rows) ||
      leaves_image(layer.input.width, layer.pooled.width, columns, pooling.stride.columns,
                   pooling.dilation.columns))
    return invalid(window + ", dilated by " + text_of(pooling.dilation) + ", leaves the input, " +
                   to_string(layer.input));
  return {};
}

Status check_memory_words(const Layer& layer) {
  if (layer.processors == 0) return invalid("processors is empty");
  if (layer.output_processors == 0) return invalid("output_processors is empty");
  if (layer.in_offset % 4 != 0 || layer.out_offset % 4 != 0)
    return invalid("in_offset and out_offset are multiples of 4; they are " +
                   std::to_string(layer.in_offset) + " and " + std::to_string(layer.out_offset));
  return {};
}

Status check_output_form(const Layer& layer) {
  if (layer.output_width == 8 || layer.output_width == 32) return {};
  return invalid("output_width is 8 or 32, not " + std::to_string(layer.output_width));
}

Status check_tensors(const Layer& layer) {
  if (has_weights(layer) && layer.weights.empty()) return invalid("weights are missing");
  if (!has_weights(layer) && !layer.weights.empty())
    return invalid(layer.bypass
                       ? "a bypassed kernel takes no weights"
                       : std::string(schemas::name_of(layer.op)) + " takes neither weights nor bias");
  if (layer.op == schemas::Operator::kPassthrough && layer.has_bias)
    return invalid("passthrough takes neither weights nor bias");
  const auto bits = layer.weight_bits;
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
    return invalid("weight_bits is 1, 2, 4 or 8, not " + std::to_string(bits));
  if (layer.binary && bits != 1) return invalid("binary weights have weight_bits: 1");
  return {};
}

// Narrow weights are scaled up to 8 bits; a bypassed kernel's ones are scaled to keep their input's size.
std::int32_t effective_shift(const LayerDescription& d) {
  constexpr std::int32_t kBypassShift = 7;
  if (d.bypass) return d.output_shift.value_or(kBypassShift);
  if (d.op == schemas::Operator::kPassthrough) return d.output_shift.value_or(0);
  return std::int32_t(std::int64_t(d.output_shift.value_or(0)) + 8 - std::int32_t(d.weight_bits));
}

}  // namespace

Result<Layer> resolve_layer(const LayerDescription& d, std::span<const Shape> sources, bool legacy_operands) {
  if (auto status = check_sizes(d); !status) return status.error();
  Layer layer = copy_fields(d);
  if (auto status = check_operands(layer); !status) return status.error();
  if (auto status = resolve_input(d, sources, legacy_operands, layer); !status) return status.error();
  if (auto status = resolve_pooling(d, layer); !status) return status.error();
  for (const auto check : {check_memory_words, check_output_form, check_tensors})
    if (auto status = check(layer); !status) return status.error();
  layer.output_shift = effective_shift(d);
  if (auto status = model_of(layer.op).resolve(d, layer); !status) return status.error();
  layer.input_passes = passes_for(layer.input.channels);
  layer.output_passes = passes_for(layer.output.channels);
  return layer;
}

}  // namespace synergy::accel_model
