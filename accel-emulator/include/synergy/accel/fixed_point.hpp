// The number formats and every rounding of the accelerator. This file is the definition.
//
// Activations, weights and biases are signed bytes; an accumulator is exact in 32 bits. Ties round towards
// plus infinity where an accumulator becomes a byte, and a division of an average truncates towards zero:
// the two must not be mixed up.
#pragma once

#include <algorithm>
#include <cstdint>

namespace synergy::accel {

/// The accumulator starts at the bias times this.
inline constexpr std::int32_t kBiasScale = 128;
/// An accumulator is worth 2^-7 of an output step.
inline constexpr int kOutputFractionBits = 7;

[[nodiscard]] constexpr std::int8_t saturate_to_int8(std::int64_t value) {
  return std::int8_t(std::clamp<std::int64_t>(value, -128, 127));
}

/// floor(accumulator x 2^shift / 128 + 1/2) for shift -15 to 15, without saturation.
[[nodiscard]] constexpr std::int64_t round_half_up(std::int32_t accumulator, int shift) {
  const std::int64_t scaled = std::int64_t(accumulator) * (std::int64_t{1} << std::max(shift, 0));
  const int right = kOutputFractionBits - std::min(shift, 0);
  return (scaled + (std::int64_t{1} << (right - 1))) >> right;
}

/// The byte that a convolution or linear layer writes, before its activation.
[[nodiscard]] constexpr std::int8_t requantize(std::int32_t accumulator, int shift) {
  return saturate_to_int8(round_half_up(accumulator, shift));
}

[[nodiscard]] constexpr std::int8_t relu(std::int8_t value) { return std::max<std::int8_t>(value, 0); }

/// Of a saturated value: -128 becomes 127.
[[nodiscard]] constexpr std::int8_t absolute(std::int8_t value) {
  return saturate_to_int8(value < 0 ? -std::int64_t(value) : value);
}

/// Mean of `count` values with that sum, truncated towards zero.
[[nodiscard]] constexpr std::int8_t average_toward_zero(std::int32_t sum, std::int32_t count) {
  return std::int8_t(sum / count);
}
/// The same, rounded to the nearest; ties away from zero.
[[nodiscard]] constexpr std::int8_t average_half_away_from_zero(std::int32_t sum, std::int32_t count) {
  const std::int32_t twice = 2 * sum + (sum < 0 ? -count : count);
  return saturate_to_int8(twice / (2 * count));
}

}  // namespace synergy::accel
