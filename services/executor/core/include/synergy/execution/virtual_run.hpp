// A plan carried out in discrete virtual time: every device's logic (device_runs.hpp), which is that of the
// live executors, and the dispatcher's rule of runs in flight, driven by an event list instead of a clock.
//
// A plan of dynamic order is followed without its buffer slots, as in the live mesh. The same plan and
// settings give the same run on every machine. Every pipeline makes `rounds` runs at least, in whole cycles
// of the plan; pipelines that share no unit go each at their own pace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

struct VirtualSettings {
  std::uint64_t rounds = 1000;
  std::uint64_t warm_up = 100;  ///< first runs of each pipeline, of them, that are not measured
  /// Told now and then which part of all runs has ended, from 0 to 1.
  std::function<void(double part)> tell{};
};

struct VirtualPipeline {
  AppId app;
  std::vector<Duration> latencies;  ///< of the measured runs, in order of the runs; queueing included
  double energy_uj = 0;             ///< tasks, mean of a run
  double runs_per_second = 0;       ///< of the measured runs
};

struct VirtualUnit {
  schemas::UnitRef unit;
  Duration busy{0};  ///< held, from the first run to the last
  Duration time{0};  ///< until the last task of the unit ended
};

struct VirtualPower {
  DeviceId device;
  double tasks_mw = 0;  ///< of the measured runs' tasks on it, at the measured rates; idle power not included
};

struct VirtualRun {
  double rounds_per_second = 0;  ///< the lowest of the pipelines' rates
  double energy_uj = 0;          ///< tasks of a run, mean over all runs at the measured rates
  Duration time{0};              ///< until the last run ended
  std::vector<VirtualPipeline> pipelines;
  std::vector<VirtualUnit> units;
  std::vector<VirtualPower> devices;  ///< those that the plan uses, by id
};

/// Fails with kConflict when everything waits for everything (a plan whose orders contradict each other, or a
/// dynamic order that ran into a standstill); kInvalid when there are fewer than warm_up + 1 rounds or no
/// pipelines.
[[nodiscard]] Result<VirtualRun> run_virtually(const schemas::CollaborationPlan& plan,
                                               const VirtualSettings& settings);

}  // namespace synergy::execution
