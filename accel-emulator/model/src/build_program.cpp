#include <algorithm>
#include <map>

#include "resolve_layer.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/text.hpp"

namespace synergy::accel_model {
namespace {

Error invalid(std::string what) { return {ErrorCode::kInvalid, std::move(what)}; }

constexpr std::string_view kInputName = "input";

Status check_shape(std::string_view what, std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  for (const auto& [axis, value] : std::initializer_list<std::pair<std::string_view, std::uint32_t>>{
           {"channels", channels}, {"height", height}, {"width", width}})
    if (value < 1 || value > kMaxDimension)
      return invalid(std::string(what) + " " + std::string(axis) + " must be 1 to " +
                     std::to_string(kMaxDimension) + "; it is " + std::to_string(value));
  return {};
}

/// Layer after layer, with what names mean so far.
class Builder {
 public:
  explicit Builder(const schemas::ModelDescription& description) : description_(description) {}

  Status begin() {
    if (description_.layers.empty()) return invalid("has no layers");
    const auto& input = description_.input;
    if (auto status = check_shape("input", input.channels, input.height, input.width); !status) return status;
    program_.model = description_.name;
    program_.input_shape = {input.channels, input.height, input.width};
    program_.result = description_.result;
    program_.fifo = description_.fifo;
    program_.overlap_data = description_.overlap_data;
    program_.legacy_operands = description_.legacy_operands;
    program_.weight_start = description_.weight_start;
    names_.emplace(kInputName, kInput);
    return add_buffer();
  }

  Status add_layer(const schemas::LayerDescription& described) {
    const std::size_t k = program_.layers.size();
    auto sources = sources_of(described);
    if (!sources) return sources.error();
    std::vector<Shape> shapes;
    for (const auto source : *sources) {
      auto shape = shape_of(source);
      if (!shape) return shape.error();
      shapes.push_back(*shape);
    }
    auto layer = resolve_layer(described, shapes, program_.legacy_operands && k > 0);
    if (!layer) return layer.error();
    layer->sources = *std::move(sources);
    if (k == 0) layer->data_format = description_.input.data_format;
    if (auto status = number(described, *layer); !status) return status;
    if (auto status = check_buffer(*layer); !status) return status;
    if (described.name.empty() || !names_.emplace(described.name, Source(k)).second)
      return invalid("every layer needs a name of its own, and not 'input'");
    if (!layer->skipped) previous_ = Source(k);
    program_.layers.push_back(*std::move(layer));
    return {};
  }

  [[nodiscard]] Program take() { return std::move(program_); }

 private:
  Status add_buffer() {
    if (!description_.data_buffer) return {};
    const auto& b = *description_.data_buffer;
    if (auto status = check_shape("data_buffer", b.channels, b.height, b.width); !status) return status;
    if (b.name.empty() || !names_.emplace(b.name, kBuffer).second)
      return invalid("data_buffer needs a name of its own, and not 'input'");
    if (b.processors == 0) return invalid("data_buffer: processors is empty");
    if (b.offset % 4 != 0) return invalid("data_buffer: offset is a multiple of 4");
    program_.buffer = {b.name, {b.channels, b.height, b.width}, b.processors, b.offset};
    return {};
  }

  Result<std::vector<Source>> sources_of(const schemas::LayerDescription& described) const {
    if (described.in_sequences.empty()) return std::vector<Source>{previous_};
    std::vector<Source> sources;
    for (const auto& name : described.in_sequences) {
      const auto found = names_.find(name);
      if (found == names_.end()) {
        std::vector<std::string> known;
        for (const auto& [text, source] : names_) known.push_back(text);
        return invalid("in_sequences: " + unknown_name("earlier layer", name, known));
      }
      sources.push_back(found->second);
    }
    return sources;
  }

  Result<Shape> shape_of(Source source) const {
    if (source == kInput) return program_.input_shape;
    if (source == kBuffer) return program_.buffer->shape;
    const Layer& layer = program_.layers[std::size_t(source)];
    if (layer.skipped) return invalid("it reads '" + layer.name + "', which is skipped");
    if (layer.output_width != 8)
      return invalid("it reads '" + layer.name + "', which writes 32 bits; only the last layer may");
    return layer.output;
  }

  Status number(const schemas::LayerDescription& described, Layer& layer) {
    layer.sequence = described.sequence.value_or(next_sequence_);
    if (layer.sequence >= kMaxDimension)
      return invalid("sequence is too large: " + std::to_string(layer.sequence));
    if (std::any_of(program_.layers.begin(), program_.layers.end(),
                    [&](const Layer& other) { return other.sequence == layer.sequence; }))
      return invalid("sequence " + std::to_string(layer.sequence) + " is another layer's already");
    next_sequence_ = layer.sequence + 1;
    return {};
  }

  Status check_buffer(const Layer& layer) const {
    if (layer.buffer_shift == 0 && layer.buffer_insert == 0) return {};
    if (!program_.buffer) return invalid("buffer_shift and buffer_insert need a data_buffer");
    const Shape& buffer = program_.buffer->shape;
    const bool reads_buffer = layer.sources == std::vector<Source>{kBuffer};
    if (layer.buffer_shift > 0 &&
        (!reads_buffer || layer.op != schemas::Operator::kPassthrough || layer.buffer_shift > buffer.height))
      return invalid("buffer_shift moves a passthrough layer's data buffer by at most its " +
                     std::to_string(buffer.height) + " rows");
    if (layer.buffer_insert > 0 &&
        (layer.output.channels != buffer.channels || layer.buffer_insert > buffer.height ||
         layer.output.pixels() != std::uint64_t(layer.buffer_insert) * buffer.width ||
         layer.output_width != 8))
      return invalid("buffer_insert puts " + std::to_string(layer.buffer_insert) + " rows of the buffer's " +
                     to_string(buffer) + "; its output is " + to_string(layer.output));
    return {};
  }

  const schemas::ModelDescription& description_;
  Program program_;
  std::map<std::string, Source, std::less<>> names_;
  Source previous_ = kInput;
  std::uint32_t next_sequence_ = 0;
};

}  // namespace

Result<Program> build_program(const schemas::ModelDescription& description) {
  const std::string model = "model '" + description.name.text() + "'";
  Builder builder(description);
  if (auto status = builder.begin(); !status) return status.error().at(model);
  for (std::size_t k = 0; k < description.layers.size(); ++k)
    if (auto status = builder.add_layer(description.layers[k]); !status)
      return status.error().at(model + ", layer " + std::to_string(k) + " '" + description.layers[k].name +
                               "'");
  return builder.take();
}

}  // namespace synergy::accel_model
