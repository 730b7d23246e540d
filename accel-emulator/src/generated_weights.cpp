#include "synergy/accel/generated_weights.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "synergy/base/splitmix64.hpp"

namespace synergy::accel {
namespace {

enum class Role : std::uint64_t { kWeights = 0, kBias = 1 };

/// The stream of one tensor.
SplitMix64 stream_of(std::uint64_t seed, std::uint64_t layer, Role role) {
  return SplitMix64(SplitMix64::mix(SplitMix64::mix(seed) + 2 * layer + std::uint64_t(role)));
}

// Of `bits` signed bits with half = 2^(bits-1), one value in 16 is -half, half - 1 or 1, whose sum is zero;
// all others are uniform from -(half - 1) to half - 1. One bit has only two values.
std::int8_t value_of(std::uint64_t random, std::uint32_t bits, bool binary) {
  const std::uint64_t choice = random % 16, rest = random / 16;
  if (bits == 1) return std::int8_t(binary ? (rest % 2 == 0 ? 1 : -1) : (rest % 2 == 0 ? 0 : -1));
  const std::int32_t half = 1 << (bits - 1);
  if (choice == 0) {
    const std::int32_t rare[] = {-half, half - 1, 1};
    return std::int8_t(rare[rest % 3]);
  }
  return std::int8_t(std::int32_t(rest % std::uint64_t(2 * half - 1)) - (half - 1));
}

std::vector<std::int8_t> values(SplitMix64 stream, std::uint64_t count, std::uint32_t bits, bool binary) {
  std::vector<std::int8_t> made(count);
  for (auto& value : made) value = value_of(stream.next(), bits, binary);
  // A tiny tensor may come out as nothing but zeros, which memory would treat as absent.
  if (!made.empty() && std::all_of(made.begin(), made.end(), [](auto value) { return value == 0; }))
    made.front() = std::int8_t(bits == 1 && !binary ? -1 : 1);
  return made;
}

}  // namespace

ModelWeights generate_weights(const accel_model::Program& program, std::uint64_t seed) {
  constexpr std::uint32_t kBiasBits = 8;
  std::map<std::string, std::uint64_t> first_with_weights, first_with_bias;
  ModelWeights made(program.layers.size());
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const auto& layer = program.layers[k];
    const std::uint64_t index = program.first_layer + k;
    if (has_weights(layer)) {
      const auto owner = first_with_weights.emplace(layer.weights, index).first->second;
      made[k].weights = values(stream_of(seed, owner, Role::kWeights), weight_count(layer), layer.weight_bits,
                               layer.binary);
    }
    if (layer.has_bias) {
      const auto owner = first_with_bias.emplace(layer.bias, index).first->second;
      made[k].bias = values(stream_of(seed, owner, Role::kBias), layer.output.channels, kBiasBits, false);
    }
  }
  return made;
}

}  // namespace synergy::accel
