// The part of a check that concerns memory images.
#pragma once

#include "synergy/accel_kat/check.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::accel_kat {

/// Compares every image that the folder holds, and by digest those it does not hold.
void compare_images(const KnownAnswer& answer, const std::vector<accel::LayerOutput>& outputs,
                    const accel_model::ProgramPlacement& placement, CaseReport& report);

}  // namespace synergy::accel_kat
