#include "synergy/planner/assemble.hpp"

#include <algorithm>
#include <map>

#include "synergy/accel_model/cost.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;

void add_pipelines(CostModel& costs, const Choices& choices, const Residents& residents,
                   CollaborationPlan& plan) {
  for (std::size_t p = 0; p < choices.size(); ++p) {
    const auto& pipeline = costs.problem().pipelines[p];
    schemas::PipelinePlan made;
    made.app = pipeline.app.app;
    made.model = pipeline.app.model;
    made.priority = pipeline.app.priority;
    made.sensing = pipeline.app.sensing.needs;
    made.model_digest = pipeline.model.digest;
    made.result = pipeline.model.program.result;
    made.output_width = pipeline.model.program.layers.back().output_width;
    made.labels = pipeline.model.labels;
    made.input_bytes = pipeline.input_bytes();
    for (const auto& execution : choices[p].executions) {
      std::vector<SwitchKind> switched;
      for (const auto& chunk : execution.chunks) switched.push_back(residents.at(chunk.device).switched);
      made.executions.push_back(costs.execution(p, execution, switched));
    }
    plan.pipelines.push_back(std::move(made));
  }
}

/// The order of a unit's tasks is that of the steps, pipeline after pipeline: every run can follow it.
void add_unit_orders(CollaborationPlan& plan) {
  std::map<schemas::UnitRef, schemas::UnitOrder> units;
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e) {
      const auto& steps = plan.pipelines[p].executions[e].steps;
      for (std::uint32_t s = 0; s < steps.size(); ++s)
        for (const auto& held : schemas::units_held(steps[s])) {
          auto& unit = units[held];
          unit.device = held.device;
          unit.unit = held.unit;
          unit.order.push_back({p, e, s});
          unit.busy += steps[s].duration;
        }
    }
  for (auto& [ref, unit] : units) plan.units.push_back(std::move(unit));
}

/// SRAM that a pipeline's tensors take on each device while one run is there.
std::map<DeviceId, std::uint64_t> buffers_of(const schemas::BodyView& body,
                                             const schemas::PipelinePlan& pipeline) {
  std::map<DeviceId, std::uint64_t> bytes;
  for (const auto& execution : pipeline.executions)
    for (const auto& [device, held] : buffer_bytes(body, execution, pipeline.input_bytes))
      bytes[device] = std::max(bytes[device], held);
  return bytes;
}

/// As many runs in flight as keep the busiest unit busy, as far as the SRAM for tensors allows.
Status choose_depths(const schemas::BodyView& body, CollaborationPlan& plan, Duration busiest) {
  constexpr std::uint32_t kDeepest = 8;
  std::map<DeviceId, double> free;
  for (const auto& device : body.devices)
    free[device.id] = body.profile_of(device).sram_for_tensors_bytes.value;
  const auto take = [&](const std::map<DeviceId, std::uint64_t>& buffers) {
    for (const auto& [device, bytes] : buffers)
      if (free[device] < double(bytes)) return false;
    for (const auto& [device, bytes] : buffers) free[device] -= double(bytes);
    return true;
  };
  for (auto& pipeline : plan.pipelines)
    if (!take(buffers_of(body, pipeline)))
      return Error{ErrorCode::kNoFit,
                   "OOR: SRAM for tensors: app '" + pipeline.app.text() + "' has no room for one run"};
  for (auto& pipeline : plan.pipelines) {
    const auto wanted =
        busiest.count() > 0
            ? std::uint32_t((pipeline.executions.front().latency + busiest - Duration(1)) / busiest)
            : 1u;
    while (pipeline.depth < std::clamp(wanted, 1u, kDeepest) && take(buffers_of(body, pipeline)))
      ++pipeline.depth;
  }
  return {};
}

void add_memory(const Problem& problem, const Residents& residents, CollaborationPlan& plan) {
  std::map<DeviceId, schemas::MemoryUse> use;
  for (const auto& [device, on_device] : residents)
    for (const auto& resident : on_device.chunks) {
      const auto program = accel_model::chunk_of(problem.pipelines[resident.pipeline].model.program,
                                                 resident.first_layer, resident.last_layer);
      use[device].weight_bytes += accel_model::weight_bytes(program);
      use[device].bias_bytes += accel_model::bias_bytes(program);
      use[device].layers += program.layers.size();
    }
  for (const auto& pipeline : plan.pipelines)
    for (const auto& [device, bytes] : buffers_of(problem.body, pipeline))
      use[device].buffer_bytes += bytes * pipeline.depth;
  for (const auto& device : problem.body.devices) {
    if (!use.contains(device.id)) continue;
    use[device.id].device = device.id;
    plan.memory.push_back(use[device.id]);
  }
}

/// Rate, latency and energy. The rate is the lesser of what the busiest unit and what each pipeline's depth
/// allow.
void predict(const Problem& problem, const schemas::UnitOrder& busiest, CollaborationPlan& plan) {
  Duration round = busiest.busy;
  plan.bottleneck = busiest.device.text() + " " + std::string(schemas::name_of(busiest.unit));
  double tasks_uj = 0;
  Duration latencies{0};
  for (const auto& pipeline : plan.pipelines) {
    const auto& execution = pipeline.executions.front();
    const Duration cycle = execution.latency / pipeline.depth;
    if (cycle > round) {
      round = cycle;
      plan.bottleneck = "runs in flight of app '" + pipeline.app.text() + "'";
    }
    latencies += execution.latency;
    tasks_uj += execution.energy_uj;
  }
  double idle_mw = 0;
  for (const auto* device : present_devices(problem.body)) idle_mw += idle_power_mw(problem.body, *device);
  const double runs = double(plan.pipelines.size());
  plan.rounds_per_second = round.count() > 0 ? 1e9 / double(round.count()) : 0;
  plan.latency = latencies / std::int64_t(plan.pipelines.size());
  plan.energy_uj = (tasks_uj + idle_mw * double(round.count()) * 1e-6) / runs;
}

}  // namespace

Result<CollaborationPlan> assemble(CostModel& costs, const Choices& choices, const SolveOptions& options) {
  const auto& problem = costs.problem();
  CollaborationPlan plan;
  plan.body = problem.body.name;
  plan.objective = options.objective;
  plan.residency = options.residency;
  if (choices.empty()) return plan;
  const auto residents = find_residents(problem, choices, options.residency);
  if (!residents) return residents.error();
  add_pipelines(costs, choices, *residents, plan);
  add_unit_orders(plan);
  const auto busiest = *std::max_element(plan.units.begin(), plan.units.end(),
                                         [](const auto& a, const auto& b) { return a.busy < b.busy; });
  if (auto status = choose_depths(problem.body, plan, busiest.busy); !status) return status.error();
  add_memory(problem, *residents, plan);
  predict(problem, busiest, plan);
  return plan;
}

}  // namespace synergy::planner
