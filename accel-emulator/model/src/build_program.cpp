#include <algorithm>
#include <set>

#include "operators.hpp"
#include "resolve.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/hexadecimal.hpp"

namespace synergy::accel_model {
namespace {

Status resolve_pooling(const schemas::LayerDescription& description, Layer& layer) {
  if (description.max_pool && description.avg_pool) return invalid("give max_pool or avg_pool, not both");
  Pooling& pooling = layer.pooling;
  pooling.stride = description.pool_stride;
  pooling.dilation = description.pool_dilation;
  pooling.round_average = description.avg_pool_rounding;
  if (description.max_pool || description.avg_pool) {
    pooling.kind = description.max_pool ? PoolKind::kMax : PoolKind::kAverage;
    pooling.window = description.max_pool ? *description.max_pool : *description.avg_pool;
  } else if (pooling.dilation != Extent{}) {
    return invalid("pool_dilation needs max_pool or avg_pool");
  }
  // One number means rows and columns; 1-D data has but rows.
  if (layer.input.width == 1) pooling.window.columns = pooling.stride.columns = pooling.dilation.columns = 1;
  return {};
}

// The vendor tool's size, which for dilated windows of more than two is a little too large; what counts is
// that no window leaves the image.
Status pool_along(std::string_view what, std::uint32_t size, std::uint32_t window, std::uint32_t stride,
                  std::uint32_t dilation, std::uint32_t reach, std::uint32_t& pooled) {
  const std::int64_t numerator = std::int64_t(size) + stride - window - dilation + 1;
  const std::int64_t count = numerator < 0 ? 0 : numerator / stride;
  const std::int64_t last = (count - 1) * stride + std::int64_t(window - 1) * reach;
  if (count < 1 || last >= size)
    return invalid("a pooling window of " + std::to_string(window) + " with step " + std::to_string(stride) +
                   " and dilation " + std::to_string(dilation) + " does not fit the input's " +
                   std::to_string(size) + " " + std::string(what));
  pooled = std::uint32_t(count);
  return {};
}

Status resolve_pooled(Layer& layer) {
  layer.pooled = layer.input;
  if (!layer.pooling.active()) return {};
  const auto& [kind, window, stride, dilation, rounding] = layer.pooling;
  // The vendor tool's maximum over 1-D data ignores the dilation, but for the size.
  const bool ignored = layer.op == schemas::Operator::kConv1d && kind == PoolKind::kMax;
  if (auto status = pool_along("rows", layer.input.height, window.rows, stride.rows, dilation.rows,
                               ignored ? 1 : dilation.rows, layer.pooled.height);
      !status)
    return status;
  return pool_along("columns", layer.input.width, window.columns, stride.columns, dilation.columns,
                    dilation.columns, layer.pooled.width);
}

Status check_memory_words(const Layer& layer) {
  if (layer.processors == 0) return invalid("processors is empty");
  if (layer.output_processors == 0) return invalid("output_processors is empty");
  if (layer.in_offset % 4 != 0 || layer.out_offset % 4 != 0)
    return invalid("in_offset and out_offset are multiples of 4; they are " + hexadecimal(layer.in_offset) +
                   " and " + hexadecimal(layer.out_offset));
  return {};
}

Status check_output_form(const Layer& layer) {
  if (layer.output_width != 8 && layer.output_width != 32)
    return invalid("output_width is 8 or 32, not " + std::to_string(layer.output_width));
  return {};
}

Status check_tensors(const Layer& layer) {
  const std::string op(schemas::name_of(layer.op));
  if (has_weights(layer) && layer.weights.empty()) return invalid("weights are missing");
  if (!has_weights(layer) && !layer.weights.empty())
    return invalid(layer.bypass ? "bypass takes no weights" : op + " takes neither weights nor bias");
  if (!convolves(layer) && layer.has_bias) return invalid(op + " takes neither weights nor bias");
  return {};
}

Status check_weight_form(const Layer& layer) {
  const auto bits = layer.weight_bits;
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
    return invalid("weight_bits is 1, 2, 4 or 8, not " + std::to_string(bits));
  if (layer.binary && bits != 1)
    return invalid("binary weights have 1 bit; weight_bits is " + std::to_string(bits));
  if (layer.bypass && bits != 8) return invalid("bypass has no weights, so no weight_bits");
  return {};
}

Status check_flatten(const Layer& layer) {
  if (!layer.flatten) return {};
  if (layer.pooling.active()) return invalid("a layer can not pool and flatten; pool in a layer before it");
  if (layer.streaming) return invalid("a layer can not stream and flatten");
  return {};
}

Status check_groups(const Layer& layer) {
  if (layer.groups == 1) return {};
  if (layer.flatten) return invalid("groups and flatten exclude each other");
  if (!layer.bias_quadrants.empty())
    return invalid(
        "biases of depthwise layers lie in the quadrants of their processors; leave bias_quadrants out");
  if (layer.groups != layer.pooled.channels || layer.groups != layer.output.channels)
    return invalid("groups is 1, or equals input and output channels; it is " + std::to_string(layer.groups) +
                   " for " + std::to_string(layer.pooled.channels) + " and " +
                   std::to_string(layer.output.channels));
  return {};
}

// Shifts count from the described one: narrow weights are shifted up to 8 bits, kernels of ones down by 7
// less.
std::int32_t effective_shift(const schemas::LayerDescription& description) {
  constexpr std::int32_t kBypassShift = 7;
  if (description.bypass) return description.output_shift.value_or(kBypassShift);
  return description.output_shift.value_or(0) + 8 - std::int32_t(description.weight_bits);
}

Layer copy_fields(const schemas::LayerDescription& description) {
  Layer layer;
  layer.place = description.place;
  layer.name = description.name;
  layer.op = description.op;
  layer.crop_top = description.crop_top;
  layer.crop_bottom = description.crop_bottom;
  layer.channel_skip = description.in_channel_skip;
  layer.eltwise = description.eltwise;
  layer.pool_first = description.pool_first;
  layer.groups = description.groups;
  layer.bypass = description.bypass;
  layer.activation = description.activate;
  layer.flatten = description.flatten;
  layer.processors = description.processors;
  layer.output_processors = description.output_processors;
  layer.in_offset = description.in_offset;
  layer.out_offset = description.out_offset;
  layer.read_gap = description.read_gap;
  layer.write_gap = description.write_gap;
  layer.output_width = description.output_width;
  layer.output_shift = effective_shift(description);
  layer.has_bias = !description.bias.empty();
  layer.weight_bits = description.weight_bits;
  layer.binary = description.binary;
  layer.is_output = description.output;
  layer.streaming = description.streaming;
  layer.calcx4 = description.calcx4;
  layer.readahead = description.readahead;
  layer.bias_quadrants = description.bias_quadrants;
  layer.buffer_shift = description.buffer_shift;
  layer.buffer_insert = description.buffer_insert;
  layer.skipped = description.skip;
  layer.weights = description.weights;
  layer.bias = description.bias;
  return layer;
}

Result<Layer> resolve_layer(const schemas::LayerDescription& description, const Program& before,
                            std::size_t index) {
  if (auto status = check_sizes(description); !status) return status.error();
  Layer layer = copy_fields(description);
  for (const auto resolve : {resolve_sequence, resolve_operands, resolve_sources, resolve_input})
    if (auto status = resolve(description, before, index, layer); !status) return status.error();
  if (auto status = resolve_pooling(description, layer); !status) return status.error();
  if (auto status = resolve_pooled(layer); !status) return status.error();
  for (const auto check :
       {check_memory_words, check_output_form, check_tensors, check_weight_form, check_flatten})
    if (auto status = check(layer); !status) return status.error();
  if (auto status = model_of(layer.op).resolve(description, layer); !status) return status.error();
  for (const auto check : {check_groups, check_output_size})
    if (auto status = check(layer); !status) return status.error();
  if (auto status = check_buffer_use(before, layer); !status) return status.error();
  if (index == 0 && before.fifo == schemas::Fifo::kFastQuad) {
    layer.in_all_quadrants = true;
    for (std::uint32_t q = 1; q < kQuadrants; ++q)
      layer.processors |= (layer.processors & 0xffff) << (q * kProcessorsPerQuadrant);
  }
  layer.input_passes = passes_for(layer.input.channels, before.max_processors);
  layer.output_passes = passes_for(layer.output.channels, before.max_processors);
  return layer;
}

Result<DataBuffer> resolve_buffer(const schemas::DataBufferDescription& description) {
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"channels", description.channels}, {"height", description.height}, {"width", description.width}})
    if (auto status = check_size(what, value); !status) return status.error();
  if (description.processors == 0) return invalid("processors is empty");
  if (description.offset % 4 != 0)
    return invalid("offset is a multiple of 4; it is " + hexadecimal(description.offset));
  return DataBuffer{description.name,
                    {description.channels, description.height, description.width},
                    description.processors,
                    description.offset};
}

Result<Program> resolve_header(const schemas::ModelDescription& description) {
  if (description.layers.empty()) return invalid("has no layers");
  const auto& input = description.input;
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"input channels", input.channels}, {"input height", input.height}, {"input width", input.width}})
    if (auto status = check_size(what, value); !status) return status.error();
  if (description.max_processors < 1 || description.max_processors > kProcessors)
    return invalid("max_processors is 1 to 64, not " + std::to_string(description.max_processors));

  Program program;
  program.place = description.place;
  program.model = description.name;
  program.input_shape = {input.channels, input.height, input.width};
  program.result = description.result;
  program.fifo = description.fifo;
  program.overlap_data = description.overlap_data;
  program.allow_streaming = description.allow_streaming;
  program.legacy_operands = description.legacy_operands;
  if (description.weight_start >= kMaxDimension)
    return invalid("weight_start must be below " + std::to_string(kMaxDimension) + "; it is " +
                   std::to_string(description.weight_start));
  program.weight_start = description.weight_start;
  program.max_processors = description.max_processors;
  if (description.data_buffer) {
    auto buffer = resolve_buffer(*description.data_buffer);
    if (!buffer) return buffer.error().at("data_buffer '" + description.data_buffer->name + "'");
    program.buffer = *std::move(buffer);
  }
  return program;
}

}  // namespace

Result<Program> build_program(const schemas::ModelDescription& description) {
  const std::string model =
      description.place.empty() ? "model '" + description.name.text() + "'" : description.place;
  auto program = resolve_header(description);
  if (!program) return program.error().at(model);
  if (auto status = check_names(description); !status) return status.error().at(model);

  for (std::size_t k = 0; k < description.layers.size(); ++k) {
    const auto& described = description.layers[k];
    auto layer = resolve_layer(described, *program, k);
    if (!layer)
      return layer.error().at((described.place.empty() ? model + ", layer " : described.place + ": layer ") +
                              std::to_string(k) + " '" + described.name + "'");
    if (k == 0) layer->data_format = description.input.data_format;
    program->layers.push_back(*std::move(layer));
  }
  const auto& layers = program->layers;
  if (std::all_of(layers.begin(), layers.end(), [](const Layer& layer) { return layer.skipped; }))
    return invalid(model + ": every layer is skipped");
  return program;
}

}  // namespace synergy::accel_model
