#include "synergy/planner/verify.hpp"

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::planner {
namespace {

using schemas::TaskKind;

Error wrong(const std::string& what) { return {ErrorCode::kInvalid, what}; }

Status verify_chunks(const schemas::BodyView& body, const Pipeline& pipeline,
                     const schemas::ExecutionPlan& execution) {
  const auto& program = pipeline.model.program;
  if (execution.chunks.empty()) return wrong("no chunks");
  if (execution.chunks.size() < pipeline.app.at_least_devices)
    return wrong("fewer devices than the app insists on");
  std::set<DeviceId> used;
  std::uint32_t next = 0;
  for (const auto& chunk : execution.chunks) {
    const auto* device = body.find(chunk.device);
    if (device == nullptr) return wrong("unknown device '" + chunk.device.text() + "'");
    if (body.is_absent(chunk.device)) return wrong("device '" + chunk.device.text() + "' is absent");
    if (!used.insert(chunk.device).second) return wrong("device '" + chunk.device.text() + "' is used twice");
    if (chunk.first_layer != next || chunk.last_layer < chunk.first_layer ||
        chunk.last_layer >= program.layers.size())
      return wrong("chunks do not follow each other at layer " + std::to_string(next));
    next = chunk.last_layer + 1;
  }
  if (next != program.layers.size()) return wrong("layers from " + std::to_string(next) + " on are left out");
  return {};
}

Status verify_ends(const schemas::BodyView& body, const Pipeline& pipeline,
                   const schemas::ExecutionPlan& execution) {
  const auto offers = [&](const DeviceId& id, const schemas::Requirement& need, bool sensing) {
    const auto* device = body.find(id);
    if (device == nullptr || body.is_absent(id) || (!need.on.empty() && need.on != id)) return false;
    for (const auto& sensor : device->sensors)
      if (sensing && sensor.capability == need.needs) return true;
    for (const auto& actuator : device->actuators)
      if (!sensing && actuator == need.needs) return true;
    return false;
  };
  if (!offers(execution.source, pipeline.app.sensing, true))
    return wrong("the source does not meet the requirement");
  if (!offers(execution.target, pipeline.app.interaction, false))
    return wrong("the target does not meet the requirement");
  return {};
}

/// Chunks of all pipelines on each device: where there are several, each must be switched to.
std::map<DeviceId, std::size_t> chunks_by_device(const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, std::size_t> count;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& chunk : execution.chunks) ++count[chunk.device];
  return count;
}

/// The steps, replayed: where the data is, and what was done with it.
Status verify_steps(const schemas::ExecutionPlan& execution,
                    const std::map<DeviceId, std::size_t>& chunks_on) {
  DeviceId at = execution.source;
  std::size_t chunk = 0;
  int stage = 0;  // of the chunk: 0 not begun, 1 switched, 2 loaded, 3 inferred, 4 unloaded
  bool sensed = false, prepared = false, interacted = false;
  Duration latency{0};
  for (const auto& step : execution.steps) {
    if (step.duration < Duration(0) || !(step.energy_uj >= 0))
      return wrong("a step has a negative time or energy");
    if (step.device != at || interacted) return wrong("a step is not where the data is");
    latency += step.duration;
    const bool begins = step.kind == TaskKind::kSense || step.kind == TaskKind::kPrepare;
    if (!begins && !prepared) return wrong("a step before the input is sensed and prepared");
    const bool of_chunk =
        chunk < execution.chunks.size() && execution.chunks[chunk].device == at && step.chunk == chunk;
    switch (step.kind) {
      case TaskKind::kSense:
        if (sensed) return wrong("sensed twice");
        sensed = true;
        break;
      case TaskKind::kPrepare:
        if (!sensed || prepared) return wrong("a preparation out of place");
        prepared = true;
        break;
      case TaskKind::kTransfer:
        if (step.to.empty() || step.to == at || stage != 0 ||
            step.to != (chunk < execution.chunks.size() ? execution.chunks[chunk].device : execution.target))
          return wrong("a transfer out of place");
        at = step.to;
        break;
      case TaskKind::kSwitch:
        if (!of_chunk || stage != 0) return wrong("a switch out of place");
        stage = 1;
        break;
      case TaskKind::kLoad:
        if (!of_chunk || stage > 1) return wrong("a load out of place");
        if (stage == 0 && chunks_on.at(at) > 1)
          return wrong("a load without a switch on a shared accelerator");
        stage = 2;
        break;
      case TaskKind::kInfer:
        if (!of_chunk || stage != 2) return wrong("an inference out of place");
        stage = 3;
        break;
      case TaskKind::kUnload:
        if (!of_chunk || stage != 3) return wrong("an unload out of place");
        stage = 4;
        break;
      case TaskKind::kUnpack:
        if (!of_chunk || stage != 4) return wrong("an unpack out of place");
        stage = 0;
        ++chunk;
        break;
      case TaskKind::kInteract:
        interacted = true;
        break;
    }
  }
  if (!interacted || chunk != execution.chunks.size() || at != execution.target)
    return wrong("the steps do not lead from sensing to interaction");
  if (latency != execution.latency) return wrong("the latency is not the sum of the steps");
  return {};
}

/// The execution plan of each run of a cycle, as often as its share says.
Status verify_sequence(const schemas::CollaborationPlan& plan, const schemas::PipelinePlan& pipeline) {
  const auto rounds = plan.rounds_per_cycle;
  if (rounds == 0 || (pipeline.sequence.empty() ? 1 : pipeline.sequence.size()) != rounds)
    return wrong("not one run for each round of the cycle");
  std::vector<std::uint32_t> counts(pipeline.executions.size(), pipeline.sequence.empty() ? 1 : 0);
  for (const auto e : pipeline.sequence) {
    if (e >= counts.size()) return wrong("a run of an execution plan that does not exist");
    ++counts[e];
  }
  for (std::size_t e = 0; e < counts.size(); ++e)
    if (std::abs(double(counts[e]) / rounds - pipeline.executions[e].share) > 1e-9)
      return wrong("runs do not follow the shares");
  return {};
}

Status verify_units(const schemas::CollaborationPlan& plan) {
  using Task = std::array<std::uint32_t, 4>;
  std::map<schemas::UnitRef, std::multiset<Task>> needed, listed;
  std::map<schemas::UnitRef, Duration> busy;
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::uint32_t run = 0; run < plan.rounds_per_cycle; ++run) {
      const auto e = plan.pipelines[p].sequence.empty() ? 0 : plan.pipelines[p].sequence[run];
      const auto& steps = plan.pipelines[p].executions[e].steps;
      for (std::uint32_t s = 0; s < steps.size(); ++s)
        for (const auto& held : schemas::units_held(steps[s])) {
          needed[held].insert({p, e, s, run});
          busy[held] += steps[s].duration;
        }
    }
  for (const auto& unit : plan.units) {
    const schemas::UnitRef ref{unit.device, unit.unit};
    for (const auto& task : unit.order)
      listed[ref].insert({task.pipeline, task.execution, task.step, task.run});
    if (unit.busy != busy[ref])
      return wrong("the load of " + unit.device.text() + " " + std::string(schemas::name_of(unit.unit)) +
                   " is wrong");
  }
  if (needed != listed) return wrong("a unit's order is not exactly its tasks");
  return {};
}

Status verify_memory(const Problem& problem, const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, std::vector<accel_model::Program>> resident;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    for (const auto& execution : plan.pipelines[p].executions)
      for (const auto& chunk : execution.chunks)
        resident[chunk.device].push_back(
            accel_model::chunk_of(problem.pipelines[p].model.program, chunk.first_layer, chunk.last_layer));
  for (const auto& [device, programs] : resident) {
    const auto kind = problem.body.profile_of(*problem.body.find(device)).accelerator;
    std::vector<const accel_model::Program*> set;
    for (const auto& program : programs) {
      if (auto status = accel_model::check_rules(program, kind); !status) return status;
      set.push_back(&program);
    }
    if (auto placed = accel_model::place(set, kind); !placed) return placed.error();
  }
  for (const auto& use : plan.memory) {
    const auto* device = problem.body.find(use.device);
    if (device == nullptr) return wrong("memory of unknown device '" + use.device.text() + "'");
    if (double(use.buffer_bytes) > problem.body.profile_of(*device).sram_for_tensors_bytes.value)
      return wrong("buffers exceed the SRAM of '" + use.device.text() + "'");
  }
  return {};
}

}  // namespace

Status verify(const Problem& problem, const schemas::CollaborationPlan& plan) {
  if (plan.pipelines.size() != problem.pipelines.size()) return wrong("not one plan for each pipeline");
  const auto chunks_on = chunks_by_device(plan);
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& pipeline = problem.pipelines[p];
    const auto& planned = plan.pipelines[p];
    const auto where = "app '" + pipeline.app.app.text() + "'";
    if (planned.app != pipeline.app.app || planned.model != pipeline.app.model)
      return wrong("pipelines are mixed up").at(where);
    double shares = 0;
    for (const auto& execution : planned.executions) {
      for (auto status : {verify_chunks(problem.body, pipeline, execution),
                          verify_ends(problem.body, pipeline, execution), verify_steps(execution, chunks_on)})
        if (!status) return status.error().at(where);
      if (!(execution.share > 0)) return wrong("a share is not above 0").at(where);
      shares += execution.share;
    }
    if (!(std::abs(shares - 1) <= 1e-9) || planned.depth == 0)
      return wrong("shares or depth are wrong").at(where);
    if (auto status = verify_sequence(plan, planned); !status) return status.error().at(where);
  }
  if (auto status = verify_units(plan); !status) return status;
  return verify_memory(problem, plan);
}

}  // namespace synergy::planner
