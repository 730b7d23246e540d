#include "synergy/accel_kat/known_answer.hpp"

#include <algorithm>

#include "describe.hpp"
#include "json_tree.hpp"
#include "network_file.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::accel_kat {
namespace {

namespace fs = std::filesystem;

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

/// Far beyond the data memory of any chip; a tensor of more values is refused before room is made for it.
constexpr std::uint64_t kMaxValues = 1u << 25;

Status check_sizes(const accel_model::Program& program) {
  const auto too_large = [](const accel_model::Shape& shape) {
    return Error{ErrorCode::kInvalid, "a tensor of " + to_string(shape) + " is more than any chip holds"};
  };
  if (program.buffer && program.buffer->shape.values() > kMaxValues) return too_large(program.buffer->shape);
  for (const auto& layer : program.layers)
    for (const auto* shape : {&layer.input, &layer.pooled, &layer.output})
      if (shape->values() > kMaxValues) return too_large(*shape);
  return {};
}

/// The arrays of one folder, each checked against what `network.json` says of it.
class Arrays {
 public:
  Arrays(const fs::path& folder, const NetworkFile& network) : folder_(folder), network_(network) {}

  /// Digest, and the bytes if the file is there. Empty when the network does not list the file.
  [[nodiscard]] Result<std::optional<RecordedArray>> find(const std::string& file) const {
    const auto listed = network_.files.find(file);
    if (listed == network_.files.end()) return std::optional<RecordedArray>();
    RecordedArray array{file, listed->second.data_sha256, std::nullopt};
    std::error_code failure;
    if (!fs::exists(folder_ / file, failure)) return std::optional(std::move(array));
    auto read = documents::read_npy(folder_ / file);
    if (!read) return read.error();
    if (auto status = compare(file, listed->second, *read); !status) return status.error();
    array.data = std::move(read->data);
    return std::optional(std::move(array));
  }

  /// Signed bytes of a file that must be there.
  [[nodiscard]] Result<std::vector<std::int8_t>> signed_bytes(const std::string& file) const {
    const auto listed = network_.files.find(file);
    if (listed == network_.files.end()) return listing_error("files: '" + file + "' is missing");
    auto read = documents::read_npy(folder_ / file);
    if (!read) return read.error();
    if (read->type != "|i1")
      return invalid((folder_ / file).string() + ": must hold signed bytes, holds " + read->type);
    if (auto status = compare(file, listed->second, *read); !status) return status.error();
    const auto values = read->as_int8();
    return std::vector<std::int8_t>(values.begin(), values.end());
  }

  [[nodiscard]] Error listing_error(const std::string& what) const {
    return invalid((folder_ / kNetworkFile).string() + ": " + what);
  }

 private:
  [[nodiscard]] Status compare(const std::string& file, const FileEntry& listed,
                               const documents::NpyArray& read) const {
    const std::string name = (folder_ / file).string();
    if (read.type != listed.dtype || read.shape != listed.shape)
      return invalid(name + ": type or shape is not what " + kNetworkFile + " says");
    if (documents::sha256(read.data) != listed.data_sha256)
      return invalid(name + ": damaged: its digest is not what " + kNetworkFile + " says");
    return {};
  }

  const fs::path& folder_;
  const NetworkFile& network_;
};

Status find_into(const Arrays& arrays, const std::optional<std::string>& file,
                 std::optional<RecordedArray>& out) {
  if (!file) return {};
  auto found = arrays.find(*file);
  if (!found) return found.error();
  out = std::move(*found);
  return {};
}

Status read_weights(const Arrays& arrays, const NetworkFile& network, const LayerEntry& layer,
                    const accel_model::Layer& resolved, accel::LayerWeights& out, RecordedLayer& recorded) {
  if (layer.bias && layer.bias->present) {
    recorded.weights_known = layer.bias->file.has_value();
    out.bias.assign(resolved.output.channels, 0);
    if (layer.bias->file) {
      auto bias = arrays.signed_bytes(*layer.bias->file);
      if (!bias) return bias.error();
      out.bias = std::move(*bias);
    }
  }
  if (!layer.weights) return {};
  const auto* owner = layer_with_weights_of(network, layer);
  if (owner == nullptr) {
    recorded.weights_known = false;
    if (weight_count(resolved) > kMaxValues)
      return invalid("layer " + std::to_string(layer.index) + " has more weights than any chip holds");
    out.weights.assign(weight_count(resolved), 0);
    return {};
  }
  auto weights = arrays.signed_bytes(*owner->weights->file);
  if (!weights) return weights.error();
  out.weights = std::move(*weights);
  return {};
}

Status read_layer(const Arrays& arrays, const LayerEntry& layer, RecordedLayer& out) {
  out.index = layer.index;
  out.executed = !layer.executed_at_steps.empty();
  if (layer.weights) {
    out.column_start = layer.weights->kernel_offset_words;
    out.column_length = layer.weights->kernel_length_words;
  }
  if (layer.ops) out.macs = layer.ops->macc;
  if (!out.executed) return {};
  if (auto s = find_into(arrays, layer.output.file, out.output); !s) return s;
  if (!out.output)
    return arrays.listing_error("files: the output of layer " + std::to_string(layer.index) + " is missing");
  if (layer.accumulator)
    if (auto s = find_into(arrays, layer.accumulator->file, out.accumulator); !s) return s;
  if (auto s = find_into(arrays, layer.input.operator_input_file, out.operator_input); !s) return s;
  return find_into(arrays, layer.output.memory_image_file, out.memory_image);
}

/// Of the layers that stream; false where lists are too short.
bool read_streaming(const NetworkFile& network, KnownAnswer& answer) {
  const auto& recorded = network.globals.streaming;
  for (std::size_t k = 0; k < answer.layers.size() && answer.program.layers[k].streaming; ++k) {
    if (recorded.start.empty()) return true;
    if (k >= network.layers.size() || k >= recorded.start.size() || k >= recorded.delta1.size() ||
        k >= recorded.delta2.size())
      return false;
    auto& registers = answer.layers[k].stream.emplace();
    if (recorded.start[k] == 0) return false;
    registers.start = recorded.start[k] - 1;
    registers.delta1 = recorded.delta1[k];
    registers.delta2 = recorded.delta2[k];
    const auto& buffer = network.layers[k].hardware.stream_buffer;
    if (buffer.size() >= 2 && buffer[1] >= buffer[0]) registers.buffer_words = (buffer[1] - buffer[0]) / 4;
  }
  return true;
}

/// Cycles of each layer that ran; every one of them must be there.
Status read_timing(const fs::path& folder, KnownAnswer& answer) {
  const auto timing = read_json<TimingFile>(folder / "timing.json");
  if (!timing) return timing.error();
  answer.startup_cycles = timing->startup;
  answer.total_cycles = timing->total;
  for (auto& layer : answer.layers) {
    if (!layer.executed) continue;
    const auto at = std::find_if(timing->layers.begin(), timing->layers.end(),
                                 [&](const LayerTimingEntry& entry) { return entry.layer == layer.index; });
    if (at == timing->layers.end())
      return invalid((folder / "timing.json").string() + ": layers: layer " + std::to_string(layer.index) +
                     " is missing");
    layer.cycles = at->cycles;
    layer.cycles_are_estimate = at->streaming_estimate;
  }
  return {};
}

Status read_resources(const fs::path& folder, KnownAnswer& answer) {
  const auto path = folder / "resources.json";
  auto resources = read_json<ResourcesFile>(path);
  if (!resources) return resources.error();
  if (resources->words_programmed.size() > accel_model::kProcessors ||
      resources->bias_bytes.size() > accel_model::kQuadrants)
    return invalid(path.string() + ": must have up to 64 processors and 4 quadrants");
  answer.resources = {resources->weight_memory_bytes_used, resources->bias_memory_bytes_used,
                      resources->macs_total, std::move(resources->words_programmed),
                      std::move(resources->bias_bytes)};
  return {};
}

Status read_images(const Arrays& arrays, KnownAnswer& answer) {
  if (auto s = find_into(arrays, "mem/input_words.npy", answer.input_words); !s) return s;
  if (auto s = find_into(arrays, "mem/kmem_index.npy", answer.kernel_index); !s) return s;
  if (auto s = find_into(arrays, "mem/kmem_words.npy", answer.kernel_words); !s) return s;
  return find_into(arrays, "mem/bias_mem.npy", answer.bias_memory);
}

Status read_arrays(const fs::path& folder, const NetworkFile& network, const std::vector<std::size_t>& order,
                   KnownAnswer& answer) {
  const Arrays arrays(folder, network);
  auto input = arrays.signed_bytes(network.input.file);
  if (!input) return input.error();
  answer.input = {answer.program.input(), std::move(*input)};
  if (answer.input.values.size() != answer.input.shape.values())
    return invalid((folder / network.input.file).string() + ": must have " +
                   std::to_string(answer.input.shape.values()) + " values");
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto& layer = network.layers[order[k]];
    auto& recorded = answer.layers.emplace_back();
    auto& numbers = answer.weights.emplace_back();
    if (auto s = read_weights(arrays, network, layer, answer.program.layers[k], numbers, recorded); !s)
      return s;
    if (auto s = read_layer(arrays, layer, recorded); !s) return s;
  }
  if (auto status = check_weights(answer.program, answer.weights); !status)
    return status.error().at(folder.string());
  return read_images(arrays, answer);
}

}  // namespace

Result<KnownAnswer> read_known_answer(const fs::path& folder) {
  const auto path = folder / kNetworkFile;
  const auto network = read_json<NetworkFile>(path);
  if (!network) return network.error();
  KnownAnswer answer;
  answer.name = network->name;
  if (network->device != "MAX78000" && network->device != "MAX78002")
    return invalid(path.string() + ": device: unknown value '" + network->device + "'");
  if (network->device == "MAX78002") answer.device = schemas::AcceleratorKind::kMax78002;
  const auto order = program_order(*network);
  if (!order) return order.error().at(path.string());
  auto description = describe(*network, *order);
  if (!description) return description.error().at(path.string());
  answer.description = std::move(*description);
  auto program = accel_model::build_program(answer.description);
  if (!program) return program.error().at(path.string());
  answer.program = std::move(*program);
  if (auto status = check_sizes(answer.program); !status) return status.error().at(path.string());
  for (const auto& load : network->input.memory_loads)
    answer.loads.push_back(
        {load.address ? std::optional(load.address->value) : std::nullopt, load.words, load.start});
  if (auto status = read_arrays(folder, *network, *order, answer); !status) return status.error();
  if (auto status = read_timing(folder, answer); !status) return status.error();
  if (!read_streaming(*network, answer))
    return invalid((folder / kNetworkFile).string() + ": globals: streaming: not one value for each layer");
  if (auto status = read_resources(folder, answer); !status) return status.error();
  return answer;
}

Result<std::vector<fs::path>> find_known_answers(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code failure;
  if (fs::exists(root / kNetworkFile, failure)) folders.push_back(root);
  auto entry = fs::recursive_directory_iterator(root, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure))
    if (entry->is_directory(failure) && fs::exists(entry->path() / kNetworkFile, failure))
      folders.push_back(entry->path());
  if (failure) return Error{ErrorCode::kNotFound, root.string() + ": " + failure.message()};
  if (folders.empty())
    return Error{ErrorCode::kNotFound,
                 root.string() + ": holds no folder with a " + std::string(kNetworkFile)};
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace synergy::accel_kat
