// What a run of a device without a battery was.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/harvested/network.hpp"

namespace synergy::harvested {

/// Results are read out of FRAM as soon as their checkpoint is there, each number once.
struct InferenceResult {
  std::uint64_t number = 0;  ///< of its input
  ModelTime at;
  Bytes bytes;  ///< none without a network
  bool operator==(const InferenceResult&) const = default;
};

/// For a picture. From here on the device is in `state`; the charge until the next point follows the harvest.
struct RunPoint {
  ModelTime at;
  double charge_uj = 0;
  accel_model::PowerState state = accel_model::PowerState::kDead;
};

struct RunReport {
  static constexpr std::size_t kStates = 5;

  std::vector<InferenceResult> results;  ///< by number, from 0
  std::uint64_t boots = 0, sleeps = 0, weight_loads = 0, saves = 0;
  std::uint64_t deaths = 0;                 ///< power was lost and nobody gave it up
  std::uint64_t deaths_in_segment = 0;      ///< of them, at work
  std::uint64_t failures_injected = 0;      ///< counted neither there nor here
  std::uint64_t events = 0;                 ///< boots, steps, sleeps and wakings: what a failure can hit
  accel_model::EnergyBooks books;           ///< uJ
  std::array<Duration, kStates> time_in{};  ///< by PowerState
  ModelTime end;
  std::vector<RunPoint> points;  ///< only if asked for
  /// Why the run ended at once: no inference would ever end. Empty: it did not.
  std::string no_progress;

  [[nodiscard]] std::uint64_t inferences() const { return results.size(); }
  [[nodiscard]] Duration time_in_state(accel_model::PowerState state) const {
    return time_in[std::size_t(state)];
  }
};

}  // namespace synergy::harvested
