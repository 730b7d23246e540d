// Weights for models that have none: the same numbers on every machine, from one seed.
//
// A model file with `weights_seed` describes a network's sizes exactly without carrying anyone's trained
// numbers. Time, memory and energy do not depend on the values, and the arithmetic can be compared as well on
// these.
//
// Every tensor has a stream of its own, so it does not matter in which order, or whether at all, the others
// are made. Value i of a stream is mix(key + (i + 1) x 0x9e3779b97f4a7c15), which is the generator splitmix64
// (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014) started at `key`:
//
//   key     = mix(mix(seed) + 2 x layer + role)   layer: its index in the whole model
//   mix(z)  : z ^= z >> 30; z *= 0xbf58476d1ce4e5b9; z ^= z >> 27; z *= 0x94d049bb133111eb; z ^= z >> 31
//   role    : 0 weights, 1 bias
//
// Values are spread over the width's whole range with a mean of exactly zero, because sums of activations
// that are never negative would otherwise run off to one side (`value_of` in the source file).
#pragma once

#include <cstdint>

#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// Of every layer with weights or bias. Layers that name the same weights (or bias) get those of the first of
/// them in `program`. The result passes `check_weights`, and no tensor is all zero.
[[nodiscard]] ModelWeights generate_weights(const accel_model::Program& program, std::uint64_t seed);

}  // namespace synergy::accel
