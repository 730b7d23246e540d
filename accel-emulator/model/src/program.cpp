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
  const Layer& one = program.layers[layer];
  return (one.place.empty() ? program_label(program) + ", layer " : one.place + ": layer ") +
         std::to_string(program.first_layer + layer) + " '" + one.name + "'";
}

std::string program_label(const Program& program) {
  return program.place.empty() ? "model '" + program.model.text() + "'" : program.place;
}

std::uint32_t passes_for(std::uint32_t channels, std::uint32_t most) { return (channels + most - 1) / most; }

std::uint32_t channels_per_pass(std::uint32_t channels, std::uint32_t most) {
  const std::uint32_t passes = passes_for(channels, most);
  if (passes <= 1) return channels;
  const std::uint32_t even = (channels + passes - 1) / passes;
  const std::uint32_t fours =
      (even + kProcessorsPerInstance - 1) / kProcessorsPerInstance * kProcessorsPerInstance;
  return std::min(fours, most);
}

std::size_t Program::first_run() const {
  const auto runs = std::find_if(layers.begin(), layers.end(), [](const Layer& l) { return !l.skipped; });
  SYNERGY_CHECK(runs != layers.end(), "a program has a layer that runs");
  return std::size_t(runs - layers.begin());
}

std::size_t Program::last_run() const {
  const auto runs = std::find_if(layers.rbegin(), layers.rend(), [](const Layer& l) { return !l.skipped; });
  SYNERGY_CHECK(runs != layers.rend(), "a program has a layer that runs");
  return std::size_t(layers.rend() - runs) - 1;
}

std::uint64_t processors_used(const Program& program) {
  std::uint64_t used = program.layers[program.last_run()].output_processors;
  for (const auto& layer : program.layers) used |= layer.processors;
  return used;
}

std::uint32_t quadrants_used(const Program& program) {
  std::uint32_t quadrants = 0;
  for (std::uint64_t used = processors_used(program); used != 0; used >>= kProcessorsPerQuadrant)
    quadrants += (used & 0xffff) != 0;
  return quadrants;
}

}  // namespace synergy::accel_model
