// The softmax that the vendor's generated code computes on the Arm core from a last layer's 32-bit results:
// powers of two instead of e, integers throughout.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel {

/// Probabilities in steps of 2^-15 of values in steps of 2^-14; what is 16 or more below the largest value is
/// 0, and 1 is 32767.
[[nodiscard]] std::vector<std::int16_t> softmax(std::span<const std::int32_t> values);

/// A last layer's output as `softmax` wants it. Accumulators of weights below 8 bits are scaled up. A byte is
/// worth 128 steps of the accumulator; the vendor's code has no softmax of bytes, this reading is ours.
[[nodiscard]] std::vector<std::int32_t> softmax_input(const accel_model::Layer& last,
                                                      const LayerOutput& output);

}  // namespace synergy::accel
