// One model on one device without a battery, on one harvest: what a virtual run needs of it.
#pragma once

#include <string>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/harvested/policy.hpp"
#include "synergy/intermittent_offline/case.hpp"

namespace synergy::harvested_offline {

using harvested::Chain;
using harvested::DeviceFigures;

struct Case {
  std::string model, device, harvest;  ///< names
  Chain chain;
  DeviceFigures figures;  ///< boots as the chain does
  accel_model::HarvestTrace trace;
};

/// What is planned with is run with. Fails as accel_model::HarvestTrace::of().
[[nodiscard]] Result<Case> run_case(intermittent_offline::Case planned);

/// Fails as intermittent_offline::read_case().
[[nodiscard]] Result<Case> run_case(const documents::DeployFolder& deploy,
                                    const intermittent_offline::Question& question);

}  // namespace synergy::harvested_offline
