// Runs that would go on for ever without a result, found before they begin.
#pragma once

#include <string>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/harvested/policy.hpp"

namespace synergy::harvested {

/// A proof that no inference would ever end, for people; empty: none was found. The device begins at `volts`.
[[nodiscard]] std::string why_no_progress(const Chain& chain, const DeviceFigures& device,
                                          const accel_model::HarvestTrace& trace, const Policy& policy,
                                          double volts);

}  // namespace synergy::harvested
