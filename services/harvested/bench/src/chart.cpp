#include "synergy/harvested_bench/chart.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

namespace synergy::harvested_bench {
namespace {

constexpr double kLongestRatio = 8, kLongestOfOptimum = 2;

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 100 ? "%.3g" : "%.0f", value);
  return text;
}
std::string capacitor(double microfarads) { return digits(microfarads) + " uF"; }

std::size_t column_of(BarTable& table, const std::string& name) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  if (found != table.columns.end()) return std::size_t(found - table.columns.begin());
  table.columns.push_back(name);
  return table.columns.size() - 1;
}

/// Puts a cell where its line and its column meet; both are made where they are new.
void put(BarTable& table, const std::string& group, const std::string& label, const std::string& column,
         BarTable::Cell cell) {
  auto line = std::find_if(table.lines.begin(), table.lines.end(), [&](const BarTable::Line& one) {
    return one.group == group && one.label == label;
  });
  if (line == table.lines.end()) line = table.lines.insert(line, {group, label, {}});
  const auto at = column_of(table, column);
  if (line->cells.size() <= at) line->cells.resize(at + 1);
  line->cells[at] = std::move(cell);
}

BarTable ratios_table(const std::vector<RatioRow>& ratios, const std::string& table,
                      const std::string& baseline) {
  BarTable made;
  made.title = "Inferences on harvested power, beside `" + baseline + "`: times, longer is better";
  made.explained = {
      "Geometric mean over the places (model, harvest) where both end an inference; the mark is at 1. Bars "
      "end at " +
          digits(kLongestRatio) + ".",
      "+n: in n places more only the policy of this column ends any; -n: in n places only the baseline."};
  for (const auto& row : ratios) {
    if (row.table != table || row.baseline != baseline) continue;
    BarTable::Cell cell;
    if (row.ratio) cell.length = *row.ratio / kLongestRatio;
    cell.mark = 1 / kLongestRatio;
    cell.text = row.ratio ? digits(*row.ratio) : "-";
    if (row.only_ours > 0) cell.text += " +" + std::to_string(row.only_ours);
    if (row.only_theirs > 0) cell.text += " -" + std::to_string(row.only_theirs);
    put(made, row.figures, row.microfarads ? capacitor(*row.microfarads) : "all capacitors", row.policy,
        std::move(cell));
  }
  return made;
}

/// Runs of the default policy under the default figures, over the capacitor.
BarTable capacitors_table(const std::vector<RunRow>& runs) {
  BarTable made;
  made.title = "Inferences over the capacitor: `adaptive`, default figures, longer is better";
  made.explained = {
      "Bars and marks of a line have one scale, the largest bound of the line. The mark is the bound: no "
      "policy ends more."};
  for (const auto& run : runs) {
    if (run.policy != "adaptive" || run.figures != "default") continue;
    double most = 1;
    for (const auto& other : runs)
      if (other.policy == run.policy && other.figures == run.figures && other.model == run.model &&
          other.trace == run.trace)
        most = std::max(most, other.bound.value_or(0));
    BarTable::Cell cell{{}, "-", {}};
    if (run.inferences) cell = {double(*run.inferences) / most, digits(double(*run.inferences)), {}};
    if (run.bound) cell.mark = *run.bound / most;
    put(made, run.model, run.trace, capacitor(run.microfarads), std::move(cell));
  }
  return made;
}

BarTable sharing_table(const std::vector<SharingRow>& rows) {
  BarTable made;
  made.title = "Energy of an inference whose weights are shared: uJ, shorter is better";
  made.explained = {
      "Bars of a line are relative to `once`: one input for each load of weights. The mark is the "
      "bound: no plan whose weights go with power takes less."};
  for (const auto& row : rows) {
    const auto group = row.figures + ", " + row.model;
    const auto add = [&](const char* column, const std::optional<double>& uj) {
      BarTable::Cell cell{{}, uj ? digits(*uj) : "-", {}};
      if (uj) cell.length = *uj / *row.once_uj;
      if (row.bound_uj) cell.mark = *row.bound_uj / *row.once_uj;
      put(made, group, capacitor(row.microfarads), column, std::move(cell));
    };
    add("once", row.once_uj);
    add("sequence", row.sequence_uj);
    add("batch", row.batch_uj);
    put(made, group, capacitor(row.microfarads), "bound",
        {{}, row.bound_uj ? digits(*row.bound_uj) : "-", {}});
  }
  return made;
}

BarTable deadlines_table(const std::vector<DeadlineMean>& means) {
  BarTable made;
  made.title = "Inputs done in time: mean share, longer is better";
  made.explained = {
      "Inputs come once in the time in which the mean harvest is worth 1.5 inferences from a cold start. "
      "A policy that never ends one at a place has 0 there.",
      "The mark is the bound: the share that the harvest suffices for, whatever the policy."};
  for (const auto& mean : means) {
    put(made, mean.figures, "half a period", mean.policy, {mean.half, digits(mean.half), mean.bound});
    put(made, mean.figures, "a period", mean.policy, {mean.one, digits(mean.one), mean.bound});
    put(made, mean.figures, "two periods", mean.policy, {mean.two, digits(mean.two), mean.bound});
  }
  return made;
}

BarTable distances_table(const std::vector<DistanceRow>& rows) {
  BarTable made;
  made.title = "Pace beside one who knows the harvest: that one's time / the policy's, longer is better";
  made.explained = {
      "The time of 20 inferences, on the harvest where the policy is worst; 0: it does not end. The mark is "
      "at 1: the optimum of",
      "power cycles that begin at the wake threshold and share weights within one. A policy that goes on "
      "within a power cycle,",
      "keeps weights asleep or takes several inputs at once can be faster. Bars end at " +
          digits(kLongestOfOptimum) + "."};
  std::map<std::tuple<std::string, std::string, double, std::string>, double> worst;
  const auto key = [](const DistanceRow& row) {
    return std::tuple(row.figures, row.model, row.microfarads, row.policy);
  };
  for (const auto& row : rows) {
    const double pace = row.of_optimum.value_or(0);
    const auto [known, is_new] = worst.emplace(key(row), pace);
    if (!is_new) known->second = std::min(known->second, pace);
  }
  for (const auto& row : rows) {
    const double pace = worst.at(key(row));
    put(made, row.figures + ", " + row.model, capacitor(row.microfarads), row.policy,
        {pace / kLongestOfOptimum, digits(pace), 1 / kLongestOfOptimum});
  }
  return made;
}

}  // namespace

std::vector<Chart> charts_of(const BenchReport& report) {
  std::vector<Chart> charts{{"a-restart-cold", ratios_table(report.ratios, "A", "restart-cold")},
                            {"a-restart", ratios_table(report.ratios, "A", "restart")},
                            {"b-layer", ratios_table(report.ratios, "B", "layer")},
                            {"d-capacitors", {}},
                            {"e-sharing", sharing_table(report.sharing)},
                            {"f-deadlines", deadlines_table(report.deadline_means)},
                            {"j-optimum", distances_table(report.distances)}};
  if (!report.smallest.empty()) charts[3].table = capacitors_table(report.runs);
  std::erase_if(charts, [](const Chart& chart) { return chart.table.lines.empty(); });
  return charts;
}

}  // namespace synergy::harvested_bench
