// Makes a plan executable: the cyclic order of every unit, the runs in flight, the buffers and their slots;
// and says at which rate it then runs. Each group of pipelines (cycle.hpp) has a cycle of its own.
//
// What a reader gets wrong: the rate found is exact for the order found, but another order may be faster. No
// order is faster than the busiest unit allows (`bound_ns`), so where the two meet nothing is left to gain.
#pragma once

#include <limits>
#include <map>
#include <vector>

#include "synergy/schedule/plan_rate.hpp"

namespace synergy::schedule {

/// SRAM for tensors of each device: bytes. A tensor larger than that is never stored there.
using Sram = std::map<DeviceId, std::uint64_t>;

/// Of cycles of up to 16 runs; less where there are more.
struct Effort {
  std::uint32_t variants = 24;   ///< timetables tried for each period
  std::uint32_t evictions = 16;  ///< and more by trial and eviction, where those leave something to gain
};

/// What a pipeline is to have of a cycle: turns per second.
struct Wish {
  double at_least = 0;  ///< a cycle that gives fewer is taken only where no other is found
  double at_most = std::numeric_limits<double>::infinity();  ///< more are of no use to it
};
using Wishes = std::vector<Wish>;  ///< by pipeline; those that are left out wish for nothing

/// What became of a pipeline's group.
struct Executable {
  GroupRate rate;
  double bound_ns = 0;  ///< no cycle is shorter: the busiest unit's load, or all tasks without overlap
};

/// `plan.pipelines` (their executions' steps, their `runs_per_cycle` and sequences) and `plan.overlap` are
/// given; sets `units`, each pipeline's `depth`, each execution plan's `buffers`. Where a cycle can not be
/// packed with all runs that are asked for, it holds fewer runs of the faster pipelines (`runs_per_cycle`,
/// sequences and shares tell); which, is decided by `wishes`, the weights and the plan's objective. One for
/// each pipeline. Deterministic. Fails with kNoFit when the SRAM of a device does not hold one run of each
/// execution plan.
[[nodiscard]] Result<std::vector<Executable>> make_executable(schemas::CollaborationPlan& plan,
                                                              const Sram& sram, const Effort& effort = {},
                                                              const Wishes& wishes = {});

/// SRAM that the plan's buffers take on each device.
[[nodiscard]] std::map<DeviceId, std::uint64_t> sram_used(const schemas::CollaborationPlan& plan);

}  // namespace synergy::schedule
