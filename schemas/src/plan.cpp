#include "synergy/schemas/plan.hpp"

#include <algorithm>
#include <set>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

/// Whether the step's `chunk` means one of the execution plan's chunks.
bool is_of_a_chunk(const Step& step) {
  return step.kind == TaskKind::kSwitch || step.kind == TaskKind::kLoad || step.kind == TaskKind::kInfer ||
         step.kind == TaskKind::kUnload || step.kind == TaskKind::kUnpack || step.unloads || step.loads;
}

bool is_in(const CollaborationPlan& plan, const TaskRef& task) {
  if (task.pipeline >= plan.pipelines.size() || task.run >= plan.rounds_per_cycle) return false;
  const auto& executions = plan.pipelines[task.pipeline].executions;
  return task.execution < executions.size() && task.step < executions[task.execution].steps.size();
}

}  // namespace

Status Chunk::check() const {
  if (last_layer < first_layer) return wrong("the chunk's last layer is before its first");
  return check_name("device", device.text());
}

Status Step::check() const {
  if (kind == TaskKind::kTransfer) {
    if (auto status = check_name("the transfer's receiver", to.text()); !status) return status;
    if (to == device) return wrong("the transfer goes from '" + to.text() + "' to itself");
  }
  return first_of(check_name("device", device.text()), check_duration("the step's duration", duration),
                  check_at_most("'bytes'", bytes, kMaxTensorBytes), check_amount("'energy_uj'", energy_uj));
}

Status TensorBuffer::check() const {
  if (slots == 0) return wrong("a tensor buffer needs at least one slot");
  if (last_step < first_step) return wrong("a tensor buffer is left before it is taken");
  return first_of(check_name("device", device.text()), check_at_most("'bytes'", bytes, kMaxTensorBytes),
                  check_at_most("'slots'", slots, kMaxRunsInFlight));
}

Status ExecutionPlan::check() const {
  if (chunks.empty()) return wrong("an execution plan needs at least one chunk");
  if (steps.empty()) return wrong("an execution plan needs at least one step");
  for (const auto& buffer : buffers)
    if (buffer.last_step >= steps.size())
      return wrong("a tensor buffer is held to step " + std::to_string(buffer.last_step) + ", there are " +
                   std::to_string(steps.size()));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind != TaskKind::kTransfer && (steps[i].unloads || steps[i].loads))
      return wrong("step " + std::to_string(i) + " is streamed; only a transfer is");
    // What is streamed from one chunk to the next is of both.
    const auto last = std::size_t(steps[i].chunk) + (steps[i].unloads && steps[i].loads ? 1 : 0);
    if (is_of_a_chunk(steps[i]) && last >= chunks.size())
      return wrong("step " + std::to_string(i) + " is of chunk " + std::to_string(last) + ", there are " +
                   std::to_string(chunks.size()));
  }
  return first_of(check_amount("'share'", share, 1), check_name("source", source.text()),
                  check_name("target", target.text()), check_duration("the latency", latency),
                  check_amount("'energy_uj'", energy_uj));
}

Status PipelinePlan::check() const {
  if (executions.empty()) return wrong("a pipeline needs at least one execution plan");
  if (depth == 0) return wrong("'depth' must be at least 1");
  for (const auto execution : sequence)
    if (execution >= executions.size())
      return wrong("'sequence' names execution plan " + std::to_string(execution) + ", there are " +
                   std::to_string(executions.size()));
  if (output_width != 8 && output_width != 32)
    return wrong("'output_width' must be 8 or 32, found " + std::to_string(output_width));
  if (input.is_told() && input.values() != input_bytes)
    return wrong("'input' is " + to_text(input) + ", 'input_bytes' " + std::to_string(input_bytes));
  return first_of(check_name("app", app.text()), check_name("model", model.text()),
                  check_text("'sensing'", sensing, kMaxNameBytes),
                  check_at_most("'input_bytes'", input_bytes, kMaxTensorBytes),
                  check_at_most("'depth'", depth, kMaxRunsInFlight));
}

std::vector<std::string> warnings_on_input(const PipelinePlan& pipeline) {
  std::vector<std::string> warnings;
  const auto app = "app '" + pipeline.app.text() + "'";
  if (!pipeline.expects.empty() && pipeline.expects != pipeline.sensing)
    warnings.push_back("model '" + pipeline.model.text() + "' was made for sensor '" + pipeline.expects +
                       "'; " + app + " feeds it from '" + pipeline.sensing + "'");
  std::vector<std::string> noisy;
  for (const auto& execution : pipeline.executions)
    if (const auto source = execution.source.text();
        execution.generated && std::find(noisy.begin(), noisy.end(), source) == noisy.end())
      noisy.push_back(source);
  if (!noisy.empty())
    warnings.push_back(app + " computes on generated noise: no frames file of sensor '" + pipeline.sensing +
                       "' of " + list_of(noisy) + " has the shape " + to_text(pipeline.input) +
                       " (channels x rows x columns)");
  return warnings;
}

Status UnitOrder::check() const {
  return first_of(check_name("device", device.text()), check_duration("the unit's load", busy));
}

Status MemoryUse::check() const { return check_name("device", device.text()); }

const PipelinePlan* CollaborationPlan::find(const AppId& app) const {
  const auto found = std::find_if(pipelines.begin(), pipelines.end(),
                                  [&](const PipelinePlan& pipeline) { return pipeline.app == app; });
  return found == pipelines.end() ? nullptr : &*found;
}

Status CollaborationPlan::check() const {
  if (rounds_per_cycle == 0) return wrong("'rounds_per_cycle' must be at least 1");
  if (status == PlanStatus::kOptimal && stopped_by.value_or(StoppedBy::kProof) != StoppedBy::kProof)
    return wrong("a plan that is proved optimal was not stopped by " + std::string(name_of(*stopped_by)));
  std::set<AppId> apps;
  for (const auto& pipeline : pipelines)
    if (!apps.insert(pipeline.app).second)
      return wrong("app '" + pipeline.app.text() + "' has two pipelines");
  for (const auto& unit : units)
    for (const auto& task : unit.order)
      if (!is_in(*this, task))
        return wrong("the order of " + unit.device.text() + " " + std::string(name_of(unit.unit)) +
                     " names a task that the plan does not have");
  return first_of(check_amount("'rounds_per_second'", rounds_per_second),
                  check_duration("the latency", latency), check_amount("'energy_uj'", energy_uj));
}

template const StructInfo& describe<Chunk>();
template const StructInfo& describe<Step>();
template const StructInfo& describe<TensorBuffer>();
template const StructInfo& describe<ExecutionPlan>();
template const StructInfo& describe<PipelinePlan>();
template const StructInfo& describe<TaskRef>();
template const StructInfo& describe<UnitOrder>();
template const StructInfo& describe<MemoryUse>();
template const StructInfo& describe<LeftOut>();
template const StructInfo& describe<CollaborationPlan>();
template const StructInfo& describe<PlanMake>();
template const StructInfo& describe<Deployed>();
template const StructInfo& describe<Deploy>();
template const StructInfo& describe<PlanAgain>();

}  // namespace synergy::schemas
