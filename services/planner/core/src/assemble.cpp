#include "synergy/planner/assemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "cycles.hpp"
#include "demands.hpp"
#include "make_plan.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/power.hpp"
#include "synergy/schedule/executable.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;
using schemas::PipelinePlan;

void add_pipelines(CostModel& costs, const Choices& choices, const Residents& residents,
                   CollaborationPlan& plan) {
  for (std::size_t p = 0; p < choices.size(); ++p) {
    const auto& pipeline = costs.problem().pipelines[p];
    schemas::PipelinePlan made;
    made.app = pipeline.app.app;
    made.model = pipeline.app.model;
    made.priority = pipeline.app.priority;
    made.weight = pipeline.app.weight;
    made.sensing = pipeline.app.sensing.needs;
    made.model_digest = pipeline.model.digest;
    made.result = pipeline.model.program.result;
    const auto& program = pipeline.model.program;
    made.output_width = program.layers[program.last_run()].output_width;
    made.classes = class_count(pipeline.model);
    made.output_pixels = std::uint32_t(program.output().pixels());
    made.labels = pipeline.model.labels;
    made.input_bytes = pipeline.input_bytes();
    made.input = pipeline.input();
    made.picture = pipeline.model.kinds.picture;
    made.sound = pipeline.model.kinds.sound;
    made.expects = pipeline.model.expects;
    made.frames = frame_use(*costs.problem().body.find(choices[p].executions.front().source), pipeline);
    for (const auto& execution : choices[p].executions) {
      std::vector<SwitchKind> switched;
      for (const auto& chunk : execution.chunks) switched.push_back(residents.at(chunk.device).switched);
      made.executions.push_back(costs.execution(p, execution, switched));
      made.executions.back().generated = is_generated(*costs.problem().body.find(execution.source), pipeline);
    }
    plan.pipelines.push_back(std::move(made));
  }
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
  for (const auto& [device, bytes] : schedule::sram_used(plan)) use[device].buffer_bytes = bytes;
  for (const auto& device : problem.body.devices) {
    if (!use.contains(device.id)) continue;
    use[device.id].device = device.id;
    plan.memory.push_back(use[device.id]);
  }
}

schedule::Wishes wishes_of(const std::vector<Target>& targets) {
  schedule::Wishes wishes;
  for (const auto& target : targets)
    wishes.push_back({target.least, target.is_paced ? target.rate : target.at_most});
  return wishes;
}

/// The pipelines' rates, given what became of their groups.
void predict_rates(const std::vector<schedule::Executable>& made, const std::vector<Target>& targets,
                   CollaborationPlan& plan) {
  // Infinite where the tasks take no time.
  const auto fastest = [&](std::size_t p) {
    return plan.pipelines[p].runs_per_cycle / made[p].rate.cycle_ns * 1e9;
  };
  double round = fastest(0);
  for (std::size_t p = 1; p < made.size(); ++p) round = std::min(round, fastest(p));
  for (std::size_t p = 0; p < made.size(); ++p) {
    auto& pipeline = plan.pipelines[p];
    pipeline.cycle = Duration(std::llround(made[p].rate.cycle_ns));
    pipeline.runs_per_second = fastest(p);
    pipeline.bottleneck = made[p].rate.bottleneck;
    pipeline.paced = targets[p].is_paced;
    const auto hold_at = [&](double rate, const std::string& why) {
      if (rate >= pipeline.runs_per_second) return;
      pipeline.runs_per_second = rate;
      pipeline.bottleneck = why;
      pipeline.paced = true;
    };
    if (plan.objective == schemas::Objective::kRounds && fastest(p) > round * (1 + 1e-9))
      hold_at(round, "the round of the others");
    if (targets[p].is_paced) hold_at(targets[p].rate, targets[p].paced_by);
    // A cycle of whole runs may give it more than that, though its units could not give it all of it.
    hold_at(targets[p].at_most, targets[p].paced_by);
    if (!std::isfinite(pipeline.runs_per_second)) pipeline.runs_per_second = 0;  // nothing bounds it
  }
}

}  // namespace

void predict_from_rates(const Problem& problem, CollaborationPlan& plan) {
  double latencies = 0, runs = 0, task_uj = 0;
  const PipelinePlan* slowest = &plan.pipelines.front();
  for (auto& pipeline : plan.pipelines) {
    pipeline.energy_uj = 0;
    for (const auto& execution : pipeline.executions) {
      latencies += execution.share * double(execution.latency.count());
      pipeline.energy_uj += execution.share * execution.energy_uj;
    }
    runs += pipeline.runs_per_second;
    task_uj += pipeline.runs_per_second * pipeline.energy_uj;
    if (pipeline.runs_per_second < slowest->runs_per_second) slowest = &pipeline;
  }
  plan.rounds_per_second = slowest->runs_per_second;
  plan.bottleneck = slowest->bottleneck;
  plan.latency = Duration(std::llround(latencies / double(plan.pipelines.size())));
  plan.energy_uj = runs > 0 ? task_uj / runs : 0;
  plan.devices = power_of(problem.body, plan);
  plan.objective_value = objective_value(problem, plan, plan.objective);
}

CollaborationPlan ways_of(CostModel& costs, const Choices& choices, const Residents& residents,
                          const SolveOptions& options) {
  CollaborationPlan plan;
  plan.body = costs.problem().body.name;
  plan.objective = options.objective;
  plan.overlap = options.overlap;
  plan.order = options.order;
  plan.residency = options.residency;
  add_pipelines(costs, choices, residents, plan);
  return plan;
}

Planned<CollaborationPlan> assemble(CostModel& costs, const Choices& choices, const SolveOptions& options) {
  const auto& problem = costs.problem();
  const auto residents = find_residents(problem, choices, options.residency);
  if (!residents) return residents.error();
  auto plan = ways_of(costs, choices, *residents, options);
  if (choices.empty()) {
    plan.devices = power_of(problem.body, plan);
    return plan;
  }
  const auto targets = targets_of(problem, plan, demands_for(costs, options));
  if (!targets) return targets.error();
  const auto sram = sram_of(problem.body);
  choose_cycles(plan, *targets, sram);
  const auto made = schedule::make_executable(plan, sram, {}, wishes_of(*targets));
  if (!made) return Refusal{RefusalKind::kOutOfResource, made.error().message};
  add_memory(problem, *residents, plan);
  predict_rates(*made, *targets, plan);
  predict_from_rates(problem, plan);
  return plan;
}

}  // namespace synergy::planner
