#include "synergy/accel_import/import_network.hpp"

#include <algorithm>
#include <cctype>

#include "layer_order.hpp"
#include "layer_settings.hpp"
#include "network_input.hpp"
#include "synergy/accel_import/bind.hpp"
#include "tensor_files.hpp"
#include "weights_to_generate.hpp"

namespace synergy::accel_import {
namespace {

using schemas::Eltwise;
using schemas::Extent;
using schemas::LayerDescription;
using schemas::Operator;

struct Size {
  std::int64_t channels = 0, rows = 0, columns = 0;
};

bool takes_weights(const LayerDescription& layer) {
  return layer.op != Operator::kPassthrough && !layer.bypass;
}

/// Set bits that a mask needs for so many channels: above 64 they are spread evenly over several passes, each
/// a multiple of 4.
std::uint32_t processors_for(std::uint32_t channels) {
  const std::uint32_t passes = (channels + 63) / 64, each = (channels + passes - 1) / passes;
  return channels > 64 ? std::min((each + 3) / 4 * 4, 64u) : each;
}

/// Where the weights come from: a checkpoint, or, where it is null, a generator with this seed.
struct WeightOrigin {
  const Checkpoint* checkpoint = nullptr;
  std::uint64_t seed = 0;
};

class Assembly {
 public:
  Assembly(const NetworkYaml& network, const WeightOrigin& origin,
           const std::optional<documents::NpyArray>& sample, const ImportOptions& options)
      : network_(network), origin_(origin), sample_(sample), options_(options), generated_(order_) {}

  Result<ImportedModel> assemble() {
    for (const auto step : {&Assembly::check_arch, &Assembly::describe_layers, &Assembly::find_weights,
                            &Assembly::describe_sources, &Assembly::trace_layers, &Assembly::finish_masks,
                            &Assembly::name_tensors})
      if (auto status = (this->*step)(); !status) return status.error();
    finish();
    return std::move(made_);
  }

 private:
  Error wrong(std::size_t k, const std::string& what) const {
    return {ErrorCode::kInvalid, order_.layers[k].label + ": " + what};
  }
  LayerDescription& layer(std::size_t k) { return made_.description.layers[k]; }

  Status check_arch() {
    if (origin_.checkpoint == nullptr) return {};
    const auto& arch = *network_.arch;
    const auto& theirs = origin_.checkpoint->arch;
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    if (std::equal(arch.begin(), arch.end(), std::string_view("test").begin(), std::string_view("test").end(),
                   same))
      return Error{ErrorCode::kInvalid,
                   network_.file +
                       ": arch 'test' takes no checkpoint; such networks are imported with --weights seed:N"};
    if (theirs.empty() || std::equal(arch.begin(), arch.end(), theirs.begin(), theirs.end(), same)) return {};
    return Error{ErrorCode::kInvalid, network_.file + ": the network is '" + arch + "', " +
                                          origin_.checkpoint->name + " is of '" + theirs + "'"};
  }

  Status describe_layers() {
    auto order = order_layers(network_, options_);
    if (!order) return order.error();
    order_ = *std::move(order);
    for (std::size_t k = 0; k < order_.layers.size(); ++k) {
      auto described = describe_settings(order_.layers[k], options_);
      if (!described) return described.error();
      described->sequence = std::uint32_t(k);
      made_.description.layers.push_back(*std::move(described));
    }
    return {};
  }

  Status find_weights() {
    bound_.resize(order_.layers.size());
    for (std::size_t k = 0; k < order_.layers.size(); ++k)
      if (auto status = check_weight_source(k); !status) return status;
    if (origin_.checkpoint != nullptr) return bind();
    std::string assumed;
    for (std::size_t k = 0; k <= order_.last; ++k) {
      if (!takes_weights(layer(k))) continue;
      if (auto status = generated_.describe(k, layer(k)); !status) return status;
      const auto source = order_.layers[k].weight_source;
      if (source && layer(k).out_channels == 0) layer(k).out_channels = layer(*source).out_channels;
      if (const auto channels = generated_.assume_channels(k, network_.output_map, layer(k)))
        assumed += (assumed.empty() ? "" : ", ") + *channels;
    }
    if (!assumed.empty())
      made_.warnings.push_back(
          network_.file +
          ": out_channels that are not given are taken for the processors a layer writes with; "
          "a layer of several passes has more, and must say how many: " +
          assumed);
    return generated_.check_channels(made_.description.layers);
  }

  Status check_weight_source(std::size_t k) {
    const auto source = order_.layers[k].weight_source;
    if (!source || !takes_weights(layer(k))) return {};
    if (!takes_weights(layer(*source)) || order_.layers[*source].weight_source)
      return wrong(
          k, "weight_source names layer " + std::to_string(*source) + ", which has no weights of its own");
    if (layer(*source).op != layer(k).op || layer(*source).kernel_size != layer(k).kernel_size)
      return wrong(k, "weight_source names a layer with another operator or kernel");
    return {};
  }

  /// All layers of the file take part, also those behind the last one that runs.
  Status bind() {
    std::vector<WeightSlot> slots;
    std::vector<std::size_t> owners;
    for (std::size_t k = 0; k < order_.layers.size(); ++k) {
      if (!takes_weights(layer(k)) || order_.layers[k].weight_source) continue;
      const auto& no_bias = options_.no_bias;
      slots.push_back({order_.layers[k].label, layer(k).op, layer(k).kernel_size,
                       layer(k).op == Operator::kConv1d ? 1 : layer(k).kernel_size, layer(k).groups,
                       order_.layers[k].yaml->quantization, layer(k).output_shift,
                       std::find(no_bias.begin(), no_bias.end(), k) == no_bias.end()});
      owners.push_back(k);
    }
    auto bound =
        bind_weights(*origin_.checkpoint, slots, options_.device == schemas::AcceleratorKind::kMax78002);
    if (!bound) {
      const bool names_a_layer = bound.error().message.starts_with(network_.file);
      return names_a_layer ? bound.error() : bound.error().at(network_.file);
    }
    for (std::size_t i = 0; i < owners.size(); ++i) bound_[owners[i]] = std::move(bound->layers[i]);
    warn_of_spare(bound->spare, slots.size());
    for (std::size_t k = 0; k < order_.layers.size(); ++k)
      if (auto status = takes_weights(layer(k)) ? take_weights(k) : Status(); !status) return status;
    return {};
  }

  void warn_of_spare(const std::vector<std::string>& keys, std::size_t layers) {
    for (const auto& key : keys)
      made_.warnings.push_back(origin_.checkpoint->name + ": " + key +
                               " belongs to no layer and is left out: " + network_.file + " has " +
                               std::to_string(layers) + " layers with weights");
  }

  Status take_weights(std::size_t k) {
    if (const auto source = order_.layers[k].weight_source) {
      const auto& width = order_.layers[k].yaml->quantization;
      const auto& own = bound_[*source]->width;
      if (width && (width->bits != own.bits || width->binary != own.binary))
        return wrong(k, "has another quantization than its weight_source");
      bound_[k] = bound_[*source];
    }
    layer(k).weight_bits = bound_[k]->width.bits;
    layer(k).binary = bound_[k]->width.binary;
    layer(k).output_shift = bound_[k]->shift;
    return {};
  }

  Status describe_sources() {
    const auto& first = layer(0);
    const auto channels = first.in_channels != 0 ? first.in_channels : bound_[0] ? bound_[0]->in_channels : 0;
    const auto input = describe_input(order_, first, channels, sample_);
    if (!input) return input.error();
    made_.description.input = *input;
    made_.input = sample_;
    auto buffer = describe_buffer(network_);
    if (!buffer) return buffer.error();
    made_.description.data_buffer = *std::move(buffer);
    return {};
  }

  // --- shapes
  // --------------------------------------------------------------------------------------------------

  Status trace_layers() {
    outputs_.resize(order_.last + 1);
    for (std::size_t k = 0; k <= order_.last; ++k) {
      name_sources(k);
      for (const auto step : {&Assembly::trace_input, &Assembly::trace_output})
        if (auto status = (this->*step)(k); !status) return status;
    }
    made_.description.layers.resize(order_.last + 1);
    return {};
  }

  void name_sources(std::size_t k) {
    for (const auto& source : order_.layers[k].sources)
      layer(k).in_sequences.push_back(source.kind == LayerSource::Kind::kInput ? "input"
                                      : source.kind == LayerSource::Kind::kBuffer
                                          ? made_.description.data_buffer->name
                                          : order_.layers[source.layer].name);
    if (!order_.layers[k].yaml->in_offset)
      layer(k).in_offset = k == 0 ? 0 : layer(k - 1).out_offset;
    else
      layer(k).in_offset = *order_.layers[k].yaml->in_offset;
  }

  Size size_of(const LayerSource& source) const {
    const auto& described = made_.description;
    if (source.kind == LayerSource::Kind::kLayer) return outputs_[source.layer];
    if (source.kind == LayerSource::Kind::kInput)
      return {described.input.channels, described.input.height, described.input.width};
    return {described.data_buffer->channels, described.data_buffer->height, described.data_buffer->width};
  }

  /// What the tool takes for the layer's input channels: with flattening, those of the vector.
  std::int64_t channels_read(std::size_t k) const {
    const auto& ordered = order_.layers[k];
    const auto& described = made_.description.layers[k];
    if (described.in_channels != 0) return described.in_channels;
    const auto first = size_of(ordered.sources.front()).channels;
    if (ordered.sources_given)
      return described.eltwise == Eltwise::kNone ? first * std::int64_t(ordered.sources.size()) : first;
    if (bound_[k]) return bound_[k]->in_channels;
    if (is_generated(k)) return channels_of_sources(k) * flattened_pixels(k);
    return k == 0 ? first / described.operands : first;
  }

  Status trace_input(std::size_t k) {
    auto& described = layer(k);
    const auto& sources = order_.layers[k].sources;
    const auto first = size_of(sources.front());
    for (const auto& source : sources) {
      const auto other = size_of(source);
      if (other.channels != first.channels)
        return wrong(k, "in_sequences names sources of " + std::to_string(first.channels) + " and of " +
                            std::to_string(other.channels) + " channels");
      if (!described.in_dim && (other.rows != first.rows || other.columns != first.columns))
        return wrong(k, "in_sequences names sources of different sizes; in_dim must say how they are joined");
    }
    const auto rows = first.rows - described.crop_top - described.crop_bottom;
    if (!described.in_dim && rows < 1) return wrong(k, "in_crop leaves nothing of its input");
    if (!described.in_dim) described.in_dim = Extent{std::uint32_t(rows), std::uint32_t(first.columns)};
    return trace_pooling(k);
  }

  static std::string text_of(const Extent& extent) {
    return std::to_string(extent.rows) + " x " + std::to_string(extent.columns);
  }

  /// Rows or columns behind pooling.
  static std::int64_t pooled(std::int64_t size, std::int64_t window, std::int64_t stride,
                             std::int64_t dilation) {
    const auto reach = size + stride - window - dilation + 1;
    return reach < stride ? 0 : reach / stride;
  }

  /// One number of a pooling of 1-D data counts for rows only.
  void settle_pooling(std::size_t k) {
    auto& described = layer(k);
    const auto& yaml = *order_.layers[k].yaml;
    const auto columns = described.in_dim->columns;
    if (described.max_pool) described.max_pool = yaml.max_pool->over(columns);
    if (described.avg_pool) described.avg_pool = yaml.avg_pool->over(columns);
    if (yaml.pool_stride) described.pool_stride = yaml.pool_stride->over(columns);
    if (yaml.pool_dilation) described.pool_dilation = yaml.pool_dilation->over(columns);
  }

  /// The weights fix how many inputs a layer has; what it reads must be as many.
  Status check_weight_inputs(std::size_t k) const {
    const auto& described = made_.description.layers[k];
    if (!bound_[k] || described.in_channel_skip != 0) return {};
    const auto pixels = flattened_pixels(k);
    const std::int64_t weights = bound_[k]->in_channels;
    const std::string have = "the weights (" + bound_[k]->key + ") have " + std::to_string(weights) +
                             (weights == 1 ? " input, " : " inputs, ");
    if (described.in_channels != 0 && described.in_channels != weights)
      return wrong(k, have + "in_channels says " + std::to_string(described.in_channels));
    const auto read = channels_of_sources(k);
    if (read * pixels == weights) return {};
    if (!described.flatten)
      return wrong(k,
                   have + "the input has " + std::to_string(read) + (read == 1 ? " channel" : " channels"));
    return wrong(k, have + "the flattened input has " + std::to_string(read * pixels) + " (" +
                        std::to_string(read) + " x " + std::to_string(pooled_.rows) + " x " +
                        std::to_string(pooled_.columns) + ")");
  }

  /// Channels of one operand, as the sources of a layer have them.
  std::int64_t channels_of_sources(std::size_t k) const {
    const auto& ordered = order_.layers[k];
    const auto& described = made_.description.layers[k];
    const auto first = size_of(ordered.sources.front());
    if (!ordered.sources_given) return first.channels / described.operands;
    std::int64_t sum = 0;
    for (const auto& source : ordered.sources) {
      const auto size = size_of(source);
      // Sources of different sizes follow each other along pixels.
      if (size.rows != first.rows || size.columns != first.columns) return first.channels;
      sum += size.channels;
    }
    // The tool's old way parts columns, so that each operand has all channels.
    return options_.legacy_operands && k > 0 ? sum : sum / described.operands;
  }

  bool is_generated(std::size_t k) const {
    return origin_.checkpoint == nullptr && takes_weights(made_.description.layers[k]);
  }
  /// Values that flattening makes of each channel, once the layer's pooling is known.
  std::int64_t flattened_pixels(std::size_t k) const {
    return made_.description.layers[k].flatten ? pooled_.rows * pooled_.columns : 1;
  }

  Status trace_pooling(std::size_t k) {
    auto& described = layer(k);
    if (described.op != Operator::kConv1d) settle_pooling(k);
    const auto window = described.max_pool.value_or(described.avg_pool.value_or(Extent{}));
    pooled_.rows =
        pooled(described.in_dim->rows, window.rows, described.pool_stride.rows, described.pool_dilation.rows);
    pooled_.columns = pooled(described.in_dim->columns, window.columns, described.pool_stride.columns,
                             described.pool_dilation.columns);
    if (described.op == Operator::kConv1d) pooled_.columns = 1;
    pooled_.channels = channels_read(k);
    if (pooled_.rows < 1 || pooled_.columns < 1)
      return wrong(k, "pooling with a window of " + text_of(window) +
                          " leaves nothing of its input, which has " + text_of(*described.in_dim) +
                          " pixels");
    if (auto status = check_weight_inputs(k); !status) return status;
    if (described.flatten) {
      const auto pixels = flattened_pixels(k);
      if (pooled_.channels < pixels)
        return wrong(k, "flattens " + std::to_string(pixels) + " pixels, but its weights are for only " +
                            std::to_string(pooled_.channels) + " inputs");
      pooled_.channels /= pixels;
    }
    if (pooled_.channels < 1 || pooled_.channels > kMaxSize)
      return wrong(k, "would have " + std::to_string(pooled_.channels) + " input channels");
    described.in_channels = std::uint32_t(pooled_.channels);
    const std::int64_t available = made_.description.input.channels;
    if (k == 0 && !order_.layers[0].sources_given && pooled_.channels * described.operands != available)
      return wrong(0, "reads " + std::to_string(pooled_.channels) + " channels for each of its " +
                          std::to_string(described.operands) + " operands; the input has " +
                          std::to_string(available));
    return {};
  }

  Status trace_output(std::size_t k) {
    auto& described = layer(k);
    widen_for_streaming(k);
    if (described.out_channels == 0)
      described.out_channels = bound_[k] ? bound_[k]->out_channels : described.in_channels;
    if (is_generated(k)) {
      const auto inputs = std::int64_t(described.in_channels) * flattened_pixels(k) / described.groups;
      if (auto status = generated_.name(k, inputs, described); !status) return status;
    }
    const auto along = [&](std::int64_t size) -> std::int64_t {
      const std::int64_t pad = described.pad;
      if (described.op == Operator::kConvTranspose2d) return 2 * size + 2 - 2 * pad;
      return size - std::int64_t(described.dilation) * (described.kernel_size - 1) + 2 * pad;
    };
    Size& output = outputs_[k];
    output = {described.out_channels, along(pooled_.rows), along(pooled_.columns)};
    if (described.op == Operator::kConv1d) output.columns = 1;
    if (described.flatten) output.rows = output.columns = 1;
    if (output.rows < 1 || output.columns < 1 || output.rows > kMaxSize || output.columns > kMaxSize)
      return wrong(k, "would put out " + std::to_string(output.rows) + " x " +
                          std::to_string(output.columns) + " pixels");
    return {};
  }

  /// Streaming hardware has no 1x1 convolution: in or directly behind a streaming layer it runs as a 3x3 one
  /// with the weight in its centre.
  void widen_for_streaming(std::size_t k) {
    auto& described = layer(k);
    const bool streams = described.streaming || (k > 0 && layer(k - 1).streaming);
    if (!streams || described.op != Operator::kConv2d || described.kernel_size != 1 || described.pad != 0)
      return;
    described.kernel_size = 3;
    described.pad = 1;
    if (!bound_[k]) return;
    auto& weights = *bound_[k];
    std::vector<std::int8_t> wide(weights.values.size() * 9, 0);
    for (std::size_t i = 0; i < weights.values.size(); ++i) wide[9 * i + 4] = weights.values[i];
    weights.values = std::move(wide);
    weights.shape[2] = weights.shape[3] = 3;
  }

  // --- what stands in the whole network
  // ------------------------------------------------------------------------

  Status finish_masks() {
    for (std::size_t k = 0; k < order_.last; ++k)
      if (layer(k).output_processors == 0) layer(k).output_processors = layer(k + 1).processors;
    auto& last = layer(order_.last);
    if (network_.output_map) {
      last.output_processors = network_.output_map->bits;
    } else if (last.output_processors == 0) {
      const auto count = processors_for(last.out_channels);
      last.output_processors = count == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << count) - 1;
    }
    const auto& layers = made_.description.layers;
    const auto marked =
        std::count_if(layers.begin(), layers.end(), [](const LayerDescription& l) { return l.output; });
    if (marked == 0) last.output = true;
    if (marked > 1)
      made_.warnings.push_back(
          network_.file + ": " + std::to_string(marked) +
          " layers are marked as output; `synergy run -o` writes them all, an app in a mesh gets "
          "what the last layer that runs puts out");
    return {};
  }

  Status name_tensors() {
    TensorFiles files;
    for (std::size_t k = 0; k <= order_.last; ++k) {
      if (!bound_[k]) continue;
      layer(k).weights = files.add_weights(k, *bound_[k]);
      if (!bound_[k]->bias.empty()) layer(k).bias = files.add_bias(k, bound_[k]->bias);
    }
    made_.tensors = files.take();
    return {};
  }

  void finish() {
    auto& described = made_.description;
    for (auto& one : described.layers)
      if (one.eltwise == Eltwise::kNone) one.operands = 0;  // the description's default
    described.place = network_.file;
    described.name = options_.name;
    described.about = "Network '" + *network_.arch + "' for '" + *network_.dataset + "'";
    described.source = "imported from " + std::filesystem::path(network_.file).filename().string();
    if (origin_.checkpoint != nullptr) {
      described.source += " and " + std::filesystem::path(origin_.checkpoint->name).filename().string();
    } else {
      described.source += ", weights generated";
      described.weights_seed = origin_.seed;
    }
    const auto& output = outputs_[order_.last];
    described.result = options_.result.value_or(
        output.rows * output.columns == 1 ? schemas::ResultKind::kArgmax : schemas::ResultKind::kRaw);
    described.fifo = options_.fifo;
    described.overlap_data = options_.overlap_data;
    described.legacy_operands = options_.legacy_operands;
    described.weight_start = options_.weight_start;
  }

  const NetworkYaml& network_;
  WeightOrigin origin_;
  const std::optional<documents::NpyArray>& sample_;
  const ImportOptions& options_;
  LayerOrder order_;
  WeightsToGenerate generated_;
  ImportedModel made_;
  std::vector<std::optional<BoundWeights>> bound_;  ///< by layer
  std::vector<Size> outputs_;                       ///< by layer
  Size pooled_;                                     ///< of the layer at work, channels before flattening
};

}  // namespace

Result<ImportedModel> import_network(const NetworkYaml& network, const Checkpoint& checkpoint,
                                     const std::optional<documents::NpyArray>& sample,
                                     const ImportOptions& options) {
  return Assembly(network, {&checkpoint, 0}, sample, options).assemble();
}

Result<ImportedModel> import_description(const NetworkYaml& network, std::uint64_t weights_seed,
                                         const std::optional<documents::NpyArray>& sample,
                                         const ImportOptions& options) {
  return Assembly(network, {nullptr, weights_seed}, sample, options).assemble();
}

}  // namespace synergy::accel_import
