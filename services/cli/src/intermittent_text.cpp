#include "synergy/cli/intermittent_text.hpp"

#include <utility>

#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

using client::fixed;
using client::Table;
using intermittent_offline::SizeReport;
using intermittent_offline::SolveReport;
using intermittent_offline::TraceList;

std::string head_of(const std::string& model, const std::string& device, const std::string& harvest) {
  return "model " + model + " on " + device + ", harvest " + harvest;
}

std::string layers_text(std::uint64_t first, std::uint64_t last) {
  return first == last ? std::to_string(first) : std::to_string(first) + " to " + std::to_string(last);
}

std::string per_hour_text(const std::optional<double>& rate) {
  return rate ? fixed(*rate, *rate < 100 ? 1 : 0) : "-";
}

/// What the harvest pays for, in words.
std::string rate_text(const SolveReport& report) {
  if (!report.inferences_per_hour)
    return "none in the mean: converter and leakage take " +
           fixed(report.quiescent_uw + report.leakage_uw, 1) + " uW, the harvest gives " +
           fixed(report.harvest_uw, 1);
  return per_hour_text(report.inferences_per_hour) + " inferences per hour in the mean, " +
         (report.low_inferences_per_hour ? per_hour_text(report.low_inferences_per_hour) : "none") +
         " in a low minute";
}

std::string front_text(const SolveReport& report) {
  Table table({"MOST INPUTS", "UJ PER INFERENCE", "LATENCY S", "POWER CYCLES", "QUEUE BYTES"});
  for (const auto& line : report.front)
    table.add({std::to_string(line.most_inputs), fixed(line.energy_uj_per_inference, 1),
               fixed(line.latency_s, 1), std::to_string(line.power_cycles),
               std::to_string(line.queue_bytes)});
  return table.text();
}

}  // namespace

std::string to_text(const TraceList& list) {
  Table table({"HARVEST", "MINUTES", "MEAN UW", "LOW UW", "MEDIAN UW", "HIGH UW", "LONGEST GAP S", "BELOW UW",
               "WHAT"});
  for (const auto& line : list.traces)
    table.add({line.name, fixed(line.duration_s / 60, 1), fixed(line.mean_uw, 1), fixed(line.p20_uw, 1),
               fixed(line.median_uw, 1), fixed(line.p80_uw, 1),
               line.longest_gap_s ? fixed(*line.longest_gap_s, 1) : "always", fixed(line.gap_below_uw, 1),
               line.what});
  return table.text();
}

std::string to_text(const SolveReport& report) {
  Table table({"POWER CYCLE", "LAYERS", "INPUTS", "UJ", "MS"});
  std::uint64_t last = 0;
  for (const auto& line : report.segments) {
    const bool same = line.power_cycle == std::exchange(last, line.power_cycle);
    table.add({same ? "" : std::to_string(line.power_cycle), layers_text(line.first_layer, line.last_layer),
               std::to_string(line.inputs), same ? "" : fixed(line.power_cycle_uj, 1),
               same ? "" : fixed(line.power_cycle_ms, 1)});
  }
  auto text = head_of(report.model, report.device, report.harvest) + "\n" + "policy " +
              std::string(schemas::name_of(report.policy)) + ", capacitor " +
              fixed(report.capacitance_uf, 1) + " uF: " + fixed(report.capacity_uj, 1) +
              " uJ a power cycle (the smallest that does has " + fixed(report.smallest_capacitor_uf, 1) +
              " uF)\n\n" + table.text() + "\n" + "energy   " + fixed(report.energy_uj_per_inference, 1) +
              " uJ per inference; no plan of power cycles needs less than " + fixed(report.bound_uj, 1) +
              " (" + fixed(100 * report.above_bound, 1) + " % above)\n" + "harvest  " +
              fixed(report.harvest_uw, 1) + " uW in the mean, " + fixed(report.low_harvest_uw, 1) +
              " in a low minute; the converter takes " + fixed(report.quiescent_uw, 1) + ", " +
              fixed(report.leakage_uw, 1) + " leak\n" + "rate     " + rate_text(report) + "\n";
  if (report.latency_inferences)
    text += "waiting  an input waits " + std::to_string(*report.latency_inferences) +
            " inferences for its result at most; its queues take " + std::to_string(*report.queue_bytes) +
            " bytes\n";
  if (!report.front.empty()) text += "\n" + front_text(report);
  return text;
}

std::string to_text(const SizeReport& report) {
  Table sizes({"CUT", "SMALLEST UF", "NEEDS UJ", "FOR"});
  for (const auto& line : report.sizes)
    sizes.add({line.cut, line.smallest_uf ? fixed(*line.smallest_uf, 1) : "-",
               line.need_uj ? fixed(*line.need_uj, 1) : "-",
               line.layers + (line.reason.empty() ? "" : ": " + line.reason)});
  Table sweep({"UF", "POLICY", "UJ PER INFERENCE", "LEAKS UW", "LEFT UW", "PER HOUR"});
  for (const auto& line : report.sweep)
    sweep.add({fixed(line.capacitance_uf, 1), std::string(schemas::name_of(line.policy)),
               fixed(line.energy_uj_per_inference, 1), fixed(line.leakage_uw, 1), fixed(line.net_uw, 1),
               per_hour_text(line.inferences_per_hour)});
  return head_of(report.model, report.device, report.harvest) + "\n\n" + sizes.text() + "\n" + sweep.text() +
         "\n" +
         (report.best
              ? "best: " + fixed(report.best->capacitance_uf, 1) + " uF with " +
                    std::string(schemas::name_of(report.best->policy)) + ", " +
                    per_hour_text(report.best->inferences_per_hour) + " inferences per hour\n"
              : std::string("no progress: at none of these sizes does the harvest pay for leakage and "
                            "converter in the mean\n"));
}

}  // namespace synergy::cli
