#include "synergy/accel_model/words.hpp"

#include <algorithm>
#include <cmath>

#include "data_memory.hpp"
#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {
namespace {

// Of a tensor with four processors' bytes in each word.
std::uint64_t words_of(const Shape& shape, std::uint64_t processors) {
  std::uint64_t words = 0;
  for (std::uint32_t instance = 0; instance < kInstances; ++instance)
    words += shape.pixels() * passes_in_instance(processors, shape.channels, instance);
  return words;
}

constexpr std::uint64_t kPixelsPerWord = 4;  ///< of CHW data

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

}  // namespace

std::uint64_t input_words(const Program& program) {
  const Layer& first = program.layers[program.first_run()];
  const std::uint64_t pixels = first.input.pixels() * first.operands;
  if (first.data_format == schemas::DataFormat::kChw)
    return first.input.channels * divide_up(first.input.pixels(), kPixelsPerWord) * first.operands;
  if (program.fifo != schemas::Fifo::kNone)
    return divide_up(first.input.channels, kProcessorsPerInstance) * pixels;
  std::uint64_t instances = 0;
  for (std::uint32_t i = 0; i < kInstances; ++i)
    instances += (first.processors >> (i * kProcessorsPerInstance) & 0xf) != 0;
  return instances * first.input_passes * pixels;
}

std::uint64_t output_words(const Program& program) {
  const Layer& last = program.layers[program.last_run()];
  if (last.output_width == 32) return last.output.values();
  return words_of(last.output, last.output_processors);
}

WeightWords weight_words(const ProgramPlacement& placement) {
  std::vector<const LayerPlacement*> order;
  for (const auto& layer : placement.layers) order.push_back(&layer);
  std::sort(order.begin(), order.end(),
            [](auto* a, auto* b) { return a->occupied_begin < b->occupied_begin; });

  WeightWords total;
  for (std::uint32_t processor = 0; processor < kProcessors; ++processor) {
    std::uint64_t columns = 0;  // of the run so far
    std::uint32_t end = 0;
    const auto finish_run = [&] {
      total.words += divide_up(kBytesPerColumn * columns, 4);
      total.runs += columns != 0;
      columns = 0;
    };
    for (const auto* layer : order) {
      if (((layer->processors >> processor) & 1) == 0) continue;
      if (layer->occupied_begin != end) finish_run();
      columns += layer->written_in(processor);
      end = layer->occupied_end;
    }
    finish_run();
  }
  return total;
}

std::uint64_t bias_words(const ProgramPlacement& placement) {
  std::uint64_t words = 0;
  for (const auto level : placement.bias_levels) words += level;
  return words;
}

std::uint64_t register_words(const Program& program, double registers_per_layer_and_quadrant) {
  return std::uint64_t(std::llround(registers_per_layer_and_quadrant * double(program.layers.size()) *
                                    quadrants_used(program)));
}

}  // namespace synergy::accel_model
