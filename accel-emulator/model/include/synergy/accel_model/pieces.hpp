// Whether several accelerators hold what one does not.
#pragma once

#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

/// Judges every piece between two neighbouring clean cuts: rules and memory, each piece alone on a chip of
/// the kind. What one chip has too little of for the whole program, e.g. weight memory, several chips may
/// have; what is too much for one piece no number of chips has. Fails with what is wrong with the first such
/// piece.
Status check_pieces(const Program& program, schemas::AcceleratorKind kind);

}  // namespace synergy::accel_model
