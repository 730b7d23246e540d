#include "synergy/planner_offline/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "synergy/schemas/describe.hpp"

namespace synergy::planner_offline {
namespace {

SimulatedPipeline measure(const planner::Problem& problem, const schemas::PipelinePlan& planned,
                          const execution::VirtualPipeline& ran) {
  SimulatedPipeline line;
  line.app = planned.app;
  line.runs = ran.latencies.size();
  line.predicted_runs_per_second = planned.runs_per_second;
  line.runs_per_second = ran.runs_per_second;
  line.predicted_energy_uj = planned.energy_uj;
  line.energy_uj = ran.energy_uj;
  for (const auto& way : planned.executions)
    line.predicted_latency_us += way.share * microseconds(way.latency);
  auto sorted = ran.latencies;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double part) {
    const auto index = std::size_t(std::lround(part * double(sorted.size() - 1)));
    return microseconds(sorted[index]);
  };
  for (const auto latency : sorted) line.latency_mean_us += microseconds(latency) / double(sorted.size());
  line.latency_p50_us = at(0.5);
  line.latency_p90_us = at(0.9);
  line.latency_p99_us = at(0.99);
  line.latency_max_us = at(1);
  const auto sensor = problem.body.sensor_profiles.find(planned.sensing);
  if (sensor != problem.body.sensor_profiles.end())
    line.fresh_per_second = std::min(ran.runs_per_second, sensor->second.fresh_per_second.value);
  return line;
}

void add_power(const schemas::BodyView& body, const schemas::CollaborationPlan& plan,
               const execution::VirtualRun& run, SimulationReport& report) {
  std::map<DeviceId, double> tasks_mw;
  for (const auto& device : run.devices) tasks_mw[device.device] = device.tasks_mw;
  std::vector<schemas::DevicePower> measured;
  for (const auto& predicted : plan.devices) {
    const auto& device = *body.find(predicted.device);
    const double mw = body.idle_power_mw(device) + tasks_mw[device.id];
    measured.push_back({device.id, mw, body.hours_at(device, mw)});
    report.devices.push_back({device.id, predicted.power_mw, mw, predicted.hours, measured.back().hours});
  }
  report.predicted_body_power = schemas::body_power(plan.devices);
  report.body_power = schemas::body_power(measured);
}

}  // namespace

Result<SimulationReport> simulate(const planner::Problem& problem, const schemas::CollaborationPlan& plan,
                                  std::uint64_t rounds, const std::function<void(double)>& tell) {
  execution::VirtualSettings settings;
  settings.rounds = rounds;
  settings.warm_up = rounds / 2;
  settings.tell = tell;
  const auto run = execution::run_virtually(plan, settings);
  if (!run) return run.error();
  SimulationReport report;
  report.status = plan.status;
  report.stopped_by = plan.stopped_by;
  report.nodes = plan.nodes_spent;
  report.order = schemas::name_of(plan.order);
  report.rounds = rounds;
  report.predicted_rounds_per_second = plan.rounds_per_second;
  report.rounds_per_second = run->rounds_per_second;
  report.difference_percent = (run->rounds_per_second / plan.rounds_per_second - 1) * 100;
  report.predicted_energy_uj = plan.energy_uj;
  report.energy_uj = run->energy_uj;
  report.simulated_us = microseconds(run->time);
  report.simulated_ms = report.simulated_us / 1000;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    report.pipelines.push_back(measure(problem, plan.pipelines[p], run->pipelines[p]));
  for (const auto& unit : run->units)
    report.units.push_back(
        {unit.unit.device, unit.unit.unit, double(unit.busy.count()) / double(unit.time.count())});
  add_power(problem.body, plan, *run, report);
  return report;
}

}  // namespace synergy::planner_offline

template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::SimulationReport>();
