#include "synergy/execution/plan_task.hpp"

#include <algorithm>

namespace synergy::execution {
namespace {

/// Tasks that touch the accelerator belong to the chain of their run on that device, until what they made has
/// left.
void set_chain(const schemas::CollaborationPlan& plan, const schemas::Step& step, bool receives,
               WaitingTask& task) {
  const bool on_accelerator =
      std::find(task.units.begin(), task.units.end(), schemas::Unit::kAccelerator) != task.units.end();
  if (!on_accelerator) return;
  task.chain = task.place.turn * plan.pipelines.size() + task.place.pipeline + 1;
  task.ends_chain =
      step.kind == schemas::TaskKind::kUnload || (step.kind == schemas::TaskKind::kTransfer && !receives);
}

}  // namespace

std::uint32_t execution_index(const schemas::PipelinePlan& pipeline, std::uint64_t turn) {
  return pipeline.sequence.empty() ? 0 : pipeline.sequence[turn % pipeline.sequence.size()];
}

const schemas::ExecutionPlan& execution_of(const schemas::CollaborationPlan& plan, const TaskPlace& place) {
  const auto& pipeline = plan.pipelines[place.pipeline];
  return pipeline.executions[execution_index(pipeline, place.turn)];
}

WaitingTask waiting_task(const schemas::CollaborationPlan& plan, const TaskPlace& place, bool receives,
                         ModelTime ready) {
  const auto& step = execution_of(plan, place).steps[place.step];
  const auto& device = receives ? step.to : step.device;
  WaitingTask task;
  task.ready = ready;
  task.priority = plan.pipelines[place.pipeline].priority;
  task.place = place;
  for (const auto& held : schemas::units_held(step))
    if (held.device == device) task.units.push_back(held.unit);
  set_chain(plan, step, receives, task);
  return task;
}

}  // namespace synergy::execution
