// How many 32-bit words the host moves to use a program: input, output, weights, biases, registers.
//
// The host reaches the accelerator by words only, so bytes are a poor measure: a 3-channel HWC picture takes
// a word a pixel, a 1-channel CHW picture a word per four pixels.
#pragma once

#include <cstdint>

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

/// HWC: one word per pixel, operand, pass and instance, also where a shorter last pass leaves the instance
/// out; through a FIFO, one per pixel and four channels. CHW: four pixels a word, channel by channel.
[[nodiscard]] std::uint64_t input_words(const Program& program);
/// 8 bit: one word per pixel, pass and instance in use in that pass; 32 bit: one per value.
[[nodiscard]] std::uint64_t output_words(const Program& program);

/// The express loader packs each run of adjacent columns of a processor into words, after one byte write that
/// says where it begins. (Holes of an output mask shorten a run here; they do not split it.)
struct WeightWords {
  std::uint64_t words = 0;
  std::uint64_t runs = 0;  ///< byte writes
  bool operator==(const WeightWords&) const = default;
};
[[nodiscard]] WeightWords weight_words(const ProgramPlacement& placement);

/// One word per bias byte.
[[nodiscard]] std::uint64_t bias_words(const ProgramPlacement& placement);

/// Layer registers: `registers_per_layer_and_quadrant` (a device profile's figure) x layers x quadrants used.
[[nodiscard]] std::uint64_t register_words(const Program& program, double registers_per_layer_and_quadrant);

}  // namespace synergy::accel_model
