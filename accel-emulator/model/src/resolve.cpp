#include "resolve.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "synergy/base/text.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kMaxOperands = 16;
/// Our own bound: more would only make sums overflow.
constexpr std::size_t kMaxSources = 64;
constexpr std::string_view kInputName = "input", kStopName = "stop";

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += char(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string hardware_layer(std::uint32_t number) { return "hardware layer " + std::to_string(number); }

std::vector<std::string> names_before(const Program& before) {
  std::vector<std::string> names{std::string(kInputName)};
  if (before.buffer) names.push_back(before.buffer->name);
  for (const auto& layer : before.layers) names.push_back(layer.name);
  return names;
}

const Shape& shape_of(const Program& program, Source source) {
  if (source == kInput) return program.input_shape;
  if (source == kBuffer) return program.buffer->shape;
  return program.layers[std::size_t(source)].output;
}

/// What the sources make together, before cropping.
struct Joined {
  std::uint64_t channels = 0, rows = 0, columns = 0;
  std::uint64_t pixels = 0;  ///< rows x columns, or the sum where sources of different size follow each other
  bool along_pixels = false;
};

Result<Joined> join(const Program& program, const std::vector<Source>& sources) {
  const Shape& first = shape_of(program, sources.front());
  Joined joined{0, first.height, first.width, 0, false};
  for (const Source source : sources) {
    const Shape& shape = shape_of(program, source);
    if (shape.channels != first.channels)
      return invalid("its sources have different numbers of channels: " + std::to_string(first.channels) +
                     " and " + std::to_string(shape.channels));
    joined.channels += shape.channels;
    joined.pixels += shape.pixels();
    joined.along_pixels |= shape.height != first.height || shape.width != first.width;
  }
  if (joined.along_pixels)
    joined.channels = first.channels;
  else
    joined.pixels = first.pixels();
  return joined;
}

// The vendor tool's old way: every n-th column belongs to one of n operands.
Status split_columns(std::uint32_t operands, Joined& joined) {
  if (joined.along_pixels || joined.columns % operands != 0)
    return invalid("its source has " + std::to_string(joined.columns) + " columns, which " +
                   std::to_string(operands) + " operands do not share evenly");
  joined.columns /= operands;
  joined.pixels /= operands;
  return {};
}

Status resolve_channels(const schemas::LayerDescription& description, const Joined& joined,
                        std::uint64_t blocks, Layer& layer) {
  const std::uint64_t skip = layer.channel_skip;
  const std::uint64_t left = joined.channels > skip ? joined.channels - skip : 0;
  const std::uint64_t channels = description.in_channels != 0 ? description.in_channels : left / blocks;
  // Only where channels are skipped may others be left over.
  if (channels == 0 || channels * blocks > left || (skip == 0 && channels * blocks != left))
    return invalid("it reads " + (blocks > 1 ? std::to_string(blocks) + " x " : "") +
                   std::to_string(channels) + " channels; its sources have " +
                   std::to_string(joined.channels) +
                   (skip > 0 ? ", of which it skips " + std::to_string(skip) : ""));
  if (auto status = check_size("input channels", channels); !status) return status;
  layer.input.channels = std::uint32_t(channels);
  return {};
}

Status resolve_size(const schemas::LayerDescription& description, const Joined& joined, Layer& layer) {
  const std::uint64_t crop = std::uint64_t(layer.crop_top) + layer.crop_bottom;
  if (!description.in_dim) {
    if (joined.along_pixels)
      return invalid("its sources have different sizes; in_dim must say what they make");
    if (crop >= joined.rows)
      return invalid("cropping " + std::to_string(crop) + " rows leaves nothing of " +
                     std::to_string(joined.rows));
    layer.input.height = std::uint32_t(joined.rows - crop);
    layer.input.width = std::uint32_t(joined.columns);
    return {};
  }
  // Cropped are rows of the new shape.
  const Extent dim = *description.in_dim;
  if ((dim.rows + crop) * dim.columns != joined.pixels)
    return invalid("in_dim " + std::to_string(dim.rows) + " x " + std::to_string(dim.columns) + " with " +
                   std::to_string(crop) + " cropped rows is not what its sources hold, " +
                   std::to_string(joined.pixels) + " pixels");
  layer.input.height = dim.rows;
  layer.input.width = dim.columns;
  return {};
}

}  // namespace

Error invalid(std::string what) { return {ErrorCode::kInvalid, std::move(what)}; }

Status check_size(std::string_view what, std::uint64_t value) {
  if (value >= 1 && value <= kMaxDimension) return {};
  return invalid(std::string(what) + " must be 1 to " + std::to_string(kMaxDimension) + "; it is " +
                 std::to_string(value));
}

Status check_sizes(const schemas::LayerDescription& description) {
  const auto given = [](std::uint32_t value) { return value == 0 ? 1 : value; };
  const Extent none;
  const Extent max = description.max_pool.value_or(none), average = description.avg_pool.value_or(none);
  const Extent dim = description.in_dim.value_or(none);
  const Extent &stride = description.pool_stride, &dilation = description.pool_dilation;
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint64_t>>{
           {"kernel_size", description.kernel_size},
           {"dilation", description.dilation},
           {"groups", description.groups},
           {"max_pool", max.rows},
           {"max_pool", max.columns},
           {"avg_pool", average.rows},
           {"avg_pool", average.columns},
           {"pool_stride", stride.rows},
           {"pool_stride", stride.columns},
           {"pool_dilation", dilation.rows},
           {"pool_dilation", dilation.columns},
           {"in_dim", dim.rows},
           {"in_dim", dim.columns},
           {"in_channels", given(description.in_channels)},
           {"out_channels", given(description.out_channels)}})
    if (auto status = check_size(what, value); !status) return status;
  for (const auto& [what, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"pad", description.pad},
           {"crop_top", description.crop_top},
           {"crop_bottom", description.crop_bottom},
           {"in_channel_skip", description.in_channel_skip},
           {"read_gap", description.read_gap},
           {"write_gap", description.write_gap},
           {"buffer_shift", description.buffer_shift},
           {"buffer_insert", description.buffer_insert}})
    if (value > kMaxDimension) return invalid(std::string(what) + " is too large: " + std::to_string(value));
  if (description.output_shift.value_or(0) > 1000 || description.output_shift.value_or(0) < -1000)
    return invalid("output_shift is out of any range: " + std::to_string(*description.output_shift));
  return {};
}

Status check_output_size(const Layer& layer) {
  if (auto status = check_size("output height", layer.output.height); !status) return status;
  return check_size("output width", layer.output.width);
}

Status check_names(const schemas::ModelDescription& description) {
  std::set<std::string> names{std::string(kInputName), std::string(kStopName)};
  for (std::size_t k = 0; k < description.layers.size(); ++k) {
    const auto& name = description.layers[k].name;
    if (name.empty() || !names.insert(lower(name)).second)
      return invalid("layer " + std::to_string(k) + " '" + name +
                     "': every layer needs a name of its own, and not 'input' or 'stop'");
  }
  if (description.data_buffer && !names.insert(lower(description.data_buffer->name)).second)
    return invalid("data_buffer '" + description.data_buffer->name + "' needs a name of its own");
  return {};
}

Status resolve_sequence(const schemas::LayerDescription& description, const Program& before, std::size_t,
                        Layer& layer) {
  const auto next = before.layers.empty() ? 0 : before.layers.back().sequence + 1;
  layer.sequence = description.sequence.value_or(next);
  if (layer.sequence > kMaxDimension) return invalid(hardware_layer(layer.sequence) + " does not exist");
  for (const auto& other : before.layers)
    if (other.sequence == layer.sequence)
      return invalid(hardware_layer(layer.sequence) + " is already layer '" + other.name + "'");
  return {};
}

Status resolve_operands(const schemas::LayerDescription& description, const Program&, std::size_t,
                        Layer& layer) {
  const bool combines = description.eltwise != schemas::Eltwise::kNone;
  layer.operands = description.operands != 0 ? description.operands : combines ? 2 : 1;
  if (!combines && layer.operands != 1)
    return invalid("operands need an element-wise operation; there are " + std::to_string(layer.operands));
  if (combines && (layer.operands < 2 || layer.operands > kMaxOperands))
    return invalid("an element-wise operation takes 2 to 16 operands, not " + std::to_string(layer.operands));
  const bool pools = description.max_pool || description.avg_pool || description.pool_stride != Extent{};
  if (!description.pool_first && (!combines || !pools))
    return invalid("pool_first false needs both an element-wise operation and a pooling");
  return {};
}

Status resolve_sources(const schemas::LayerDescription& description, const Program& before, std::size_t index,
                       Layer& layer) {
  if (description.in_sequences.size() > kMaxSources)
    return invalid("in_sequences names " + std::to_string(description.in_sequences.size()) +
                   " sources; at most " + std::to_string(kMaxSources) + " are read");
  for (const auto& text : description.in_sequences) {
    const std::string name = lower(text);
    const auto found = std::find_if(before.layers.begin(), before.layers.end(),
                                    [&](const Layer& other) { return lower(other.name) == name; });
    if (name == kInputName)
      layer.sources.push_back(kInput);
    else if (before.buffer && lower(before.buffer->name) == name)
      layer.sources.push_back(kBuffer);
    else if (found != before.layers.end())
      layer.sources.push_back(Source(found - before.layers.begin()));
    else
      return invalid("in_sequences: " + unknown_name("earlier layer", text, names_before(before)));
  }
  if (layer.sources.empty()) {
    // A layer that runs follows the last one that ran; one that does not belongs behind its neighbour.
    auto k = Source(index) - 1;
    while (k >= 0 && !layer.skipped && before.layers[std::size_t(k)].skipped) --k;
    layer.sources.push_back(std::max(k, kInput));
  }
  for (const Source source : layer.sources) {
    if (source < 0) continue;
    const Layer& other = before.layers[std::size_t(source)];
    if (other.output_width != 8)
      return invalid("it reads layer '" + other.name + "', which writes 32 bits, not 8");
    if (other.skipped && !layer.skipped)
      return invalid("it reads layer '" + other.name + "', which does not run");
  }
  return {};
}

Status resolve_input(const schemas::LayerDescription& description, const Program& before, std::size_t index,
                     Layer& layer) {
  auto joined = join(before, layer.sources);
  if (!joined) return joined.error();
  const bool columns_apart = before.legacy_operands && index > 0 && layer.operands > 1;
  if (columns_apart)
    if (auto status = split_columns(layer.operands, *joined); !status) return status;
  if (auto status = resolve_channels(description, *joined, columns_apart ? 1 : layer.operands, layer);
      !status)
    return status;
  return resolve_size(description, *joined, layer);
}

Status check_buffer_use(const Program& program, const Layer& layer) {
  if (layer.buffer_shift == 0 && layer.buffer_insert == 0) return {};
  if (!program.buffer) return invalid("buffer_shift and buffer_insert need a data_buffer");
  const Shape& buffer = program.buffer->shape;
  if (layer.buffer_shift > 0 &&
      (layer.op != schemas::Operator::kPassthrough || layer.sources != std::vector<Source>{kBuffer} ||
       layer.buffer_shift > buffer.height))
    return invalid("buffer_shift moves the data buffer that a passthrough layer reads, by at most its " +
                   std::to_string(buffer.height) + " rows; it is " + std::to_string(layer.buffer_shift));
  if (layer.buffer_insert > 0 &&
      (layer.buffer_insert > buffer.height || layer.output.channels != buffer.channels ||
       layer.output.pixels() != std::uint64_t(layer.buffer_insert) * buffer.width || layer.output_width != 8))
    return invalid("buffer_insert puts " + std::to_string(layer.buffer_insert) + " rows into the buffer's " +
                   to_string(buffer) + "; its output is " + to_string(layer.output));
  return {};
}

}  // namespace synergy::accel_model
