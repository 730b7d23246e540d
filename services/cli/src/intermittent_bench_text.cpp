#include "synergy/cli/intermittent_bench_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

using client::fixed;
using client::Table;
using harvested_bench::BenchReport;

std::string figure(const std::optional<double>& value, int decimals) {
  return value ? fixed(*value, decimals) : "-";
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

/// Lines and columns in the order in which their first cells come.
class Grid {
 public:
  explicit Grid(std::vector<std::string> line_headings) : headings_(std::move(line_headings)) {}

  void put(const std::vector<std::string>& line, const std::string& column, std::string cell) {
    note(lines_, line);
    note(columns_, column);
    cells_[{line, column}] = std::move(cell);
  }
  [[nodiscard]] std::string text() const {
    auto headings = headings_;
    headings.insert(headings.end(), columns_.begin(), columns_.end());
    Table table(headings);
    for (const auto& line : lines_) {
      auto row = line;
      for (const auto& column : columns_) {
        const auto found = cells_.find({line, column});
        row.push_back(found == cells_.end() ? "-" : found->second);
      }
      table.add(row);
    }
    return table.text();
  }

 private:
  template <class T>
  static void note(std::vector<T>& known, const T& value) {
    if (std::find(known.begin(), known.end(), value) == known.end()) known.push_back(value);
  }

  std::vector<std::string> headings_, columns_;
  std::vector<std::vector<std::string>> lines_;
  std::map<std::pair<std::vector<std::string>, std::string>, std::string> cells_;
};

std::string capacitor_column(double microfarads) { return fixed(microfarads, 0) + " UF"; }

std::string ratios_text(const BenchReport& report) {
  Grid grid({"TABLE", "FIGURES", "BASELINE", "POLICY"});
  for (const auto& row : report.ratios) {
    auto cell = figure(row.ratio, 2);
    if (row.only_ours > 0) cell += " +" + std::to_string(row.only_ours);
    if (row.only_theirs > 0) cell += " -" + std::to_string(row.only_theirs);
    grid.put({row.table, row.figures, row.baseline, row.policy},
             row.microfarads ? capacitor_column(*row.microfarads) : "ALL", cell);
  }
  return "A, B: inferences beside a baseline. Geometric mean over the places where both end some;\n"
         "+n: in n places more only the policy does, -n: only the baseline\n" +
         grid.text();
}

std::string smallest_text(const BenchReport& report) {
  Table table({"FIGURES", "MODEL", "SMALLEST UF", "WHOLE UF", "BY PIECES UF", "NEEDS UJ", "FOR"});
  for (const auto& row : report.smallest)
    table.add({row.figures, row.model, figure(row.smallest_uf, 1), figure(row.whole_uf, 1),
               figure(row.pieces_uf, 1), figure(row.need_uj, 1), row.hardest + row.reason});
  return "D: the smallest capacitor\n" + table.text();
}

std::string sizing_text(const BenchReport& report) {
  Grid grid({"FIGURES", "TRACE"});
  for (const auto& row : report.sizing)
    grid.put({row.figures, row.trace}, row.model,
             fixed(row.best_uf, 0) + " (" + figure(row.over_largest, 2) + ")");
  return "D: the best capacitor of those tried, in uF, by `adaptive` (times the inferences of the "
         "largest)\n" +
         grid.text();
}

std::string sharing_text(const BenchReport& report) {
  Grid grid({"FIGURES", "MODEL"});
  for (const auto& row : report.sharing) {
    std::string cell = "-";
    if (row.once_uj)
      cell = fixed(*row.once_uj, 0) + "/" + figure(row.sequence_uj, 0) + "/" + figure(row.batch_uj, 0);
    if (row.batch_times) cell += " " + fixed(*row.batch_times, 2);
    grid.put({row.figures, row.model}, capacitor_column(row.microfarads), cell);
  }
  return "E: uJ of an inference by once/sequence/batch, and once / batch\n" + grid.text();
}

std::string deadlines_text(const BenchReport& report) {
  Table table({"FIGURES", "POLICY", "HALF A PERIOD", "A PERIOD", "TWO PERIODS", "BOUND", "PLACES"});
  for (const auto& row : report.deadline_means)
    table.add({row.figures, row.policy, fixed(row.half, 3), fixed(row.one, 3), fixed(row.two, 3),
               fixed(row.bound, 3), std::to_string(row.places)});
  return "F: mean share of inputs done in time\n" + table.text();
}

std::string fidelity_text(const BenchReport& report) {
  Table table({"COMPARED", "WHERE", "VALUES", "WORST", "UNIT"});
  for (const auto& row : report.fidelity)
    table.add({row.what, row.place, std::to_string(row.compared), scientific(row.worst), row.unit});
  return "I: two ways to one result\n" + table.text();
}

/// Of each figures and policy: least, median and most of optimum / took, and the median of the bound's.
std::string distances_text(const BenchReport& report) {
  struct Shares {
    std::vector<double> of_optimum, of_bound;
  };
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, Shares> shares;
  for (const auto& row : report.distances) {
    const std::pair key{row.figures, row.policy};
    if (!shares.contains(key)) order.push_back(key);
    shares[key].of_optimum.push_back(row.of_optimum.value_or(0));
    shares[key].of_bound.push_back(row.of_bound.value_or(0));
  }
  Table table({"FIGURES", "POLICY", "LEAST", "MEDIAN", "MOST", "MEDIAN OF BOUND", "PLACES"});
  for (const auto& key : order) {
    auto& [optimum, bound] = shares[key];
    std::sort(optimum.begin(), optimum.end());
    std::sort(bound.begin(), bound.end());
    table.add({key.first, key.second, fixed(optimum.front(), 2), fixed(optimum[optimum.size() / 2], 2),
               fixed(optimum.back(), 2), fixed(bound[bound.size() / 2], 2), std::to_string(optimum.size())});
  }
  return "J: pace beside one who knows the harvest (0: does not end)\n" + table.text();
}

std::string aims_text(const BenchReport& report) {
  Table table({"TABLE", "FIGURES", "HOPED FOR", "", "REACHED"});
  for (const auto& row : report.aims)
    table.add({row.table, row.figures, row.aim, row.met ? "met" : "MISSED", row.reached});
  return "What was hoped for\n" + table.text();
}

}  // namespace

std::string to_text(const BenchReport& report) {
  std::string text;
  const auto add = [&](bool there, std::string (*made)(const BenchReport&)) {
    if (there) text += made(report) + "\n";
  };
  add(!report.ratios.empty(), ratios_text);
  add(!report.smallest.empty(), smallest_text);
  add(!report.sizing.empty(), sizing_text);
  add(!report.sharing.empty(), sharing_text);
  add(!report.deadline_means.empty(), deadlines_text);
  add(!report.fidelity.empty(), fidelity_text);
  add(!report.distances.empty(), distances_text);
  add(!report.aims.empty(), aims_text);
  for (const auto& note : report.notes) text += "Note: " + note + "\n";
  return text;
}

}  // namespace synergy::cli
