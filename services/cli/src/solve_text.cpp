#include <cmath>

#include "synergy/cli/client.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/table.hpp"

namespace synergy::cli {

using planner_offline::PipelineLine;
using planner_offline::SolveReport;

namespace {

std::string name_of_unit(const planner_offline::UnitLine& unit) {
  return unit.device.text() + " " + std::string(schemas::name_of(unit.unit));
}

std::string way_text(const PipelineLine& line) {
  std::string text = line.source.text();
  for (const auto& chunk : line.chunks)
    text += " > " + chunk.device.text() + "[" + std::to_string(chunk.first_layer) + "-" +
            std::to_string(chunk.last_layer) + "]";
  return text + " > " + line.target.text();
}

std::string move_text(const planner_offline::MoveLine& move) {
  if (move.apps.empty() && move.devices.empty()) return "keeps the running plan\n";
  std::string apps, devices;
  for (const auto& app : move.apps) apps += (apps.empty() ? "" : ", ") + app.text();
  for (const auto& device : move.devices)
    devices += (devices.empty() ? "" : ", ") + device.device.text() + " " +
               std::to_string(device.weight_bytes) + " bytes in " + fixed(device.load_us / 1000, 3) + " ms";
  return "moves " + (apps.empty() ? "no app" : apps) + "; loads " + (devices.empty() ? "nothing" : devices) +
         "; drains up to " + std::to_string(move.runs_to_drain) + " runs, " + fixed(move.drain_us / 1000, 3) +
         " ms\n";
}

std::string memory_text(const SolveReport& report) {
  Table memory({"DEVICE", "WEIGHT BYTES", "BIAS BYTES", "LAYERS", "TENSOR BUFFER BYTES", "HOLDS"});
  for (const auto& use : report.memory) {
    std::string holds;
    for (const auto& line : report.pipelines)
      for (const auto& chunk : line.chunks)
        if (chunk.device == use.device)
          holds += (holds.empty() ? "" : ", ") + line.app.text() + "[" + std::to_string(chunk.first_layer) +
                   "-" + std::to_string(chunk.last_layer) + "]";
    memory.add({use.device.text(), std::to_string(use.weight_bytes), std::to_string(use.bias_bytes),
                std::to_string(use.layers), std::to_string(use.buffer_bytes), holds});
  }
  return memory.text();
}

/// A placement that was given, beside the best plan.
std::string best_text(const SolveReport& report) {
  const auto& best = *report.best;
  auto text = "\nThe best plan, by " + best.policy + ": " +
              status_text(schemas::name_of(best.status), best.stopped_by) + "\n";
  if (!best.objective_value) return text + best.reason + "\n";
  text += value_text(*best.objective_value, report.objective);
  if (best.behind)
    text += "; the placement is " + fixed(std::abs(*best.behind) * 100, 3) + " % " +
            (*best.behind < 0 ? "ahead of it" : "behind it");
  Table ways({"APP", "RUNS/S", "SHARE", "WAY", "LATENCY MS", "UJ A RUN"});
  for (const auto& line : best.pipelines)
    ways.add({line.app.text(), fixed(line.runs_per_second, 4), fixed(line.share, 3), way_text(line),
              fixed(line.latency_us / 1000, 3), fixed(line.energy_uj, 1)});
  return text + "\n" + ways.text();
}

}  // namespace

std::string value_text(double value, schemas::Objective objective) {
  switch (objective) {
    case schemas::Objective::kFair:
      return fixed(value, 4) + " runs/s (the lowest rate / weight)";
    case schemas::Objective::kRounds:
      return fixed(value, 4) + " rounds/s";
    case schemas::Objective::kSum:
      return fixed(value, 4) + " runs/s (the weighted sum of all rates)";
    case schemas::Objective::kLifetime:
      return fixed(value, 2) + " hours until the first battery is empty";
    case schemas::Objective::kLatency:
      return fixed(value / 1000, 3) + " ms mean latency";
    case schemas::Objective::kEnergy:
      break;
  }
  return fixed(value, 1) + " uJ a run";
}

std::string status_text(std::string_view status, std::optional<schemas::StoppedBy> stopped_by) {
  return std::string(status) +
         (stopped_by ? ", search ended by " + std::string(schemas::name_of(*stopped_by)) : "");
}

std::string hours_text(const std::optional<double>& hours) { return hours ? fixed(*hours, 1) : "-"; }

std::string power_text(const std::vector<schemas::DevicePower>& devices) {
  if (devices.empty()) return {};
  Table table({"DEVICE", "POWER MW", "HOURS"});
  for (const auto& device : devices)
    table.add({device.device.text(), fixed(device.power_mw, 3), hours_text(device.hours)});
  const auto body = schemas::body_power(devices);
  return table.text() + "all devices: " + fixed(body.power_mw, 3) + " mW" +
         (body.hours ? "; the first battery is empty after " + hours_text(body.hours) +
                           " hours: " + body.empty_first.text()
                     : "") +
         "\n";
}

std::string to_text(const SolveReport& report) {
  std::string text = report.policy + " for " + std::string(schemas::name_of(report.objective)) + " on body " +
                     report.body + (report.link.empty() ? "" : ", link " + report.link) +
                     (report.overlap ? "" : ", without overlap") + ", residency " +
                     std::string(schemas::name_of(report.residency)) + ": " +
                     status_text(schemas::name_of(report.status), report.stopped_by) + "\n";
  if (!report.has_plan()) return text + report.reason + "\n";
  text += value_text(*report.objective_value, report.objective);
  if (report.bound)
    text += "; no plan is better than " + value_text(*report.bound, report.objective) + " (gap " +
            fixed(*report.gap * 100, 3) + " %)";
  text += "\n" + fixed(*report.rounds_per_second, 4) + " runs/s at least, latency " +
          fixed(*report.latency_us / 1000, 3) + " ms (worst " + fixed(*report.worst_latency_us / 1000, 3) +
          "), " + fixed(*report.energy_uj, 1) + " uJ a run; bounded by " + report.bottleneck + "\n";
  Table ways({"APP", "RUNS/S", "SHARE", "WAY", "LATENCY MS", "UJ A RUN", "BOUNDED BY"});
  for (const auto& line : report.pipelines)
    ways.add({line.app.text(), fixed(line.runs_per_second, 4), fixed(line.share, 3), way_text(line),
              fixed(line.latency_us / 1000, 3), fixed(line.energy_uj, 1), line.bottleneck});
  text += ways.text();
  text += power_text(report.devices);
  text += warning_lines(report.warnings);
  if (report.move) text += move_text(*report.move);
  if (report.best) text += memory_text(report) + best_text(report) + "\n";
  return text + "planned in " + fixed(report.planning_us / 1000, 1) + " ms, " + std::to_string(report.nodes) +
         " nodes\n";
}

std::string to_explanation(const SolveReport& report) {
  auto text = to_text(report);
  if (!report.has_plan()) return text;
  text += "\nWhy: " + report.reason + "\n\nWhat each unit has to do in a cycle of the apps that it serves\n";
  Table units({"UNIT", "BUSY MS", "OF A CYCLE %"});
  for (const auto& unit : report.units)
    units.add({name_of_unit(unit), fixed(unit.busy_us_per_cycle / 1000, 3), fixed(unit.load * 100, 1)});
  text += units.text() + "\nMemory\n";
  text += memory_text(report);
  if (!report.runner_ups.empty()) {
    text += "\nPlans that lost\n";
    Table others({"PROPOSED BY", "VALUE", "WHY IT LOST", "PLAN"});
    for (const auto& other : report.runner_ups)
      others.add({other.name,
                  other.objective_value ? value_text(*other.objective_value, report.objective) : "-",
                  other.why, other.plan});
    text += others.text();
  }
  if (!report.assumed.empty())
    text += "\nRests on " + std::to_string(report.assumed.size()) +
            " figures that are assumed or unverified (--json lists them). Shared air time is not modelled.\n";
  return text;
}

}  // namespace synergy::cli
