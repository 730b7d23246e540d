#include <algorithm>
#include <map>
#include <tuple>

#include "synergy/cli/client.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/table.hpp"
#include "synergy/planner/measures.hpp"

namespace synergy::cli {

using planner_offline::BenchReport;
using planner_offline::SimulationReport;

namespace {

std::string value_of(const planner_offline::BenchRow& row) {
  if (!row.has_plan()) return planner_offline::to_text(row.status);
  return fixed(*row.objective_value, planner::more_is_better(row.objective) ? 4 : 1);
}

std::string rows_text(const BenchReport& report) {
  Table table({"WORKLOAD", "LINK", "OBJECTIVE", "OVERLAP", "RESIDENCY", "POLICY", "VALUE", "STATUS",
               "STOPPED BY", "GAP %", "ROUNDS/S", "VIRTUAL", "LATENCY MS", "UJ A RUN", "NODES",
               "PLANNING MS"});
  for (const auto& row : report.rows)
    table.add({row.workload, row.link, std::string(schemas::name_of(row.objective)),
               row.overlap ? "on" : "off", std::string(schemas::name_of(row.residency)), row.policy,
               value_of(row), std::string(schemas::name_of(row.status)),
               row.stopped_by ? std::string(schemas::name_of(*row.stopped_by)) : "",
               row.gap ? fixed(*row.gap * 100, 3) : "",
               row.rounds_per_second ? fixed(*row.rounds_per_second, 4) : "",
               row.virtual_rounds_per_second ? fixed(*row.virtual_rounds_per_second, 4) : "",
               row.latency_us ? fixed(*row.latency_us / 1000, 3) : "",
               row.energy_uj ? fixed(*row.energy_uj, 1) : "", std::to_string(row.nodes),
               fixed(row.planning_us / 1000, 1)});
  return table.text();
}

std::string ratios_text(const BenchReport& report) {
  Table table(
      {"OURS", "TO", "OBJECTIVE", "RESIDENCY", "OURS / THEIRS", "BEST", "WORST", "CASES", "ONLY OURS FITS"});
  for (const auto& ratio : report.ratios)
    table.add({ratio.policy, ratio.to, std::string(schemas::name_of(ratio.objective)),
               std::string(schemas::name_of(ratio.residency)), ratio.ratio ? fixed(*ratio.ratio, 3) : "-",
               ratio.best ? fixed(*ratio.best, 3) : "-", ratio.worst ? fixed(*ratio.worst, 3) : "-",
               std::to_string(ratio.cases), std::to_string(ratio.oor)});
  return table.text();
}

std::string headlines_text(const BenchReport& report) {
  Table table({"OURS", "OBJECTIVE", "BASELINES", "MEAN", "PAPER'S", "CASES"});
  for (const auto& line : report.headlines) {
    const bool times = line.objective == schemas::Objective::kRounds;
    const auto text = [&](double value) { return fixed(value, times ? 2 : 1) + (times ? "x" : " %"); };
    table.add({line.policy, std::string(schemas::name_of(line.objective)),
               line.residency == schemas::Residency::kResident ? "strict" : "reload", text(line.ours),
               text(line.paper), std::to_string(line.cases)});
  }
  return table.text();
}

/// By workload, link and app: runs per second of `optimal` by each objective, overlapped and resident.
std::string rates_text(const BenchReport& report) {
  std::vector<schemas::Objective> objectives;
  std::map<std::tuple<std::string, std::string, std::string>, std::map<schemas::Objective, std::string>>
      rates;
  for (const auto& row : report.rows) {
    if (row.policy != "optimal" || !row.overlap || row.residency != schemas::Residency::kResident) continue;
    if (std::find(objectives.begin(), objectives.end(), row.objective) == objectives.end())
      objectives.push_back(row.objective);
    for (const auto& rate : row.rates)
      rates[{row.workload, row.link, rate.app.text()}][row.objective] = fixed(rate.runs_per_second, 4);
  }
  if (rates.empty()) return {};
  std::vector<std::string> head{"WORKLOAD", "LINK", "APP"};
  for (const auto objective : objectives) head.emplace_back(schemas::name_of(objective));
  Table table(head);
  for (const auto& [key, of] : rates) {
    std::vector<std::string> line{std::get<0>(key), std::get<1>(key), std::get<2>(key)};
    for (const auto objective : objectives) line.push_back(of.contains(objective) ? of.at(objective) : "-");
    table.add(std::move(line));
  }
  return "\nRuns per second of each app in the plans of optimal, by what they seek.\n" + table.text();
}

std::string simulated_power_text(const SimulationReport& report) {
  Table table({"DEVICE", "PREDICTED MW", "MEASURED MW", "PREDICTED HOURS", "MEASURED HOURS"});
  for (const auto& device : report.devices)
    table.add({device.device.text(), fixed(device.predicted_power_mw, 3), fixed(device.power_mw, 3),
               hours_text(device.predicted_hours), hours_text(device.hours)});
  const auto &predicted = report.predicted_body_power, &measured = report.body_power;
  table.add({"all devices", fixed(predicted.power_mw, 3), fixed(measured.power_mw, 3),
             hours_text(predicted.hours), hours_text(measured.hours)});
  return table.text();
}

}  // namespace

std::string to_text(const SimulationReport& report) {
  std::string text = "virtual run, " + report.order + " order, " + std::to_string(report.rounds) +
                     " rounds in " + fixed(report.simulated_us * 1e-6, 3) + " s of virtual time\n" +
                     "rounds/s: predicted " + fixed(report.predicted_rounds_per_second, 4) + ", measured " +
                     fixed(report.rounds_per_second, 4) + " (" + fixed(report.difference_percent, 3) +
                     " %)\n" + "uJ a run: predicted " + fixed(report.predicted_energy_uj, 1) + ", measured " +
                     fixed(report.energy_uj, 1) + "\n";
  Table table({"APP", "RUNS", "EMPTY MESH MS", "MEAN MS", "P50", "P90", "P99", "MAX", "UJ A RUN", "FRESH/S"});
  for (const auto& line : report.pipelines)
    table.add({line.app.text(), std::to_string(line.runs), fixed(line.predicted_latency_us / 1000, 3),
               fixed(line.latency_mean_us / 1000, 3), fixed(line.latency_p50_us / 1000, 3),
               fixed(line.latency_p90_us / 1000, 3), fixed(line.latency_p99_us / 1000, 3),
               fixed(line.latency_max_us / 1000, 3), fixed(line.energy_uj, 1),
               fixed(line.fresh_per_second, 2)});
  return text + table.text() + simulated_power_text(report);
}

std::string to_text(const BenchReport& report) {
  auto text = rows_text(report);
  text +=
      "\nOurs to every other policy, mean of the cases in which both have a plan (throughput: above 1 is "
      "better;\n"
      "latency and energy: below 1). An OOR plan enters no mean.\n" +
      ratios_text(report) +
      "\nMean over the seven baselines. They are our own reading of the paper's names, on our cost model; "
      "the\n"
      "paper's column is its own result over its own baselines (arXiv 2401.08637) and not comparable in "
      "detail.\n" +
      headlines_text(report) + rates_text(report);
  if (report.behind.empty()) return text + "\noptimal is behind no other policy in any case\n";
  text += "\nDEFECT: optimal is behind in\n";
  for (const auto& line : report.behind) text += "  " + line + "\n";
  return text;
}

}  // namespace synergy::cli
