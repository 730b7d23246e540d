// A cycle of many runs, made from a short one: the short cycle is repeated, and what other runs are wanted
// are put into its gaps.
//
// A cycle with many runs of some pipelines is hard to pack as a whole. But mostly one run of each pipeline
// already fills the busiest unit, and the further runs are those of pipelines that do not need it. So the
// short cycle, which is packed with all effort, keeps its rate, and the other pipelines gain what room there
// is.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/schedule/executable.hpp"

namespace synergy::schedule {

/// A plan with its counts and sequences, and when each task of its cycle (flatten) starts, in a given period.
struct LongerCycle {
  schemas::CollaborationPlan plan;
  std::vector<std::int64_t> starts;
  std::int64_t period = 0;
};

/// `base` is one group, executable, and `base_ns` its cycle. `wanted`: for each pipeline, the execution plan
/// of each of its runs; at least `times` times those of `base`. `shortest`: no period below it is taken. Of
/// the further runs, those that find no place, or no room in the SRAM, are left out. Returns one way to do
/// it, and a second where the first leaves runs out; nothing where the base's own orders can not be repeated.
[[nodiscard]] std::vector<LongerCycle> repeat_and_fill(const schemas::CollaborationPlan& base, double base_ns,
                                                       std::uint32_t times,
                                                       const std::vector<std::vector<std::uint32_t>>& wanted,
                                                       std::int64_t shortest, const Sram& sram);

}  // namespace synergy::schedule
