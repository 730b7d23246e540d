// Follows every value from the layer that writes it through data memory to the layers that read it.
#include <bit>
#include <optional>
#include <vector>

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_model {
namespace {

/// One value of a tensor: which, of the program's input (kInput), its buffer or a layer.
struct Value {
  Source tensor = kNothing;
  std::uint32_t channel = 0;
  std::uint64_t pixel = 0;
  bool operator==(const Value&) const = default;

  static constexpr Source kNothing = -3;
};

/// Where channel `c` of a tensor lies: in its own processor, in a pass.
struct ChannelPlace {
  std::uint32_t processor, pass;
};

std::vector<ChannelPlace> places_of(std::uint64_t mask, std::uint32_t channels) {
  std::vector<std::uint32_t> processors;
  for (std::uint32_t p = 0; p < kProcessors; ++p)
    if ((mask >> p) & 1) processors.push_back(p);
  std::vector<ChannelPlace> places;
  for (std::uint32_t c = 0; c < channels; ++c)
    places.push_back({processors[c % processors.size()], std::uint32_t(c / processors.size())});
  return places;
}

/// The larger chip's data memory, byte by byte: a processor's bytes are those of its words.
class Memory {
 public:
  Memory() : values_(std::size_t(kProcessors) * kWords) {}

  [[nodiscard]] const Value* at(std::uint32_t processor, std::uint64_t word) const {
    return word < kWords ? &values_[processor * kWords + word] : nullptr;
  }
  void write(std::uint32_t processor, std::uint64_t word, const Value& value) {
    if (word < kWords) values_[processor * kWords + word] = value;
  }

 private:
  static constexpr std::uint64_t kWords = kMax78002Constants.instance_bytes / 4;
  std::vector<Value> values_;
};

void write_output(const Layer& layer, Source tensor, Memory& memory) {
  const auto places = places_of(layer.output_processors, layer.output.channels);
  const std::uint64_t width = layer.output_width / 8, gap = layer.write_gap + std::uint64_t(1);
  for (std::uint64_t x = 0; x < layer.output.pixels(); ++x)
    for (std::uint32_t c = 0; c < places.size(); ++c) {
      const auto [processor, pass] = places[c];
      const std::uint64_t word = layer.out_offset / 4 + width * (x * layer.output_passes + pass) * gap;
      if (width == 1) {
        memory.write(processor, word, {tensor, c, x});
        continue;
      }
      // A 32-bit value fills a whole word, i.e. the bytes of four processors.
      const std::uint32_t first = processor - processor % kProcessorsPerInstance;
      for (std::uint32_t p = first; p < first + kProcessorsPerInstance; ++p)
        memory.write(p, word + processor % kProcessorsPerInstance, {tensor, c, x});
    }
}

/// The values that a layer expects, operand by operand.
class Expected {
 public:
  Expected(const Program& program, const Layer& layer) : layer_(layer) {
    for (const Source source : layer.sources) shapes_.push_back(shape_of(program, source));
    for (const auto& shape : shapes_)
      along_pixels_ |= shape.height != shapes_.front().height || shape.width != shapes_.front().width;
  }

  [[nodiscard]] Value value(std::uint32_t operand, std::uint32_t channel, std::uint64_t pixel) const {
    pixel += std::uint64_t(layer_.crop_top) * layer_.input.width;
    channel += layer_.channel_skip + operand * layer_.input.channels;
    std::size_t source = 0;
    if (along_pixels_) {
      while (source + 1 < shapes_.size() && pixel >= shapes_[source].pixels())
        pixel -= shapes_[source++].pixels();
    } else {
      while (source + 1 < shapes_.size() && channel >= shapes_[source].channels)
        channel -= shapes_[source++].channels;
    }
    return {layer_.sources[source], channel, pixel};
  }

 private:
  static Shape shape_of(const Program& program, Source source) {
    if (source == kInput) return program.input_shape;
    if (source == kBuffer) return program.buffer->shape;
    return program.layers[std::size_t(source)].output;
  }

  const Layer& layer_;
  std::vector<Shape> shapes_;
  bool along_pixels_ = false;
};

std::string text_of(const Program& program, const Value& value) {
  if (value.tensor == Value::kNothing) return "nothing that was written";
  const std::string where =
      "channel " + std::to_string(value.channel) + ", pixel " + std::to_string(value.pixel) + " of ";
  if (value.tensor == kInput) return where + "the input";
  if (value.tensor == kBuffer) return where + "the data buffer";
  return where + "layer '" + program.layers[std::size_t(value.tensor)].name + "'";
}

/// Calls `each(operand, channel, pixel, processor, word)` until it returns false.
template <class Each>
void for_each_read(const Layer& layer, Each each) {
  const auto places = places_of(layer.processors, layer.input.channels);
  const std::uint64_t operands = layer.operands;
  const std::uint64_t pixel_words = operands * (layer.input_passes + layer.read_gap);
  for (std::uint32_t c = 0; c < places.size(); ++c)
    for (std::uint64_t x = 0; x < layer.input.pixels(); ++x)
      for (std::uint32_t o = 0; o < operands; ++o) {
        const auto [processor, pass] = places[c];
        if (!each(o, c, x, processor, layer.in_offset / 4 + x * pixel_words + pass * operands + o)) return;
      }
}

// The host puts the input where the first layer reads it.
void write_input(const Program& program, const Layer& layer, Memory& memory) {
  const Expected expected(program, layer);
  for_each_read(layer, [&](auto operand, auto channel, auto pixel, auto processor, auto word) {
    memory.write(processor, word, expected.value(operand, channel, pixel));
    return true;
  });
}

void write_buffer(const DataBuffer& buffer, Memory& memory) {
  const auto places = places_of(buffer.processors, buffer.shape.channels);
  const std::uint64_t passes = places.back().pass + std::uint64_t(1);
  for (std::uint32_t c = 0; c < places.size(); ++c)
    for (std::uint64_t x = 0; x < buffer.shape.pixels(); ++x)
      memory.write(places[c].processor, buffer.offset / 4 + x * passes + places[c].pass, {kBuffer, c, x});
}

Status check_layer_reads(const Program& program, const Layer& layer, const Memory& memory) {
  const Expected expected(program, layer);
  std::optional<Error> error;
  for_each_read(layer, [&](auto operand, auto channel, auto pixel, auto processor, auto word) {
    const Value need = expected.value(operand, channel, pixel);
    const Value* have = memory.at(processor, word);
    if (have != nullptr && *have == need) return true;
    error = Error{ErrorCode::kInvalid, "it reads byte " + std::to_string(word * 4) + " with processor " +
                                           std::to_string(processor) + " and needs " +
                                           text_of(program, need) + " there; there is " +
                                           text_of(program, have != nullptr ? *have : Value{})};
    return false;
  });
  return error ? Status(*error) : Status();
}

}  // namespace

Status check_reads(const Program& program) {
  Memory memory;
  if (program.buffer) write_buffer(*program.buffer, memory);
  const std::size_t first = program.first_run();
  const bool streams_at_once = program.layers[first].streaming || program.fifo != schemas::Fifo::kNone ||
                               program.layers[first].data_format == schemas::DataFormat::kChw;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    if (layer.skipped) continue;
    if (k == first && !streams_at_once)
      write_input(program, layer, memory);
    else if (k != first && !layer.streaming)
      if (auto status = check_layer_reads(program, layer, memory); !status)
        return status.error().at(layer_label(program, k));
    const bool passed_on =
        layer.streaming && k + 1 < program.layers.size() && program.layers[k + 1].streaming;
    if (!passed_on) write_output(layer, layer.buffer_insert > 0 ? kBuffer : Source(k), memory);
  }
  return {};
}

}  // namespace synergy::accel_model
