#include "bias_memory.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace synergy::accel_model {
namespace {

struct Biases {
  std::size_t layer;
  std::uint32_t bytes;
  bool first;   ///< the MAX78000 places flattened layers before all others
  bool pinned;  ///< only one place to go
};

std::vector<std::uint32_t> available_quadrants(const Program& program) {
  std::vector<std::uint32_t> quadrants;
  const std::uint64_t used = processors_used(program);
  for (std::uint32_t q = 0; q < kQuadrants; ++q)
    if ((used >> (q * kProcessorsPerQuadrant)) & 0xffff) quadrants.push_back(q);
  return quadrants;
}

// In the order in which the vendor's tool gives them room.
std::vector<Biases> in_placing_order(const Program& program, const DeviceConstants& chip, bool one_quadrant) {
  std::vector<Biases> order;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    if (!layer.has_bias) continue;
    const std::uint32_t start = std::countr_zero(layer.output_processors) % kProcessorsPerInstance;
    const std::uint32_t bytes = layer.output.channels + start * layer.output_passes;
    order.push_back({k, bytes, chip.flatten_bias_first && layer.flatten,
                     one_quadrant || bytes == chip.bias_bytes_per_quadrant});
  }
  std::stable_sort(order.begin(), order.end(), [](const Biases& a, const Biases& b) {
    if (a.first != b.first) return a.first;
    if (a.pinned != b.pinned) return a.pinned;
    return a.bytes > b.bytes;
  });
  return order;
}

}  // namespace

Result<BiasLevels> place_biases(const Program& program, const DeviceConstants& chip) {
  BiasLevels levels{};
  const auto quadrants = available_quadrants(program);
  for (const auto& biases : in_placing_order(program, chip, quadrants.size() == 1)) {
    const auto emptiest = *std::min_element(quadrants.begin(), quadrants.end(),
                                            [&](auto a, auto b) { return levels[a] < levels[b]; });
    if (levels[emptiest] + biases.bytes > chip.bias_bytes_per_quadrant)
      return Error{ErrorCode::kNoFit,
                   layer_label(program, biases.layer) + " needs " + std::to_string(biases.bytes) +
                       " bytes of bias memory in one quadrant; the emptiest of the " +
                       std::string(chip.name) + " has " +
                       std::to_string(chip.bias_bytes_per_quadrant - levels[emptiest]) + " left"};
    levels[emptiest] += biases.bytes;
  }
  return levels;
}

}  // namespace synergy::accel_model
