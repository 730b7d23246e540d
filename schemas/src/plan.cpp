#include "synergy/schemas/plan.hpp"

#include <algorithm>
#include <map>
#include <numeric>
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
  if (task.pipeline >= plan.pipelines.size() || task.run >= plan.pipelines[task.pipeline].runs_per_cycle)
    return false;
  const auto& executions = plan.pipelines[task.pipeline].executions;
  return task.execution < executions.size() && task.step < executions[task.execution].steps.size();
}

}  // namespace

Status Step::check() const {
  if (kind == TaskKind::kTransfer) {
    if (auto status = check_name("the transfer's receiver", to.text()); !status) return status;
    if (to == device) return wrong("the transfer goes from '" + to.text() + "' to itself");
  }
  return {};
}

BodyPower body_power(const std::vector<DevicePower>& devices) {
  BodyPower body;
  for (const auto& device : devices) {
    body.power_mw += device.power_mw;
    if (!device.hours || (body.hours && *body.hours <= *device.hours)) continue;
    body.hours = device.hours;
    body.empty_first = device.device;
  }
  return body;
}

Status TensorBuffer::check() const {
  if (last_step < first_step) return wrong("a tensor buffer is left before it is taken");
  return {};
}

Status ExecutionPlan::check() const {
  for (const auto& buffer : buffers)
    if (buffer.last_step >= steps.size())
      return wrong("a tensor buffer is held to step " + std::to_string(buffer.last_step) + ", there are " +
                   std::to_string(steps.size()));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind != TaskKind::kTransfer && (steps[i].unloads || steps[i].loads))
      return wrong("step " + std::to_string(i) + " is streamed; only a transfer is");
    if (steps[i].kind != TaskKind::kSwitch && steps[i].reloads)
      return wrong("step " + std::to_string(i) + " loads weights; only a switch does");
    // What is streamed from one chunk to the next is of both.
    const auto last = std::size_t(steps[i].chunk) + (steps[i].unloads && steps[i].loads ? 1 : 0);
    if (is_of_a_chunk(steps[i]) && last >= chunks.size())
      return wrong("step " + std::to_string(i) + " is of chunk " + std::to_string(last) + ", there are " +
                   std::to_string(chunks.size()));
    if (steps[i].receiver_energy_uj > steps[i].energy_uj)
      return wrong("step " + std::to_string(i) + ": 'receiver_energy_uj' is more than its 'energy_uj'");
  }
  return {};
}

Status PipelinePlan::check() const {
  if (!sequence.empty() && sequence.size() != runs_per_cycle)
    return wrong("'sequence' has " + std::to_string(sequence.size()) + " entries, 'runs_per_cycle' is " +
                 std::to_string(runs_per_cycle));
  for (const auto execution : sequence)
    if (execution >= executions.size())
      return wrong("'sequence' names execution plan " + std::to_string(execution) + ", there are " +
                   std::to_string(executions.size()));
  if (input.is_told() && input.values() != input_bytes)
    return wrong("'input' is " + to_text(input) + ", 'input_bytes' " + std::to_string(input_bytes));
  if (picture && input.is_told())
    if (auto status = picture->check_input(input); !status) return status.error().at("'picture'");
  return {};
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

const PipelinePlan* CollaborationPlan::find(const AppId& app) const {
  const auto found = std::find_if(pipelines.begin(), pipelines.end(),
                                  [&](const PipelinePlan& pipeline) { return pipeline.app == app; });
  return found == pipelines.end() ? nullptr : &*found;
}

Status CollaborationPlan::check() const {
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
  return {};
}

std::vector<PipelineGroup> groups_of(const CollaborationPlan& plan) {
  const auto count = std::uint32_t(plan.pipelines.size());
  std::vector<std::uint32_t> first(count);  // the first pipeline of each one's group
  std::iota(first.begin(), first.end(), 0u);
  const auto join = [&](std::uint32_t a, std::uint32_t b) {
    const auto kept = std::min(first[a], first[b]), other = std::max(first[a], first[b]);
    std::replace(first.begin(), first.end(), other, kept);
  };
  std::map<UnitRef, std::uint32_t> users;
  for (std::uint32_t p = 0; p < count; ++p) {
    if (!plan.overlap) join(0, p);
    for (const auto& execution : plan.pipelines[p].executions)
      for (const auto& step : execution.steps)
        for (const auto& unit : units_held(step)) join(users.emplace(unit, p).first->second, p);
  }
  std::map<std::uint32_t, PipelineGroup> groups;
  for (std::uint32_t p = 0; p < count; ++p) groups[first[p]].push_back(p);
  std::vector<PipelineGroup> all;
  for (auto& [p, group] : groups) all.push_back(std::move(group));
  return all;
}

template const StructInfo& describe<Step>();
template const StructInfo& describe<TensorBuffer>();
template const StructInfo& describe<ExecutionPlan>();
template const StructInfo& describe<PipelinePlan>();
template const StructInfo& describe<TaskRef>();
template const StructInfo& describe<UnitOrder>();
template const StructInfo& describe<MemoryUse>();
template const StructInfo& describe<DevicePower>();
template const StructInfo& describe<RateLevel>();
template const StructInfo& describe<BodyPower>();
template const StructInfo& describe<Demand>();
template const StructInfo& describe<Conflict>();
template const StructInfo& describe<LeftOut>();
template const StructInfo& describe<CollaborationPlan>();

}  // namespace synergy::schemas
