#include "synergy/planner_offline/chart.hpp"

#include <algorithm>
#include <cstdio>

namespace synergy::planner_offline {
namespace {

constexpr int kBar = 15, kGap = 4, kGroupGap = 34, kLeft = 190, kWidth = 420, kTop = 60, kRight = 170;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 100 ? "%.3g" : "%.0f", value);
  return text;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

std::string text_at(int x, int y, const std::string& text, const char* anchor, const char* extra = "") {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"" + anchor +
         "\" " + extra + ">" + escaped(text) + "</text>\n";
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
      body += text_at(kLeft, y - 7, name, "start", "font-weight=\"bold\"");
    }
    body += text_at(kLeft - 8, y + kBar - 3, row.policy, "end");
    if (row.has_plan() && most > 0) {
      const int width = std::max(1, int(*row.objective_value / most * kWidth));
      body += "<rect x=\"" + std::to_string(kLeft) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
              std::to_string(width) + "\" height=\"" + std::to_string(kBar) + "\" fill=\"" + colour_of(row) +
              "\"/>\n";
      body += text_at(kLeft + width + 5, y + kBar - 3,
                      number(*row.objective_value) + (row.status == "optimal" ? " (proved)" : ""), "start");
    } else {
      body += text_at(kLeft + 5, y + kBar - 3, row.status == "oor" ? "OOR" : row.status, "start",
                      "fill=\"#b2182b\"");
    }
    y += kBar + kGap;
  }
  const int width = kLeft + kWidth + kRight, height = y + 20;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
         std::to_string(height) + "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
         "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
         text_at(20, 26,
                 "Policies by " + std::string(schemas::name_of(objective)) + ": " + unit_of(objective),
                 "start", "font-size=\"16\"") +
         text_at(20, 46,
                 "Baselines are our own reading of the paper's names; shared air time is not modelled.",
                 "start") +
         body + "</svg>\n";
}

}  // namespace synergy::planner_offline
