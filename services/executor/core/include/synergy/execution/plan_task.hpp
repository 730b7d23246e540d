// A step of a plan as a task that waits for one device's units: which units it holds, and with what priority.
#pragma once

#include "synergy/execution/task_order.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

/// By which of its execution plans a pipeline makes the run of that turn.
[[nodiscard]] std::uint32_t execution_index(const schemas::PipelinePlan& pipeline, std::uint64_t turn);
[[nodiscard]] const schemas::ExecutionPlan& execution_of(const schemas::CollaborationPlan& plan,
                                                         const TaskPlace& place);

/// `receives`: the receiver's half of a transfer. The id is for the caller to set.
[[nodiscard]] WaitingTask waiting_task(const schemas::CollaborationPlan& plan, const TaskPlace& place,
                                       bool receives, ModelTime ready);

}  // namespace synergy::execution
