#include <set>

#include "operators.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {
namespace {

Error invalid(std::string what) { return {ErrorCode::kInvalid, std::move(what)}; }

Status check_size(std::string_view what, std::uint32_t value) {
  if (value >= 1 && value <= kMaxDimension) return {};
  return invalid(std::string(what) + " must be 1 to " + std::to_string(kMaxDimension) + "; it is " +
                 std::to_string(value));
}

// Every number that a product is formed of, before it is.
Status check_sizes(const schemas::LayerDescription& description) {
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"kernel_size", description.kernel_size},
           {"max_pool", description.max_pool.value_or(1)},
           {"avg_pool", description.avg_pool.value_or(1)},
           {"pool_stride", description.pool_stride},
           {"out_channels", description.out_channels == 0 ? 1 : description.out_channels}})
    if (auto status = check_size(what, value); !status) return status;
  if (description.pad > kMaxDimension) return invalid("pad is too large: " + std::to_string(description.pad));
  return {};
}

Status resolve_pooling(const schemas::LayerDescription& description, Layer& layer) {
  if (description.max_pool && description.avg_pool) return invalid("give max_pool or avg_pool, not both");
  layer.pooling.stride = description.pool_stride;
  if (description.max_pool) {
    layer.pooling.kind = PoolKind::kMax;
    layer.pooling.window = *description.max_pool;
  } else if (description.avg_pool) {
    layer.pooling.kind = PoolKind::kAverage;
    layer.pooling.window = *description.avg_pool;
  }
  layer.pooled = layer.input;
  if (!layer.pooling.active()) return {};
  if (layer.flatten) return invalid("a layer can not pool and flatten; pool in a layer before it");
  const auto [kind, window, stride] = layer.pooling;
  if (window > layer.input.height || window > layer.input.width)
    return invalid("a pooling window of " + std::to_string(window) + " is larger than the input, " +
                   to_string(layer.input));
  layer.pooled.height = (layer.input.height - window) / stride + 1;
  layer.pooled.width = (layer.input.width - window) / stride + 1;
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
  if (layer.output_width != 8 && layer.output_width != 32)
    return invalid("output_width is 8 or 32, not " + std::to_string(layer.output_width));
  if (layer.output_width == 32 && layer.activation != schemas::Activation::kNone)
    return invalid("a 32-bit output is the raw accumulator; it has no activation");
  return {};
}

Status check_tensors(const Layer& layer) {
  if (has_weights(layer) && layer.weights.empty()) return invalid("weights are missing");
  if (!has_weights(layer) && (!layer.weights.empty() || layer.has_bias))
    return invalid(std::string(schemas::name_of(layer.op)) + " takes neither weights nor bias");
  return {};
}

Layer copy_fields(const schemas::LayerDescription& description) {
  Layer layer;
  layer.name = description.name;
  layer.op = description.op;
  layer.kernel = description.kernel_size;
  layer.pad = description.pad;
  layer.activation = description.activate;
  layer.flatten = description.flatten;
  layer.processors = description.processors;
  layer.output_processors = description.output_processors;
  layer.in_offset = description.in_offset;
  layer.out_offset = description.out_offset;
  layer.output_width = description.output_width;
  layer.output_shift = description.output_shift;
  layer.has_bias = !description.bias.empty();
  layer.weights = description.weights;
  layer.bias = description.bias;
  return layer;
}

Result<Layer> resolve_layer(const schemas::LayerDescription& description, const Shape& input) {
  if (auto status = check_sizes(description); !status) return status.error();
  Layer layer = copy_fields(description);
  layer.input = input;
  if (auto status = resolve_pooling(description, layer); !status) return status.error();
  for (const auto check : {check_memory_words, check_output_form, check_tensors})
    if (auto status = check(layer); !status) return status.error();
  if (auto status = model_of(layer.op).resolve(description, layer); !status) return status.error();
  layer.input_passes = passes_for(layer.input.channels);
  layer.output_passes = passes_for(layer.output.channels);
  return layer;
}

std::string hexadecimal(std::uint64_t value) {
  std::string text;
  for (; value != 0 || text.empty(); value >>= 4) text.insert(text.begin(), "0123456789abcdef"[value & 15]);
  return "0x" + text;
}

// A layer that looked elsewhere would silently compute on other data.
Status check_reads_previous(const Layer& previous, const Layer& layer) {
  if (previous.output_width != 8)
    return invalid("the layer before writes 32 bits, which only the last layer may");
  if (layer.in_offset != previous.out_offset)
    return invalid("it reads at in_offset " + hexadecimal(layer.in_offset) +
                   ", but the layer before writes at " + hexadecimal(previous.out_offset));
  if (layer.processors != previous.output_processors)
    return invalid("it reads with processors " + hexadecimal(layer.processors) +
                   ", but the layer before writes with " + hexadecimal(previous.output_processors));
  return {};
}

Status check_input(const schemas::InputDescription& input) {
  if (auto status = check_size("input channels", input.channels); !status) return status;
  if (auto status = check_size("input height", input.height); !status) return status;
  return check_size("input width", input.width);
}

}  // namespace

Result<Program> build_program(const schemas::ModelDescription& description) {
  const std::string model = "model '" + description.name.text() + "'";
  if (description.layers.empty()) return invalid(model + " has no layers");
  if (auto status = check_input(description.input); !status) return status.error().at(model);

  Program program;
  program.model = description.name;
  program.result = description.result;
  Shape shape{description.input.channels, description.input.height, description.input.width};
  std::set<std::string> names;
  for (std::size_t k = 0; k < description.layers.size(); ++k) {
    const auto& described = description.layers[k];
    const std::string label = model + ", layer " + std::to_string(k) + " '" + described.name + "'";
    if (described.name.empty() || !names.insert(described.name).second)
      return invalid(label + ": every layer needs a name of its own");
    auto layer = resolve_layer(described, shape);
    if (!layer) return layer.error().at(label);
    if (k == 0)
      layer->data_format = description.input.data_format;
    else if (auto status = check_reads_previous(program.layers.back(), *layer); !status)
      return status.error().at(label);
    shape = layer->output;
    program.layers.push_back(*std::move(layer));
  }
  return program;
}

}  // namespace synergy::accel_model
