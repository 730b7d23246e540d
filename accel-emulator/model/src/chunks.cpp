// Where a program can be cut, and what one piece looks like.
#include <algorithm>
#include <bit>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel_model {
namespace {

bool uses_buffer(const Layer& layer) {
  return layer.buffer_shift != 0 || layer.buffer_insert != 0 ||
         std::find(layer.sources.begin(), layer.sources.end(), kBuffer) != layer.sources.end();
}

void turn(std::uint64_t& mask, int quadrants) {
  mask = std::rotr(mask, quadrants * int(kProcessorsPerQuadrant));
}

// The quadrants are alike, so turning all masks changes nothing but which of them is used.
void turn_to_quadrant_0(Program& chunk) {
  const int lowest = std::countr_zero(processors_used(chunk)) / int(kProcessorsPerQuadrant);
  for (auto& layer : chunk.layers) {
    turn(layer.processors, lowest);
    turn(layer.output_processors, lowest);
    for (auto& quadrant : layer.bias_quadrants)
      quadrant = (quadrant + kQuadrants - std::uint32_t(lowest)) % kQuadrants;
  }
  if (chunk.buffer) turn(chunk.buffer->processors, lowest);
}

// Sources and hardware numbers count from the chunk's first layer on.
void renumber(Program& chunk, std::uint32_t first) {
  for (std::size_t k = 0; k < chunk.layers.size(); ++k) {
    chunk.layers[k].sequence = std::uint32_t(k);
    for (auto& source : chunk.layers[k].sources)
      if (source != kBuffer) source = std::max(source - Source(first), kInput);
  }
}

/// What of a program is needed after a boundary.
struct Live {
  Source earliest = kBuffer;  ///< of what later layers read of it: only the layer just before is allowed
  bool reads = false, buffer = false;
};

Live live_after(const Program& program, std::uint32_t cut) {
  Live live;
  for (std::size_t k = cut; k < program.layers.size(); ++k) {
    live.buffer |= uses_buffer(program.layers[k]);
    for (const Source source : program.layers[k].sources) {
      if (source == kBuffer || source >= Source(cut)) continue;
      live.earliest = live.reads ? std::min(live.earliest, source) : source;
      live.reads = true;
    }
  }
  return live;
}

bool is_clean(const Program& program, std::uint32_t cut) {
  const Layer &before = program.layers[cut - 1], &after = program.layers[cut];
  if (before.skipped || after.skipped || after.streaming || before.output_width != 8) return false;
  const auto begin = program.layers.begin(), end = begin + cut;
  if (std::any_of(begin, end, [](const Layer& layer) { return layer.is_output; })) return false;
  const Live live = live_after(program, cut);
  if (live.buffer && std::any_of(begin, end, uses_buffer)) return false;
  return live.reads && live.earliest == Source(cut) - 1;
}

}  // namespace

Program chunk_of(const Program& program, std::uint32_t first, std::uint32_t last) {
  SYNERGY_CHECK(first <= last && last < program.layers.size(), "a chunk lies within its program");
  Program chunk = program;
  const bool whole = first == 0 && last + 1 == program.layers.size();
  if (!whole) {
    chunk.layers.assign(program.layers.begin() + first, program.layers.begin() + last + 1);
    chunk.first_layer = program.first_layer + first;
    if (first > 0) {
      chunk.input_shape = program.layers[first - 1].output;
      chunk.fifo = schemas::Fifo::kNone;
    }
    renumber(chunk, first);
    if (last + 1 != program.layers.size()) chunk.result = schemas::ResultKind::kRaw;
    if (std::none_of(chunk.layers.begin(), chunk.layers.end(), uses_buffer)) chunk.buffer.reset();
  }
  turn_to_quadrant_0(chunk);
  return chunk;
}

std::vector<std::uint32_t> clean_cuts(const Program& program) {
  std::vector<std::uint32_t> cuts;
  for (std::uint32_t k = 1; k < program.layers.size(); ++k)
    if (is_clean(program, k)) cuts.push_back(k);
  return cuts;
}

}  // namespace synergy::accel_model
