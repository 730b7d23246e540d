// Whether a chip would run a program at all: the refusals of the vendor's tool, in plain words.
//
// Weight and bias memory are not judged here, because they depend on what else is resident (`placement.hpp`).
#pragma once

#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

/// Fails at the first rule broken: kNoFit where another chip or smaller layer could help (data memory, sizes,
/// passes, number of layers), else kInvalid. The message names chip, layer, what is needed and what there is.
Status check_rules(const Program& program, schemas::AcceleratorKind kind);

/// Whether every layer that runs finds in data memory what its sources wrote there: each value, followed from
/// the layer that wrote it to the one that reads it. The vendor's tool warns of some such mistakes and sees
/// others not at all, so recorded networks need not pass; our own models must. Fails with kInvalid naming the
/// layer that reads, the value and what lies there instead.
///
/// Layers that stream are passed over: their tensors lie in rolling buffers. Linear in the sizes of all
/// tensors.
Status check_reads(const Program& program);

}  // namespace synergy::accel_model
