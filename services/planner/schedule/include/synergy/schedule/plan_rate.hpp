// The rates of a collaboration plan as published: computed from its unit orders, depths and buffer slots
// alone, by the rules that executors follow. All turns of the orders are taken to be used: where a paced
// pipeline passes over some of its turns, the others of its group are no slower.
//
// A task starts when the task before it in its run has ended, every unit it holds is free and its turn there
// has come, and its buffers have a free slot; the first task of a run also waits until fewer than `depth`
// runs of its pipeline are under way. Without overlap it waits for the end of the run before it, of any
// pipeline.
#pragma once

#include <string>

#include "synergy/base/result.hpp"
#include "synergy/schedule/cycle.hpp"
#include "synergy/schedule/event_graph.hpp"

namespace synergy::schedule {

/// Of a plan, or a part of one. One node a task of the cycle, in the order of `cycle.tasks`: the task's
/// start. Fails with kInvalid when a unit's order or a buffer names a task that does not exist, or when a run
/// has none.
[[nodiscard]] Result<EventGraph> event_graph(const schemas::CollaborationPlan& plan, const Cycle& cycle);

/// The cycle of a group of pipelines (cycle.hpp).
struct GroupRate {
  double cycle_ns = 0;     ///< in the long run
  std::string bottleneck;  ///< what bounds it: a unit, or the tasks that wait for each other
};

/// Of a plan whose pipelines are one group. Fails with kInvalid (as event_graph) or kConflict (the orders
/// contradict each other).
[[nodiscard]] Result<GroupRate> group_rate(const schemas::CollaborationPlan& plan);

/// One for each pipeline, that of its group. Fails as group_rate().
[[nodiscard]] Result<std::vector<GroupRate>> plan_rate(const schemas::CollaborationPlan& plan);

}  // namespace synergy::schedule
