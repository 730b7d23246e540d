// The virtual run of one device without a battery: harvest, store, policy and accelerator together.
//
// No time steps. The store goes from event to event in closed form (accel_model/energy_store.hpp): a
// threshold is met, a step of work ends, a change of the harvest that somebody waits for. Equal settings give
// equal reports on every machine.
//
// A step has its effect when it ends. If power is lost within it there is none, but for a save: of its bytes,
// as many are written as its time has passed, so that checkpoints are torn where a real one would be.
//
//   const auto device = DeviceFigures{.store = with_boot_of(chain, store)};
//   auto policy = make_policy("adaptive", chain, device);
//   auto report = run(chain, device, trace, **policy, {.length = std::chrono::minutes(10)});
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/harvested/network.hpp"
#include "synergy/harvested/policy.hpp"
#include "synergy/harvested/run_report.hpp"

namespace synergy::harvested {

struct RunSettings {
  Duration length{};  ///< above 0; the trace repeats
  Duration into_trace{};
  double volts = 0;                   ///< at the beginning; the device is off
  std::uint64_t most_inferences = 0;  ///< ends when so many are done; 0: no limit
  /// When inputs come, ascending, from the run's beginning; it ends with the last one's result. Nothing:
  /// inputs are always at hand.
  std::optional<std::vector<Duration>> arrivals{};
  /// The bytes of an input, by its number; always the same ones. Wanted where there is a network.
  std::function<Bytes(std::uint64_t number)> input{};
  /// Power fails in the event of that number (from 0; RunReport::events) after this share of its time, 0 to
  /// 1. At 1 all its time has passed and all bytes of a save are written, and nobody was told.
  std::function<std::optional<double>(std::uint64_t event)> fails{};
  bool keep_points = false;
  /// Is told each point of RunReport::points as it comes, and, where nothing happens for longer than
  /// `point_every`, what the charge was meanwhile. For pictures of runs that are too long to keep. It changes
  /// nothing in the report.
  std::function<void(const RunPoint& point)> point{};
  Duration point_every{};  ///< 0: no points in between
};

/// `network`: whose bytes travel; nothing: only counted. Fails with kInvalid as check_device(), where
/// settings are out of range, or a network has no inputs or other boundaries than the chain; with kNoFit
/// where the policy's queues are larger than the FRAM. No progress is a report, not a failure.
[[nodiscard]] Result<RunReport> run(const Chain& chain, const DeviceFigures& device,
                                    const accel_model::HarvestTrace& trace, Policy& policy,
                                    const RunSettings& settings, Network* network = nullptr);

}  // namespace synergy::harvested
