#include "synergy/planner/assemble.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "synergy/accel_model/cost.hpp"
#include "synergy/schedule/executable.hpp"

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
    const auto& program = pipeline.model.program;
    made.output_width = program.layers[program.last_run()].output_width;
    made.classes = class_count(pipeline.model);
    made.output_pixels = std::uint32_t(program.output().pixels());
    made.labels = pipeline.model.labels;
    made.input_bytes = pipeline.input_bytes();
    made.input = pipeline.input();
    made.expects = pipeline.model.expects;
    for (const auto& execution : choices[p].executions) {
      std::vector<SwitchKind> switched;
      for (const auto& chunk : execution.chunks) switched.push_back(residents.at(chunk.device).switched);
      made.executions.push_back(costs.execution(p, execution, switched));
      made.executions.back().generated = is_generated(*costs.problem().body.find(execution.source), pipeline);
    }
    plan.pipelines.push_back(std::move(made));
  }
}

/// Rounds in a cycle at most, where shares ask for several.
constexpr std::uint32_t kLongestCycle = 12;

/// Runs of each execution plan of each pipeline in a cycle of so many rounds.
std::vector<std::vector<std::uint32_t>> counts_in(const CollaborationPlan& plan, std::uint32_t rounds) {
  std::vector<std::vector<std::uint32_t>> counts;
  for (const auto& pipeline : plan.pipelines) {
    std::vector<double> shares;
    for (const auto& execution : pipeline.executions) shares.push_back(execution.share);
    counts.push_back(schedule::counts_of(shares, rounds));
  }
  return counts;
}

/// Load of the busiest unit per round: ns.
double busiest_load(const CollaborationPlan& plan, const std::vector<std::vector<std::uint32_t>>& counts,
                    std::uint32_t rounds) {
  std::map<schemas::UnitRef, double> loads;
  double most = 0;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::size_t e = 0; e < counts[p].size(); ++e)
      for (const auto& step : plan.pipelines[p].executions[e].steps)
        for (const auto& unit : schemas::units_held(step))
          most = std::max(most, loads[unit] += double(step.duration.count()) * counts[p][e] / rounds);
  return most;
}

/// Turns shares into whole numbers of runs in a cycle. Of the cycle lengths allowed, it takes the one whose
/// busiest unit has least to do in a round.
void choose_sequences(CollaborationPlan& plan) {
  std::size_t most = 1;
  for (const auto& pipeline : plan.pipelines) most = std::max(most, pipeline.executions.size());
  if (most == 1) return;
  std::uint32_t best = 0;
  double least = 0;
  for (auto rounds = std::uint32_t(most);
       rounds <= std::max<std::uint32_t>(kLongestCycle, std::uint32_t(most)); ++rounds) {
    const auto load = busiest_load(plan, counts_in(plan, rounds), rounds);
    if (best != 0 && load >= least * (1 - 1e-9)) continue;
    best = rounds;
    least = load;
  }
  const auto counts = counts_in(plan, best);
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    auto& pipeline = plan.pipelines[p];
    pipeline.sequence = schedule::alternate(counts[p]);
    for (std::size_t e = 0; e < counts[p].size(); ++e)
      pipeline.executions[e].share = double(counts[p][e]) / double(best);
  }
}

schedule::Sram sram_of(const schemas::BodyView& body) {
  schedule::Sram sram;
  for (const auto& device : body.devices)
    sram[device.id] = std::uint64_t(body.profile_of(device).sram_for_tensors_bytes.value);
  return sram;
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

/// Latency and energy, given the rate.
void predict(const Problem& problem, const schedule::PlanRate& rate, CollaborationPlan& plan) {
  plan.rounds_per_second = rate.rounds_per_second;
  plan.bottleneck = rate.bottleneck;
  double tasks_uj = 0, latencies = 0;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions) {
      latencies += execution.share * double(execution.latency.count());
      tasks_uj += execution.share * execution.energy_uj;
    }
  const auto runs = double(plan.pipelines.size());
  plan.latency = Duration(std::llround(latencies / runs));
  plan.energy_uj = (tasks_uj + idle_power_mw(problem.body) * rate.round_ns * 1e-6) / runs;
}

}  // namespace

Planned<CollaborationPlan> assemble(CostModel& costs, const Choices& choices, const SolveOptions& options) {
  const auto& problem = costs.problem();
  CollaborationPlan plan;
  plan.body = problem.body.name;
  plan.objective = options.objective;
  plan.overlap = options.overlap;
  plan.order = options.order;
  plan.residency = options.residency;
  if (choices.empty()) return plan;
  const auto residents = find_residents(problem, choices, options.residency);
  if (!residents) return residents.error();
  add_pipelines(costs, choices, *residents, plan);
  choose_sequences(plan);
  const auto made = schedule::make_executable(plan, sram_of(problem.body));
  if (!made) return Refusal{RefusalKind::kOutOfResource, made.error().message};
  add_memory(problem, *residents, plan);
  predict(problem, made->rate, plan);
  return plan;
}

}  // namespace synergy::planner
