// How many clock cycles of the accelerator a layer takes, by the vendor tool's formula.
//
// The formula is the tool's for a MAX78000 and was measured to hold within about 1 % for a MAX78002 whose
// pipeline is off; the pipeline's extra cycles are figures of a device profile (`cost.hpp`). Nothing the host
// does is contained. Width of weights and outputs, activation, bias and data format have no effect. Layers
// that stream are an estimate: the formula's figure and half of it more.
#pragma once

#include <cstdint>

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

inline constexpr std::uint64_t kStartCycles = 1;

/// `first_column` is where its weights start (`LayerPlacement::start`): a MAX78000 pays for it where a layer
/// with padding pools after its element-wise operation. 0 for a layer that the run passes over.
[[nodiscard]] std::uint64_t layer_cycles(const Layer& layer, schemas::AcceleratorKind kind,
                                         std::uint32_t first_column);
/// kStartCycles and all layers. `placement` must be the program's on that chip.
[[nodiscard]] std::uint64_t program_cycles(const Program& program, schemas::AcceleratorKind kind,
                                           const ProgramPlacement& placement);

/// Multiplications of one inference as the vendor's tool counts them: those with zeros of padding included,
/// and those with the zeros that a transposed convolution puts between pixels; 0 for a layer without weights.
[[nodiscard]] std::uint64_t macs(const Layer& layer);

}  // namespace synergy::accel_model
