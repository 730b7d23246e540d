#include "synergy/planner_offline/solve_report.hpp"

#include <algorithm>
#include <map>

#include "synergy/planner/measures.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::planner_offline {
namespace {

std::vector<PipelineLine> lines_of(const schemas::PipelinePlan& pipeline) {
  std::vector<PipelineLine> lines;
  for (const auto& way : pipeline.executions)
    lines.push_back({pipeline.app, way.share, way.source, way.target, way.chunks, microseconds(way.latency),
                     way.energy_uj, way.generated, pipeline.runs_per_second, pipeline.runs_per_cycle,
                     microseconds(pipeline.cycle), pipeline.paced, pipeline.bottleneck});
  return lines;
}

void add_plan(const schemas::CollaborationPlan& plan, SolveReport& report) {
  report.rounds_per_second = plan.rounds_per_second;
  report.latency_us = microseconds(plan.latency);
  report.energy_uj = plan.energy_uj;
  report.bottleneck = plan.bottleneck;
  report.body = plan.body;
  report.overlap = plan.overlap;
  report.devices = plan.devices;
  report.levels = plan.levels;
  report.body_power = schemas::body_power(plan.devices);
  report.memory = plan.memory;
  report.worst_latency_us = 0;
  for (const auto& pipeline : plan.pipelines) {
    for (auto& line : lines_of(pipeline)) {
      report.worst_latency_us = std::max(*report.worst_latency_us, line.latency_us);
      report.pipelines.push_back(std::move(line));
    }
    const auto warnings = warnings_on_input(pipeline);
    report.warnings.insert(report.warnings.end(), warnings.begin(), warnings.end());
  }
  for (const auto& unit : plan.units) {
    if (unit.order.empty()) continue;
    const auto& of = plan.pipelines[unit.order.front().pipeline];
    const double busy = microseconds(unit.busy);
    report.units.push_back({unit.device, unit.unit, busy, busy / microseconds(of.cycle)});
  }
  std::stable_sort(report.units.begin(), report.units.end(),
                   [](const auto& a, const auto& b) { return a.load > b.load; });
}

void set_planning_time(double us, SolveReport& report) {
  report.planning_us = us;
  report.planning_ms = us / 1000;
}

/// Figures of a profile that are better known one day.
template <class Profile>
void note_all(const std::string& of, const Profile& profile, std::vector<std::string>& out) {
  for (const auto& [name, figure] : schemas::figures_of(profile))
    if (figure->mark == schemas::Mark::kAssumed || figure->mark == schemas::Mark::kUnverified)
      out.push_back(of + " " + std::string(name) + " (" + std::string(schemas::name_of(figure->mark)) + ")");
}

std::vector<std::string> assumed_figures(const schemas::BodyView& body) {
  std::vector<std::string> figures;
  for (const auto& [name, profile] : body.device_profiles) note_all(name, profile, figures);
  for (const auto& [name, profile] : body.sensor_profiles) note_all(name, profile, figures);
  for (const auto& [name, profile] : body.actuator_profiles) note_all(name, profile, figures);
  note_all(body.link.name, body.link, figures);
  return figures;
}

}  // namespace

std::string to_text(planner::OutcomeStatus status) {
  return status == planner::OutcomeStatus::kOutOfResource ? "OOR" : std::string(schemas::name_of(status));
}

SolveReport make_report(const planner::Problem& problem, const planner::SolveOptions& options,
                        const planner::Outcome& outcome, double planning_us) {
  SolveReport report;
  if (outcome.has_plan()) {
    add_plan(outcome.plan, report);
    report.objective_value = outcome.objective_value;
    if (outcome.status != planner::OutcomeStatus::kHeuristic) {
      report.bound = outcome.bound;
      report.gap = outcome.gap;
    }
  }
  report.policy = options.policy;
  report.objective = options.objective;
  report.status = outcome.status;
  report.stopped_by = outcome.stopped_by;
  report.reason = outcome.has_plan() ? outcome.plan.reason : outcome.refusal().text();
  report.conflict = outcome.conflict;
  report.body = problem.body.name;
  report.link = problem.body.link.name;
  report.overlap = options.overlap;
  report.residency = options.residency;
  for (const auto& other : outcome.runner_ups)
    report.runner_ups.push_back(
        {other.name, other.summary,
         other.objective_value > 0 ? std::optional(other.objective_value) : std::nullopt, other.why});
  report.assumed = assumed_figures(problem.body);
  report.nodes = outcome.nodes;
  set_planning_time(planning_us, report);
  return report;
}

SolveReport make_report(const planner::Problem& problem, const planner::SolveOptions& options,
                        const planner::JudgedPlacement& judged, double planning_us) {
  auto report = make_report(problem, options, judged.outcome, planning_us);
  report.policy = planner::kPlacementPolicy;
  const auto& best = judged.best;
  auto& line = report.best.emplace();
  line.policy = judged.sought_by;
  line.status = best.status;
  line.stopped_by = best.stopped_by;
  if (!best.has_plan()) {
    line.reason = best.refusal().text();
    return report;
  }
  line.objective_value = best.objective_value;
  const double theirs = best.objective_value, ours = judged.outcome.objective_value;
  if (theirs > 0)
    line.behind = (planner::more_is_better(options.objective) ? theirs - ours : ours - theirs) / theirs;
  for (const auto& pipeline : best.plan.pipelines)
    for (auto& way : lines_of(pipeline)) line.pipelines.push_back(std::move(way));
  return report;
}

MoveLine make_line(const planner::Move& move) {
  MoveLine line{move.apps,
                {},
                move.weight_bytes,
                move.runs_to_drain,
                microseconds(move.drain),
                microseconds(move.load)};
  for (const auto& device : move.devices)
    line.devices.push_back({device.device, device.weight_bytes, microseconds(device.load)});
  return line;
}

SolveReport make_report(const schemas::CollaborationPlan& plan) {
  SolveReport report;
  add_plan(plan, report);
  report.policy = plan.policy;
  report.objective = plan.objective;
  report.status = planner::status_of(plan.status);
  report.stopped_by = plan.stopped_by;
  report.nodes = plan.nodes_spent;
  report.reason = plan.reason;
  report.residency = plan.residency;
  set_planning_time(double(plan.planning_us), report);
  report.objective_value = plan.objective_value;
  report.bound = plan.bound;
  if (plan.bound)
    report.gap = std::max(0.0, planner::advantage(*plan.bound, plan.objective_value, plan.objective));
  return report;
}

}  // namespace synergy::planner_offline

template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::SolveReport>();
