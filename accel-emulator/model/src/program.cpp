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

Program chunk_of(const Program& program, std::uint32_t first, std::uint32_t last) {
  SYNERGY_CHECK(first <= last && last < program.layers.size(), "a chunk lies within its program");
  Program chunk;
  chunk.model = program.model;
  chunk.first_layer = program.first_layer + first;
  chunk.layers.assign(program.layers.begin() + first, program.layers.begin() + last + 1);
  if (last + 1 == program.layers.size()) chunk.result = program.result;

  const int lowest = std::countr_zero(processors_used(chunk)) / int(kProcessorsPerQuadrant);
  for (auto& layer : chunk.layers) {
    layer.processors = std::rotr(layer.processors, lowest * int(kProcessorsPerQuadrant));
    layer.output_processors = std::rotr(layer.output_processors, lowest * int(kProcessorsPerQuadrant));
  }
  return chunk;
}

std::vector<std::uint32_t> clean_cuts(const Program& program) {
  // Every layer reads the layer before it and nothing else.
  std::vector<std::uint32_t> cuts;
  for (std::uint32_t k = 1; k < program.layers.size(); ++k) cuts.push_back(k);
  return cuts;
}

}  // namespace synergy::accel_model
