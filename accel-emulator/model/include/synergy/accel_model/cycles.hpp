// How many clock cycles of the accelerator a layer takes, by the vendor tool's formula.
//
// The formula is the tool's for a MAX78000 and was measured to hold within about 1 % for a MAX78002 whose
// pipeline is off; the pipeline's extra cycles are figures of a device profile (`cost.hpp`). Nothing the host
// does is contained. Width of weights and outputs, activation, bias and data format have no effect.
#pragma once

#include <cstdint>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

inline constexpr std::uint64_t kStartCycles = 1;

[[nodiscard]] std::uint64_t layer_cycles(const Layer& layer);
/// kStartCycles and all layers.
[[nodiscard]] std::uint64_t program_cycles(const Program& program);

}  // namespace synergy::accel_model
