// A step of a plan as a task that waits for one device's units: which units it holds, and with what priority.
#pragma once

#include "synergy/execution/device_task.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

/// By which of its execution plans a pipeline makes the run of that turn.
[[nodiscard]] std::uint32_t execution_index(const schemas::PipelinePlan& pipeline, std::uint64_t turn);
[[nodiscard]] const schemas::ExecutionPlan& execution_of(const schemas::CollaborationPlan& plan,
                                                         const TaskPlace& place);

/// Without overlap one run is under way at a time. The pipelines of a cycle's runs in turn, the runs of each
/// spread evenly.
[[nodiscard]] std::vector<std::uint32_t> pipelines_in_turn(const schemas::CollaborationPlan& plan);

/// The units of `device` that the step holds.
[[nodiscard]] UnitList units_held_on(const DeviceId& device, const schemas::Step& step);

/// The task as it waits for its units; `step` is the plan's at the task's place.
[[nodiscard]] WaitingTask waiting_task(const schemas::CollaborationPlan& plan, const schemas::Step& step,
                                       const DeviceTask& task, ModelTime ready);

}  // namespace synergy::execution
