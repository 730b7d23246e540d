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

}  // namespace synergy::accel_model
