#include "synergy/planner_offline/chart.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/documents/svg.hpp"
#include "synergy/planner_offline/solve_report.hpp"

namespace synergy::planner_offline {
namespace {

using documents::Anchor;
using documents::svg_rect;
using documents::svg_text;

constexpr int kBar = 15, kGap = 4, kGroupGap = 34, kLeft = 190, kWidth = 420, kTop = 60, kRight = 170;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 100 ? "%.3g" : "%.0f", value);
  return text;
}

const char* colour_of(const BenchRow& row) {
  if (row.policy.starts_with("optimal")) return "#1b7837";
  if (row.policy == "synergy") return "#2166ac";
  return "#9aa0a6";
}

const char* unit_of(schemas::Objective objective) {
  switch (objective) {
    case schemas::Objective::kThroughput:
      return "rounds per second";
    case schemas::Objective::kLatency:
      return "us, mean unloaded latency (shorter is better)";
    case schemas::Objective::kEnergy:
      break;
  }
  return "uJ per run (shorter is better)";
}

}  // namespace

std::string to_svg(const BenchReport& report, schemas::Objective objective) {
  std::string body, group;
  int y = kTop;
  double most = 0;
  for (const auto& row : report.rows) {
    if (row.objective != objective || !row.overlap) continue;
    const auto name = row.workload + ", " + row.link + ", " + std::string(schemas::name_of(row.residency));
    if (name != group) {
      group = name;
      most = 0;
      for (const auto& other : report.rows)
        if (other.objective == objective && other.overlap && other.workload == row.workload &&
            other.link == row.link && other.residency == row.residency && other.has_plan())
          most = std::max(most, *other.objective_value);
      y += kGroupGap;
      body += svg_text(kLeft, y - 7, name, Anchor::kStart, "font-weight=\"bold\"");
    }
    body += svg_text(kLeft - 8, y + kBar - 3, row.policy, Anchor::kEnd);
    if (row.has_plan() && most > 0) {
      const int width = std::max(1, int(*row.objective_value / most * kWidth));
      body += svg_rect(kLeft, y, width, kBar, std::string("fill=\"") + colour_of(row) + "\"");
      body += svg_text(
          kLeft + width + 5, y + kBar - 3,
          number(*row.objective_value) + (row.status == planner::OutcomeStatus::kOptimal ? " (proved)" : ""));
    } else {
      body += svg_text(kLeft + 5, y + kBar - 3, to_text(row.status), Anchor::kStart, "fill=\"#b2182b\"");
    }
    y += kBar + kGap;
  }
  const int width = kLeft + kWidth + kRight, height = y + 20;
  return documents::svg_document(
      width, height,
      svg_text(20, 26, "Policies by " + std::string(schemas::name_of(objective)) + ": " + unit_of(objective),
               Anchor::kStart, "font-size=\"16\"") +
          svg_text(20, 46,
                   "Baselines are our own reading of the paper's names; shared air time is not modelled.") +
          body);
}

}  // namespace synergy::planner_offline
