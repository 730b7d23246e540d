#include <bit>
#include <functional>

#include "synergy/accel/images.hpp"

namespace synergy::accel {
namespace {

using accel_model::kProcessorsPerInstance;
using accel_model::kProcessorsPerQuadrant;

struct DataMap {
  std::uint32_t base, quadrant_stride, instance_stride;
};

constexpr DataMap map_of(schemas::AcceleratorKind kind) {
  return kind == schemas::AcceleratorKind::kMax78000 ? DataMap{0x50400000, 0x400000, 0x8000}
                                                     : DataMap{0x51800000, 0x1000000, 0x20000};
}

/// The processors of a mask that share an instance, and the first of the mask's channels they hold.
struct InstanceUse {
  std::uint32_t first_processor;          ///< of the instance
  std::vector<std::uint32_t> processors;  ///< within the instance, 0 to 3
  std::uint32_t first_channel;            ///< ordinal in the mask of `processors.front()`
};

std::vector<InstanceUse> instances_of(std::uint64_t mask) {
  std::vector<InstanceUse> uses;
  std::uint32_t ordinal = 0;
  for (std::uint32_t p = 0; p < accel_model::kProcessors; ++p) {
    if (((mask >> p) & 1) == 0) continue;
    const std::uint32_t instance = p - p % kProcessorsPerInstance;
    if (uses.empty() || uses.back().first_processor != instance) uses.push_back({instance, {}, ordinal});
    uses.back().processors.push_back(p % kProcessorsPerInstance);
    ++ordinal;
  }
  return uses;
}

/// Lays one pixel and pass of an instance out as words at `word`, counted from the instance's start.
void write_bytes(const Tensor& tensor, std::size_t pixel, std::uint32_t first_channel, const InstanceUse& use,
                 std::uint32_t address, std::vector<DataWord>& words) {
  DataWord word{address, 0, 0};
  std::uint32_t channel = first_channel;
  for (const auto byte : use.processors) {
    if (channel >= tensor.shape.channels) break;
    word.value |= std::uint32_t(std::uint8_t(tensor.values[channel * tensor.shape.pixels() + pixel]))
                  << (8 * byte);
    word.valid |= 0xffu << (8 * byte);
    ++channel;
  }
  if (word.valid != 0) words.push_back(word);
}

void write_values(const WideTensor& tensor, std::size_t pixel, std::uint32_t first_channel,
                  const InstanceUse& use, std::uint32_t address, std::uint32_t step,
                  std::vector<DataWord>& words) {
  std::uint32_t channel = first_channel;
  for (const auto byte : use.processors) {
    if (channel >= tensor.shape.channels) return;
    const std::int32_t value = tensor.values[channel * tensor.shape.pixels() + pixel];
    words.push_back({address + byte * step, std::uint32_t(value), 0xffffffff});
    ++channel;
  }
}

/// Words of all pixels and passes of one instance of an HWC input, operands interleaved.
std::vector<std::uint32_t> instance_words(const accel_model::Layer& layer, const Tensor& input,
                                          const InstanceUse& use, std::uint32_t channels_per_pass) {
  std::vector<std::uint32_t> words;
  const std::size_t pixels = input.shape.pixels();
  const std::uint32_t channels = input.shape.channels / layer.operands;
  for (std::size_t x = 0; x < pixels; ++x)
    for (std::uint32_t pass = 0; pass < layer.input_passes; ++pass)
      for (std::uint32_t operand = 0; operand < layer.operands; ++operand) {
        std::uint32_t word = 0, channel = pass * channels_per_pass + use.first_channel;
        for (const auto byte : use.processors) {
          if (channel >= channels) break;
          const std::size_t at = (std::size_t(operand) * channels + channel) * pixels + x;
          word |= std::uint32_t(std::uint8_t(input.values[at])) << (8 * byte);
          ++channel;
        }
        words.push_back(word);
      }
  return words;
}

/// Four pixels of a channel in each word.
std::vector<std::uint32_t> channel_words(const Tensor& input, std::uint32_t channel) {
  const std::size_t pixels = input.shape.pixels();
  std::vector<std::uint32_t> words((pixels + 3) / 4, 0);
  for (std::size_t x = 0; x < pixels; ++x)
    words[x / 4] |= std::uint32_t(std::uint8_t(input.values[channel * pixels + x])) << (8 * (x % 4));
  return words;
}

/// With a gap between pixels each pixel is a load of its own: what lies between is not the loader's.
void add_load(const accel_model::Layer& layer, std::optional<std::uint32_t> address,
              std::vector<std::uint32_t> words, std::vector<InputLoad>& loads) {
  if (!address || layer.read_gap == 0) {
    loads.push_back({address, std::move(words)});
    return;
  }
  const std::size_t per_pixel = std::size_t(layer.input_passes) * layer.operands;
  for (std::size_t at = 0; at < words.size(); at += per_pixel)
    loads.push_back({*address + std::uint32_t(4 * at * (layer.read_gap + 1)),
                     {words.begin() + std::ptrdiff_t(at), words.begin() + std::ptrdiff_t(at + per_pixel)}});
}

}  // namespace

std::uint32_t data_address(std::uint32_t processor, schemas::AcceleratorKind kind) {
  const DataMap map = map_of(kind);
  return map.base + processor / kProcessorsPerQuadrant * map.quadrant_stride +
         processor % kProcessorsPerQuadrant / kProcessorsPerInstance * map.instance_stride;
}

std::vector<DataWord> output_words(const accel_model::Layer& layer, const LayerOutput& output,
                                   schemas::AcceleratorKind kind) {
  std::vector<DataWord> words;
  const auto instances = instances_of(layer.output_processors);
  const std::uint32_t channels_per_pass = std::uint32_t(std::popcount(layer.output_processors));
  const std::uint32_t step = 4 * (layer.write_gap + 1);
  const auto* wide = std::get_if<WideTensor>(&output);
  for (std::size_t x = 0; x < layer.output.pixels(); ++x)
    for (std::uint32_t pass = 0; pass < layer.output_passes; ++pass)
      for (const auto& use : instances) {
        const std::uint32_t slot = std::uint32_t(x * layer.output_passes + pass) * (wide ? 4 : 1);
        // A 32-bit word at an offset that is no multiple of four begins at the word that holds it.
        const std::uint32_t address =
            data_address(use.first_processor, kind) + layer.out_offset / 4 * 4 + slot * step;
        const std::uint32_t channel = pass * channels_per_pass + use.first_channel;
        if (wide)
          write_values(*wide, x, channel, use, address, step, words);
        else
          write_bytes(std::get<Tensor>(output), x, channel, use, address, words);
      }
  return words;
}

std::vector<InputLoad> input_loads(const accel_model::Program& program, const Tensor& input,
                                   schemas::AcceleratorKind kind) {
  const auto& layer = program.layers[program.first_run()];
  const bool fifo = program.fifo != schemas::Fifo::kNone;
  auto instances = instances_of(layer.processors);
  // There is one fast FIFO, of one instance's width; in quad mode the hardware copies it to all quadrants.
  if (program.fifo == schemas::Fifo::kFast || program.fifo == schemas::Fifo::kFastQuad) instances.resize(1);
  const auto channels_per_pass = std::uint32_t(std::popcount(layer.processors));
  std::vector<InputLoad> loads;
  for (const auto& use : instances) {
    const auto address =
        fifo ? std::nullopt : std::optional(data_address(use.first_processor, kind) + layer.in_offset);
    if (layer.data_format == schemas::DataFormat::kChw) {
      if (use.first_channel < input.shape.channels)
        loads.push_back({address, channel_words(input, use.first_channel)});
      continue;
    }
    add_load(layer, address, instance_words(layer, input, use, channels_per_pass), loads);
  }
  return loads;
}

}  // namespace synergy::accel
