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
  const auto ways = pipeline.sequence.size();
  if (ways < 2) return ways == 0 ? 0 : pipeline.sequence.front();
  return pipeline.sequence[turn % ways];
}

const schemas::ExecutionPlan& execution_of(const schemas::CollaborationPlan& plan, const TaskPlace& place) {
  const auto& pipeline = plan.pipelines[place.pipeline];
  return pipeline.executions[execution_index(pipeline, place.turn)];
}

std::vector<std::uint32_t> pipelines_in_turn(const schemas::CollaborationPlan& plan) {
  std::vector<std::pair<double, std::uint32_t>> places;  // run j of n has its place at (2 j + 1) / n
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::uint32_t j = 0; j < plan.pipelines[p].runs_per_cycle; ++j)
      places.emplace_back((2.0 * j + 1) / plan.pipelines[p].runs_per_cycle, p);
  std::sort(places.begin(), places.end());
  std::vector<std::uint32_t> turns;
  for (const auto& [place, p] : places) turns.push_back(p);
  return turns;
}

UnitList units_held_on(const DeviceId& device, const schemas::Step& step) {
  UnitList units;
  for (const auto& held : schemas::units_held(step))
    if (held.device == device) units.push_back(held.unit);
  return units;
}

WaitingTask waiting_task(const schemas::CollaborationPlan& plan, const schemas::Step& step,
                         const DeviceTask& task, ModelTime ready) {
  WaitingTask waiting;
  waiting.id = task.id;
  waiting.units = task.units;
  waiting.ready = ready;
  waiting.priority = plan.pipelines[task.place.pipeline].priority;
  waiting.place = task.place;
  set_chain(plan, step, task.receives, waiting);
  return waiting;
}

}  // namespace synergy::execution
