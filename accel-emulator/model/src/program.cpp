#include "synergy/accel_model/program.hpp"

#include <algorithm>
#include <bit>

#include "synergy/base/check.hpp"

namespace synergy::accel_model {

std::string to_string(const Shape& shape) {
  return std::to_string(shape.channels) + " x " + std::to_string(shape.height) + " x " +
         std::to_string(shape.width);
}

std::string layer_label(const Program& program, std::size_t layer) {
  return "model '" + program.model.text() + "', layer " + std::to_string(program.first_layer + layer) + " '" +
         program.layers[layer].name + "'";
}

std::uint32_t passes_for(std::uint32_t channels) { return (channels + kProcessors - 1) / kProcessors; }

std::uint32_t channels_per_pass(std::uint32_t channels) {
  const std::uint32_t passes = passes_for(channels);
  if (passes <= 1) return channels;
  const std::uint32_t even = (channels + passes - 1) / passes;
  const std::uint32_t fours =
      (even + kProcessorsPerInstance - 1) / kProcessorsPerInstance * kProcessorsPerInstance;
  return std::min(fours, kProcessors);
}

std::uint64_t processors_used(const Program& program) {
  std::uint64_t used = program.layers.back().output_processors;
  for (const auto& layer : program.layers) used |= layer.processors;
  return used;
}

std::uint32_t quadrants_used(const Program& program) {
  std::uint32_t quadrants = 0;
  for (std::uint64_t used = processors_used(program); used != 0; used >>= kProcessorsPerQuadrant)
    quadrants += (used & 0xffff) != 0;
  return quadrants;
}

namespace {

// Only the 8-bit output of layer k - 1 is read from layer k on, and nothing before it is still to be kept.
bool is_clean(const Program& program, std::uint32_t k) {
  const Layer& before = program.layers[k - 1];
  if (before.output_width != 8 || before.skipped) return false;
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const Layer& layer = program.layers[i];
    if (i < k && layer.is_output) return false;
    if (i >= k && (layer.skipped || layer.buffer_insert > 0)) return false;
    for (const auto source : layer.sources)
      if (i >= k && (source == kInput || source == kBuffer || (source >= 0 && source < Source(k - 1))))
        return false;
  }
  return true;
}

}  // namespace

Program chunk_of(const Program& program, std::uint32_t first, std::uint32_t last) {
  SYNERGY_CHECK(first <= last && last < program.layers.size(), "a chunk lies within its program");
  Program chunk;
  chunk.model = program.model;
  chunk.first_layer = program.first_layer + first;
  chunk.layers.assign(program.layers.begin() + first, program.layers.begin() + last + 1);
  if (last + 1 == program.layers.size()) chunk.result = program.result;
  chunk.input_shape = first == 0 ? program.input_shape : program.layers[first - 1].output;
  chunk.overlap_data = program.overlap_data;
  chunk.legacy_operands = program.legacy_operands;
  chunk.weight_start = program.weight_start;
  if (first == 0) chunk.fifo = program.fifo;
  chunk.buffer = program.buffer;
  for (std::size_t k = 0; k < chunk.layers.size(); ++k) {
    Layer& layer = chunk.layers[k];
    if (first > 0) layer.sequence = std::uint32_t(k);
    for (auto& source : layer.sources)
      if (source >= 0) source = source < Source(first) ? kInput : source - Source(first);
  }

  const int lowest = std::countr_zero(processors_used(chunk)) / int(kProcessorsPerQuadrant);
  for (auto& layer : chunk.layers) {
    layer.processors = std::rotr(layer.processors, lowest * int(kProcessorsPerQuadrant));
    layer.output_processors = std::rotr(layer.output_processors, lowest * int(kProcessorsPerQuadrant));
  }
  return chunk;
}

std::vector<std::uint32_t> clean_cuts(const Program& program) {
  std::vector<std::uint32_t> cuts;
  for (std::uint32_t k = 1; k < program.layers.size(); ++k)
    if (is_clean(program, k)) cuts.push_back(k);
  return cuts;
}

}  // namespace synergy::accel_model
