// One model on one device without a battery, on one harvest, from files.
#pragma once

#include <optional>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/intermittent/chain.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::intermittent_offline {

struct Question {
  std::string model;   ///< a name of deploy/models
  std::string device;  ///< a profile of deploy/devices, or its file
  std::string trace;   ///< a name of deploy/harvest, or a file; empty: the device's own
  /// In the place of the device's own figures.
  std::optional<double> capacitance_uf{}, retained_mw{}, boot_ms{};
  bool inputs_at_hand = false;  ///< an input is sensed when it is wanted, and takes no FRAM
};

struct Case {
  planner::Model model;
  schemas::DeviceProfile device;      ///< is_harvested(), and holds to its check()
  schemas::HarvestRecording harvest;  ///< its name, or what it was asked for by
  intermittent::Chain chain;

  /// What the device's energy store is on this harvest.
  [[nodiscard]] accel_model::StoreSettings store() const;
  /// The same with another capacitor of its kind: R C and series resistance stay.
  [[nodiscard]] accel_model::StoreSettings store_with(double capacitance_uf) const;
  [[nodiscard]] intermittent::Supply supply_with(double capacitance_uf) const;
};

/// Fails with kNotFound and kInvalid; the message names the file, or what there is. A device with a battery
/// is kInvalid, and so is a figure in the place of another that contradicts the profile.
[[nodiscard]] Result<Case> read_case(const documents::DeployFolder& deploy, const Question& question);

}  // namespace synergy::intermittent_offline
