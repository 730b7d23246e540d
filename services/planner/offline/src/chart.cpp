#include "synergy/planner_offline/chart.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "synergy/documents/svg.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner_offline/solve_report.hpp"

namespace synergy::planner_offline {
namespace {

using documents::Anchor;
using documents::svg_line;
using documents::svg_rect;
using documents::svg_text;

// A table of bars: a line for each case, a column for each policy.
constexpr int kMargin = 16, kTop = 136, kLine = 20, kGroupGap = 8;
constexpr int kCaseWidth = 190, kResidencyWidth = 64, kBar = 52, kNumber = 46, kColumn = kBar + kNumber + 4;
constexpr int kReferenceGap = 10, kReferenceWidth = 150;
constexpr int kLeastWidth = 1040;  ///< of the sentences above
constexpr int kFirstColumn = kMargin + kCaseWidth + kResidencyWidth;

/// Where a bar ends, in times the reference; what is longer is cut there.
double longest(schemas::Objective objective) { return planner::more_is_better(objective) ? 2 : 4; }

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 100 ? "%.3g" : "%.0f", value);
  return text;
}

/// Two decimals, or two digits where it is small.
std::string times_text(double times) {
  char text[32];
  std::snprintf(text, sizeof text,
                times < 0.1   ? "%.2g"
                : times < 10  ? "%.2f"
                : times < 100 ? "%.1f"
                              : "%.0f",
                times);
  return text;
}

const char* colour_of(const BenchRow& row) {
  if (row.policy.starts_with("optimal")) return "#1b7837";
  if (row.policy == "synergy") return "#2166ac";
  return "#9aa0a6";
}

std::string unit_of(schemas::Objective objective) {
  switch (objective) {
    case schemas::Objective::kFair:
    case schemas::Objective::kSum:
      return "runs/s";
    case schemas::Objective::kLifetime:
      return "h";
    case schemas::Objective::kRounds:
      return "rounds/s";
    case schemas::Objective::kLatency:
      return "us";
    case schemas::Objective::kEnergy:
      break;
  }
  return "uJ";
}

std::string title_of(schemas::Objective objective) {
  switch (objective) {
    case schemas::Objective::kFair:
      return "Policies by the lowest rate / weight: runs per second, longer is better";
    case schemas::Objective::kRounds:
      return "Policies by rounds: rounds per second, longer is better";
    case schemas::Objective::kSum:
      return "Policies by the weighted sum of all rates: runs per second, longer is better";
    case schemas::Objective::kLifetime:
      return "Policies by battery: hours until the first device is empty, longer is better";
    case schemas::Objective::kLatency:
      return "Policies by latency: mean of the apps in an empty mesh, shorter is better";
    case schemas::Objective::kEnergy:
      break;
  }
  return "Policies by energy: tasks of a run, mean over all runs, shorter is better";
}

/// What stands on one line: the rows of a workload, a link and a residency.
struct Case {
  std::string name, residency;
  std::vector<const BenchRow*> rows;
};

/// What the others of its case are relative to: `optimal`, or the best where that has no plan. nullptr: no
/// plan.
const BenchRow* reference_of(const Case& of, schemas::Objective objective) {
  const BenchRow* best = nullptr;
  for (const auto* row : of.rows) {
    if (!row->has_plan()) continue;
    if (row->policy == "optimal") return row;
    const bool more = planner::more_is_better(objective);
    if (best == nullptr || (more ? *row->objective_value > *best->objective_value
                                 : *row->objective_value < *best->objective_value))
      best = row;
  }
  return best;
}

class Chart {
 public:
  Chart(const BenchReport& report, schemas::Objective objective) : objective_(objective) {
    const bool any_overlaps = std::any_of(report.rows.begin(), report.rows.end(), [&](const BenchRow& row) {
      return row.objective == objective && row.overlap;
    });
    overlap_ = any_overlaps;
    for (const auto& row : report.rows)
      if (row.objective == objective && row.overlap == any_overlaps) add(row);
  }

  std::string draw() {
    const int width = std::max(kLeastWidth, reference_at() + kReferenceWidth + kMargin);
    std::string body = heading();
    int y = kTop;
    std::string group;
    for (const auto& each : cases_) {
      if (!group.empty() && each.name != group) y += kGroupGap;
      body += line(each, y, each.name != group, width);
      group = each.name;
      y += kLine;
    }
    return documents::svg_document(width, y + kMargin, body);
  }

 private:
  void add(const BenchRow& row) {
    if (std::find(policies_.begin(), policies_.end(), row.policy) == policies_.end())
      policies_.push_back(row.policy);
    const auto name = row.workload + ", " + row.link;
    const auto residency = std::string(schemas::name_of(row.residency));
    auto found = std::find_if(cases_.begin(), cases_.end(), [&](const Case& each) {
      return each.name == name && each.residency == residency;
    });
    if (found == cases_.end()) found = cases_.insert(cases_.end(), Case{name, residency, {}});
    found->rows.push_back(&row);
  }

  static int column_at(std::size_t policy) { return kFirstColumn + int(policy) * kColumn; }

  [[nodiscard]] int reference_at() const { return column_at(policies_.size()) + kReferenceGap; }

  [[nodiscard]] std::string heading() const {
    auto text = svg_text(kMargin, 26, title_of(objective_), Anchor::kStart, "font-size=\"16\"");
    const std::string explained[] = {
        "Each bar is relative to `optimal` of its own line, which is 1 (thin mark); where that has no plan, "
        "to the best, "
        "which is named at the right. All bars have one scale.",
        "They end at " + number(longest(objective_)) +
            ": a longer one is cut (two strokes) and its number is bold. *: proved to be the best. OOR: out "
            "of "
            "resource, no plan. " +
            (overlap_ ? "Tasks overlap." : "Tasks do not overlap."),
        "Resident: weights stay loaded; reload: they are loaded at each switch. Shared air time is not "
        "modelled. "
        "Baselines are our own reading of the paper's names."};
    int y = 48;
    for (const auto& sentence : explained) {
      text += svg_text(kMargin, y, sentence);
      y += 18;
    }
    for (std::size_t i = 0; i < policies_.size(); ++i)
      text += svg_text(column_at(i), kTop - 10, policies_[i], Anchor::kStart, "font-weight=\"bold\"");
    return text + svg_text(reference_at(), kTop - 10, "1 stands for", Anchor::kStart, "font-weight=\"bold\"");
  }

  [[nodiscard]] std::string line(const Case& of, int y, bool first, int width) const {
    const int base = y + kLine - 6;
    std::string text;
    if (first) {
      text += svg_line(kMargin, y - 2, width - kMargin, y - 2, "stroke=\"#d0d4d8\"");
      text += svg_text(kMargin, base, of.name, Anchor::kStart, "font-weight=\"bold\"");
    }
    text += svg_text(kMargin + kCaseWidth, base, of.residency);
    const auto* reference = reference_of(of, objective_);
    for (const auto* row : of.rows) {
      const auto column = std::find(policies_.begin(), policies_.end(), row->policy) - policies_.begin();
      text += cell(*row, reference, column_at(std::size_t(column)), y);
    }
    if (reference == nullptr) return text;
    return text + svg_text(reference_at(), base,
                           number(*reference->objective_value) + " " + unit_of(objective_) +
                               (reference->policy == "optimal" ? "" : ", " + reference->policy));
  }

  [[nodiscard]] std::string cell(const BenchRow& row, const BenchRow* reference, int x, int y) const {
    const int base = y + kLine - 6;
    if (!row.has_plan()) return svg_text(x, base, to_text(row.status), Anchor::kStart, "fill=\"#b2182b\"");
    const double times = *row.objective_value / *reference->objective_value;
    const bool cut = times > longest(objective_);
    const double length = std::max(1.0, std::min(times / longest(objective_), 1.0) * kBar);
    auto text = svg_rect(x, y + 3, length, kLine - 8, std::string("fill=\"") + colour_of(row) + "\"",
                         row.policy + ": " + number(*row.objective_value) + " " + unit_of(objective_));
    if (cut)
      for (const int stroke : {12, 7})
        text += svg_line(x + kBar - stroke - 2, y + kLine - 4, x + kBar - stroke + 2, y + 2,
                         "stroke=\"#ffffff\" stroke-width=\"2\"");
    const double one = x + kBar / longest(objective_);
    text += svg_line(one, y + 1, one, y + kLine - 3, "stroke=\"#303030\" stroke-width=\"0.6\"");
    const bool proved = row.status == planner::OutcomeStatus::kOptimal;
    return text + svg_text(x + kBar + 4, base, times_text(times) + (proved ? "*" : ""), Anchor::kStart,
                           cut ? "font-weight=\"bold\" font-size=\"11\"" : "font-size=\"11\"");
  }

  schemas::Objective objective_;
  bool overlap_ = true;
  std::vector<std::string> policies_;
  std::vector<Case> cases_;
};

}  // namespace

std::string to_svg(const BenchReport& report, schemas::Objective objective) {
  return Chart(report, objective).draw();
}

}  // namespace synergy::planner_offline
