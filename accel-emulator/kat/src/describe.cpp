#include "describe.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <set>

namespace synergy::accel_kat {
namespace {

constexpr const char* kInputName = "input";

std::string layer_name(std::int64_t index) { return "layer" + std::to_string(index); }

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

/// Value of a whole-number option of the recording tool's command line.
Result<std::uint32_t> option_value(const NetworkFile& network, std::string_view option) {
  const auto& arguments = network.source.command_line_arguments;
  const auto at = std::find(arguments.begin(), arguments.end(), option);
  if (at == arguments.end()) return std::uint32_t{0};
  std::uint32_t value = 0;
  const std::string text = at + 1 == arguments.end() ? std::string() : *(at + 1);
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size())
    return invalid("source.command_line_arguments: " + std::string(option) + " '" + text + "' is no number");
  return value;
}

/// The tensor that stays in memory; null when there is none.
const BufferEntry* buffer_of(const NetworkFile& network) {
  const auto& buffers = network.globals.data_buffer;
  return buffers && !buffers->empty() ? &buffers->front() : nullptr;
}

/// A null source list stands for the layer that ran before; for one that did not run, the one numbered
/// before.
std::vector<std::string> sources_of(const NetworkFile& network, const LayerEntry& layer) {
  std::vector<std::string> names;
  if (layer.sequence.in_sequences) {
    for (const auto& source : *layer.sequence.in_sequences) {
      if (source.buffer && buffer_of(network) != nullptr)
        names.push_back(buffer_of(network)->name);
      else
        names.push_back(source.layer < 0 ? kInputName : layer_name(source.layer));
    }
    return names;
  }
  const auto& executed = network.globals.execution_order;
  const auto step = std::find(executed.begin(), executed.end(), layer.index);
  if (step != executed.end()) return {step == executed.begin() ? kInputName : layer_name(*(step - 1))};
  return {layer.sequence.prev_sequence < 0 ? kInputName : layer_name(layer.sequence.prev_sequence)};
}

Result<std::string> tensor_name(const NetworkFile& network, const std::string& file) {
  const auto found = network.files.find(file);
  if (found == network.files.end()) return invalid("files: '" + file + "' is missing");
  return found->second.data_sha256;
}

Status describe_pooling(const PoolingEntry& pooling, schemas::LayerDescription& d) {
  if (pooling.type == "max") {
    d.max_pool = pooling.size;
  } else if (pooling.type == "avg") {
    d.avg_pool = pooling.size;
  } else if (pooling.type != "none" && pooling.type != "subsample") {
    return invalid("pooling.type: unknown value '" + pooling.type + "'");
  }
  d.pool_stride = pooling.stride;
  d.pool_dilation = pooling.dilation;
  d.avg_pool_rounding = pooling.avg_rounding;
  return {};
}

Status describe_tensors(const NetworkFile& network, const LayerEntry& layer, schemas::LayerDescription& d) {
  if (!layer.weights) return {};
  d.weight_bits = layer.weights->bits;
  d.binary = layer.weights->binary;
  const auto* owner = layer_with_weights_of(network, layer);
  if (owner == nullptr) {
    d.weights = "unknown weights of " + layer_name(layer.index);
    return {};
  }
  auto weights = tensor_name(network, *owner->weights->file);
  if (!weights) return weights.error();
  d.weights = *weights;
  return {};
}

Status describe_bias(const NetworkFile& network, const LayerEntry& layer, schemas::LayerDescription& d) {
  if (!layer.bias || !layer.bias->present) return {};
  if (!layer.bias->file) {
    d.bias = "unknown bias of " + layer_name(layer.index);
    return {};
  }
  auto bias = tensor_name(network, *layer.bias->file);
  if (!bias) return bias.error();
  d.bias = *bias;
  if (layer.bias->configured_quadrants) d.bias_quadrants = *layer.bias->configured_quadrants;
  return {};
}

Status describe_input(const NetworkFile& network, const LayerEntry& layer, schemas::LayerDescription& d) {
  d.in_sequences = sources_of(network, layer);
  d.in_dim = Extent{layer.input.rows, layer.input.cols};
  if (layer.input.crop.size() != 2) return invalid("input.crop_rows_top_bottom: must be two numbers");
  d.crop_top = layer.input.crop[0];
  d.crop_bottom = layer.input.crop[1];
  d.in_channels = layer.input.channels;
  d.in_channel_skip = layer.input.channel_skip;
  d.processors = layer.input.processors.value;
  d.in_offset = layer.input.in_offset;
  d.read_gap = layer.input.read_gap;
  d.flatten = layer.input.flatten;
  return {};
}

void describe_operator(const LayerEntry& layer, schemas::LayerDescription& d) {
  d.op = layer.op;
  d.eltwise = layer.eltwise.op;
  d.operands = layer.eltwise.operands;
  d.pool_first = layer.eltwise.order != "eltwise_then_pool";
  d.activate = layer.activation;
  if (!layer.conv) return;
  d.kernel_size = layer.conv->kernel_size.rows;
  d.pad = layer.conv->pad.rows;
  d.dilation = layer.conv->dilation.rows;
  d.groups = layer.conv->groups;
  d.bypass = layer.conv->bypass;
  d.output_shift = layer.output_shift.effective - layer.output_shift.implicit;
}

void describe_output(const LayerEntry& layer, schemas::LayerDescription& d) {
  d.out_channels = layer.output.channels;
  d.output_processors = layer.output.processors.value;
  d.out_offset = layer.output.out_offset;
  d.write_gap = layer.output.write_gap;
  d.output_width = layer.output.width_bits;
  d.output = layer.output.is_network_output;
  d.streaming = layer.flags.streaming;
  d.calcx4 = layer.flags.calcx4;
  d.readahead = layer.flags.readahead;
  d.buffer_shift = layer.flags.buffer_shift.value_or(0);
  d.buffer_insert = layer.flags.buffer_insert.value_or(0);
}

Result<schemas::LayerDescription> describe_layer(const NetworkFile& network, const LayerEntry& layer) {
  schemas::LayerDescription d;
  d.name = layer_name(layer.index);
  d.sequence = layer.index;
  d.skip = layer.executed_at_steps.empty();
  if (auto status = describe_input(network, layer, d); !status) return status.error();
  if (auto status = describe_pooling(layer.pooling, d); !status) return status.error();
  describe_operator(layer, d);
  if (auto status = describe_tensors(network, layer, d); !status) return status.error();
  if (auto status = describe_bias(network, layer, d); !status) return status.error();
  describe_output(layer, d);
  return d;
}

schemas::Fifo fifo_of(const GlobalsEntry& globals) {
  if (globals.fast_fifo_quad) return schemas::Fifo::kFastQuad;
  if (globals.fast_fifo) return schemas::Fifo::kFast;
  return globals.fifo ? schemas::Fifo::kStandard : schemas::Fifo::kNone;
}

/// Channels of the tensor that stays in memory: those of a layer that reads it; where none does, one for each
/// of its processors.
std::uint32_t buffer_channels(const NetworkFile& network, const BufferEntry& buffer) {
  for (const auto& layer : network.layers)
    if (const auto& sources = layer.sequence.in_sequences)
      if (std::any_of(sources->begin(), sources->end(), [](const SourceName& s) { return s.buffer; }))
        return layer.input.channels;
  return std::uint32_t(std::popcount(buffer.proc.value));
}

Status describe_buffer(const NetworkFile& network, schemas::ModelDescription& d) {
  const BufferEntry* buffer = buffer_of(network);
  if (buffer == nullptr) return {};
  auto dim = buffer->dim;
  const auto channels = buffer_channels(network, *buffer);
  // Of three numbers the middle one, as the recording tool keeps it, or the first one is the channels.
  if (dim.size() == 3 && (dim[1] == channels || dim[0] == channels))
    dim.erase(dim.begin() + (dim[1] == channels ? 1 : 0));
  if (dim.size() != 2)
    return invalid("globals.data_buffer[0].dim: must be rows and columns, and may hold the " +
                   std::to_string(channels) + " channels of the layer that reads it");
  d.data_buffer = schemas::DataBufferDescription{buffer->name, channels,           dim[0],
                                                 dim[1],       buffer->proc.value, buffer->offset};
  return {};
}

Status describe_network(const NetworkFile& network, schemas::ModelDescription& d) {
  d.name = ModelId(network.name);
  const auto& shape = network.input.shape;
  if (shape.size() != 3) return invalid("input.shape: must be channels, rows, columns");
  d.input = {shape[0], shape[1], shape[2],
             network.input.data_format == "CHW" ? schemas::DataFormat::kChw : schemas::DataFormat::kHwc};
  d.result = schemas::ResultKind::kRaw;
  d.fifo = fifo_of(network.globals);
  d.overlap_data = network.globals.overlap_data_allowed;
  d.legacy_operands = network.globals.legacy_test;
  auto start = option_value(network, "--weight-start");
  if (!start) return start.error();
  d.weight_start = *start;
  const auto& options = network.source.command_line_arguments;
  d.allow_streaming = std::find(options.begin(), options.end(), "--allow-streaming") != options.end();
  auto processors = option_value(network, "--max-proc");
  if (!processors) return processors.error();
  if (*processors != 0) d.max_processors = *processors;
  return describe_buffer(network, d);
}

}  // namespace

Result<std::vector<std::size_t>> program_order(const NetworkFile& network) {
  std::vector<std::size_t> order, idle;
  std::set<std::size_t> seen;
  const auto position = [&](std::uint32_t index) {
    const auto at = std::find_if(network.layers.begin(), network.layers.end(),
                                 [&](const LayerEntry& layer) { return layer.index == index; });
    return std::size_t(at - network.layers.begin());
  };
  for (std::size_t k = 0; k < network.layers.size(); ++k)
    if (network.layers[k].executed_at_steps.empty()) idle.push_back(k);
  std::size_t next_idle = 0;
  for (const auto index : network.globals.execution_order) {
    while (next_idle < idle.size() && network.layers[idle[next_idle]].index < index)
      order.push_back(idle[next_idle++]);
    order.push_back(position(index));
  }
  while (next_idle < idle.size()) order.push_back(idle[next_idle++]);
  for (const auto k : order)
    if (k == network.layers.size() || !seen.insert(k).second)
      return invalid("globals.execution_order: names a layer twice, or one that is not there");
  if (order.size() != network.layers.size() || order.empty())
    return invalid("globals.execution_order: does not name the layers that were executed");
  return order;
}

const LayerEntry* layer_with_weights_of(const NetworkFile& network, const LayerEntry& layer) {
  if (!layer.weights) return nullptr;
  if (layer.weights->file) return &layer;
  for (const auto& other : network.layers)
    if (other.weights && other.weights->file && other.weights->source_layer == layer.weights->source_layer)
      return &other;
  return nullptr;
}

Result<schemas::ModelDescription> describe(const NetworkFile& network,
                                           const std::vector<std::size_t>& order) {
  schemas::ModelDescription description;
  if (auto status = describe_network(network, description); !status) return status.error();
  for (const auto k : order) {
    auto layer = describe_layer(network, network.layers[k]);
    if (!layer) return layer.error().at("layers[" + std::to_string(k) + "]");
    description.layers.push_back(std::move(*layer));
  }
  return description;
}

}  // namespace synergy::accel_kat
