// One model on one device without a battery, on one harvest, from files: what a virtual run needs.
#pragma once

#include <optional>
#include <string>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/base/result.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/harvested/policy.hpp"

namespace synergy::harvested_offline {

using harvested::Chain;
using harvested::DeviceFigures;

struct CaseQuestion {
  std::string model;   ///< a name of deploy/models
  std::string device;  ///< a profile of deploy/devices, or its file
  std::string trace;   ///< a name of deploy/harvest, or a file; empty: the device's own
  /// In the place of the device's own figures.
  std::optional<double> capacitance_uf{}, retained_mw{}, boot_ms{};
  bool inputs_at_hand = false;  ///< an input is sensed when it is wanted, and takes no FRAM
};

struct Case {
  std::string model, device, harvest;  ///< names
  Chain chain;
  DeviceFigures figures;  ///< boots as the chain does
  accel_model::HarvestTrace trace;
};

/// Fails with kNotFound and kInvalid; the message names the file, or what there is. A device with a battery
/// is kInvalid, and so is a figure in the place of another that contradicts the profile.
[[nodiscard]] Result<Case> read_case(const documents::DeployFolder& deploy, const CaseQuestion& question);

}  // namespace synergy::harvested_offline
