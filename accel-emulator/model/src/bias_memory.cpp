#include "bias_memory.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kBiasStep = 4;  ///< some begin at multiples of it

std::uint32_t up4(std::uint32_t value) { return (value + kBiasStep - 1) / kBiasStep * kBiasStep; }

std::vector<std::uint32_t> quadrants_of(std::uint64_t mask) {
  std::vector<std::uint32_t> quadrants;
  for (std::uint32_t q = 0; q < kQuadrants; ++q)
    if ((mask >> (q * kProcessorsPerQuadrant)) & 0xffff) quadrants.push_back(q);
  return quadrants;
}

// Not in one quadrant.
bool spreads(const Layer& layer) { return layer.depthwise() || layer.in_all_quadrants; }

Error no_room(const Program& program, std::size_t k, const DeviceConstants& chip, std::uint32_t bytes,
              std::uint32_t level) {
  const std::uint32_t size = chip.bias_bytes_per_quadrant;
  return {ErrorCode::kNoFit, layer_label(program, k) + " needs " + std::to_string(bytes) +
                                 " bytes of bias memory in one quadrant; the emptiest of the " +
                                 std::string(chip.name) + " has " +
                                 std::to_string(level < size ? size - level : 0) + " left"};
}

using Bytes = BiasChannels;

// With equal masks the hardware takes biases of every fourth processor in turn.
std::uint32_t bias_position(std::uint32_t processor, bool broadcast) {
  const std::uint32_t p = processor % kProcessorsPerQuadrant;
  return broadcast ? p % 4 * 4 + p / 4 : p;
}

// The pass that begins with channel `from` of the layer.
void add_pass(const Layer& layer, std::uint32_t from, Bytes& bytes) {
  const bool broadcast = layer.processors == layer.output_processors;
  const std::uint64_t mask = layer.processors;
  const std::uint32_t first = std::uint32_t(std::countr_zero(mask));
  const std::uint32_t last = 63 - std::uint32_t(std::countl_zero(mask));
  const std::uint32_t first_quadrant = first / kProcessorsPerQuadrant;
  const bool one_quadrant = first_quadrant == last / kProcessorsPerQuadrant;
  for (std::uint32_t q = first_quadrant; q <= last / kProcessorsPerQuadrant; ++q) {
    const std::uint32_t base = q * kProcessorsPerQuadrant;
    const std::uint32_t begin = one_quadrant && !broadcast ? first - base : 0;
    const std::uint32_t end =
        broadcast ? kProcessorsPerQuadrant : std::min(last + 1 - base, kProcessorsPerQuadrant);
    std::vector<std::int32_t> pass(end - begin, kUnusedBias);
    for (std::uint32_t p = base + begin; p < base + end; ++p) {
      const std::uint64_t below = (std::uint64_t{1} << p) - 1;
      const std::uint32_t channel = from + std::uint32_t(std::popcount(mask & below));
      if (((mask >> p) & 1) != 0 && channel < layer.output.channels)
        pass[bias_position(p, broadcast) - begin] = std::int32_t(channel);
    }
    // Without broadcast the first quadrant's gap lies behind its biases.
    if (!broadcast && q == first_quadrant)
      std::rotate(pass.begin(), pass.begin() + (first - base - begin), pass.end());
    bytes[q].insert(bytes[q].end(), pass.begin(), pass.end());
  }
}

Bytes bytes_of_depthwise(const Layer& layer) {
  Bytes bytes;
  const std::uint32_t each = std::uint32_t(std::popcount(layer.processors));
  for (std::uint32_t from = 0; from < layer.output.channels; from += each) add_pass(layer, from, bytes);
  auto& last = bytes[(63 - std::uint32_t(std::countl_zero(layer.processors))) / kProcessorsPerQuadrant];
  while (!last.empty() && last.back() == kUnusedBias) last.pop_back();
  return bytes;
}

Bytes bytes_of_quad_fifo(const Layer& layer) {
  Bytes bytes;
  for (std::uint32_t o = 0; o < layer.output.channels; ++o) bytes[o % kQuadrants].push_back(std::int32_t(o));
  return bytes;
}

bool share_biases(const Layer& a, const Layer& b) {
  return a.has_bias && b.has_bias && a.bias == b.bias && a.groups == b.groups &&
         a.output.channels == b.output.channels && a.processors == b.processors &&
         a.output_processors == b.output_processors;
}

Status place_spread(const Program& program, std::size_t k, const DeviceConstants& chip,
                    ProgramPlacement& placement) {
  const Layer& layer = program.layers[k];
  for (std::size_t other = 0; other < k; ++other) {
    if (!spreads(program.layers[other]) || !share_biases(program.layers[other], layer)) continue;
    placement.layers[k].bias_quadrants = placement.layers[other].bias_quadrants;
    placement.layers[k].bias_offsets = placement.layers[other].bias_offsets;
    return {};
  }
  const Bytes bytes = layer.depthwise() ? bytes_of_depthwise(layer) : bytes_of_quad_fifo(layer);
  const bool aligned = layer.depthwise() && layer.processors == layer.output_processors;
  auto& levels = placement.bias_levels;
  for (std::uint32_t q = 0; q < kQuadrants; ++q) {
    if (bytes[q].empty()) continue;
    const std::uint32_t start = aligned ? up4(levels[q]) : levels[q];
    const auto size = std::uint32_t(bytes[q].size());
    if (start + size > chip.bias_bytes_per_quadrant) return no_room(program, k, chip, size, start);
    levels[q] = start + size;
    placement.layers[k].bias_offsets[q] = start;
    placement.layers[k].bias_quadrants |= 1u << q;
  }
  return {};
}

// A MAX78000 loses the first bias of a layer that streams from the start.
bool first_bias_is_lost(const DeviceConstants& chip, std::size_t k, const Layer& layer) {
  return chip.first_streaming_bias_is_lost && k == 0 && layer.streaming;
}

// Unused bytes stand for the processors below the mask's first one in its group of four, in every pass.
std::vector<std::int32_t> bytes_together(const Layer& layer, bool first_is_lost) {
  const std::uint32_t start = std::countr_zero(layer.output_processors) % kProcessorsPerInstance;
  const auto each = std::uint32_t(std::popcount(layer.output_processors));
  std::vector<std::int32_t> bytes(first_is_lost ? 1 : 0, kUnusedBias);
  for (std::uint32_t channel = 0; channel < layer.output.channels; ++channel) {
    if (channel % each == 0) bytes.insert(bytes.end(), start, kUnusedBias);
    bytes.push_back(std::int32_t(channel));
  }
  return bytes;
}

struct Biases {
  std::size_t layer;
  std::uint32_t bytes;
  std::vector<std::uint32_t> quadrants;  ///< where they may go
  bool first;                            ///< the MAX78000 places flattened layers before all others
  std::uint32_t rank;  ///< higher ones earlier: the bytes, or a whole quadrant if it is pinned
};

// In the order in which the vendor's tool gives them room.
std::vector<Biases> in_placing_order(const Program& program, const DeviceConstants& chip) {
  const auto used = quadrants_of(processors_used(program));
  std::vector<Biases> order;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    if (!layer.has_bias || spreads(layer)) continue;
    const auto& allowed = layer.bias_quadrants.empty() ? used : layer.bias_quadrants;
    const std::uint32_t start = std::countr_zero(layer.output_processors) % kProcessorsPerInstance;
    const bool dummy = first_bias_is_lost(chip, k, layer);
    const std::uint32_t bytes = layer.output.channels + start * layer.output_passes + (dummy ? 1 : 0);
    order.push_back({k, bytes, allowed, chip.flatten_bias_first && layer.flatten,
                     allowed.size() == 1 ? chip.bias_bytes_per_quadrant : bytes});
  }
  std::stable_sort(order.begin(), order.end(), [](const Biases& a, const Biases& b) {
    if (a.first != b.first) return a.first;
    return a.rank > b.rank;
  });
  return order;
}

Status place_together(const Program& program, const Biases& biases, const DeviceConstants& chip,
                      ProgramPlacement& placement) {
  auto& levels = placement.bias_levels;
  const auto emptiest = *std::min_element(biases.quadrants.begin(), biases.quadrants.end(),
                                          [&](auto a, auto b) { return levels[a] < levels[b]; });
  const std::uint32_t start = program.layers[biases.layer].calcx4 ? up4(levels[emptiest]) : levels[emptiest];
  if (start + biases.bytes > chip.bias_bytes_per_quadrant)
    return no_room(program, biases.layer, chip, biases.bytes, start);
  levels[emptiest] = start + biases.bytes;
  placement.layers[biases.layer].bias_quadrants = 1u << emptiest;
  placement.layers[biases.layer].bias_offsets[emptiest] = start;
  return {};
}

}  // namespace

BiasChannels bias_channels(const Program& program, std::size_t k, const ProgramPlacement& placement,
                           schemas::AcceleratorKind kind) {
  const Layer& layer = program.layers[k];
  const std::uint32_t quadrants = placement.layers[k].bias_quadrants;
  if (quadrants == 0) return {};
  if (layer.depthwise()) return bytes_of_depthwise(layer);
  if (layer.in_all_quadrants) return bytes_of_quad_fifo(layer);
  BiasChannels channels;
  channels[std::size_t(std::countr_zero(quadrants))] =
      bytes_together(layer, first_bias_is_lost(constants_of(kind), k, layer));
  return channels;
}

Status place_biases(const Program& program, const DeviceConstants& chip, ProgramPlacement& placement) {
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if (program.layers[k].has_bias && spreads(program.layers[k]))
      if (auto status = place_spread(program, k, chip, placement); !status) return status;
  for (const auto& biases : in_placing_order(program, chip))
    if (auto status = place_together(program, biases, chip, placement); !status) return status;
  return {};
}

}  // namespace synergy::accel_model
