#include "synergy/cli/day_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

using virtual_mesh::DayReport;

struct Line {
  double at_s = 0;
  std::string kind, what;
};

/// A device that leaves or joins answers nobody.
bool is_a_command(const std::string& what) {
  return !what.starts_with("leave ") && !what.starts_with("join ");
}

/// What happened, what was decided and what went wrong, in order of time.
std::string timeline_of(const DayReport& report) {
  std::vector<Line> lines;
  for (const auto& event : report.events) {
    lines.push_back({event.at_s, "event", event.what});
    if (event.answered_s)
      lines.push_back(
          {*event.answered_s, *event.accepted ? "answer" : "refused", event.what + ": " + event.answer});
    else if (is_a_command(event.what))
      lines.push_back({report.until_s, "no answer", event.what + ": the day ended before"});
  }
  for (const auto& decision : report.decisions)
    lines.push_back({decision.at_s, decision.plan > 0 ? "plan " + std::to_string(decision.plan) : "decision",
                     decision.cause + (decision.reason.empty() ? "" : ": " + decision.reason)});
  for (const auto& line : report.log) lines.push_back({line.at_s, line.event, line.what});
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.at_s < b.at_s; });
  Table table({"TIME S", "", "WHAT"});
  for (const auto& line : lines) table.add({fixed(line.at_s, 3), line.kind, line.what});
  return table.text();
}

std::string ways_of(const schemas::PipelinePlan& pipeline) {
  std::string text;
  for (const auto& way : pipeline.executions) {
    text += (text.empty() ? "" : " | ") + way.source.text();
    for (const auto& chunk : way.chunks)
      text += " > " + chunk.device.text() + "[" + std::to_string(chunk.first_layer) + "-" +
              std::to_string(chunk.last_layer) + "]";
    text += " > " + way.target.text();
  }
  return text;
}

std::string plans_of(const DayReport& report) {
  Table table({"PLAN", "SERVED S", "EFFORT", "STATUS", "ROUNDS/S", "APP", "WAY"});
  for (const auto& line : report.plans) {
    const auto& plan = line.plan;
    std::vector<std::string> about{
        std::to_string(plan.id), line.served_s ? fixed(*line.served_s, 3) : "never",
        std::string(schemas::name_of(plan.effort)), std::string(schemas::name_of(plan.status)),
        fixed(plan.rounds_per_second, 3)};
    const auto add = [&](const std::string& app, const std::string& way) {
      auto row = about;
      row.insert(row.end(), {app, way});
      table.add(std::move(row));
      about.assign(about.size(), "");  // it is told once
    };
    for (const auto& pipeline : plan.pipelines) add(pipeline.app.text(), ways_of(pipeline));
    for (const auto& out : plan.left_out) add(out.app.text(), "left out: " + out.reason);
    if (plan.pipelines.empty() && plan.left_out.empty()) add("-", "-");
  }
  return table.text();
}

std::string apps_of(const DayReport& report) {
  Table table({"APP", "PLAN", "COMPLETED", "FAILED", "UNDER WAY", "RUNS/S", "PLAN'S RUNS/S"});
  std::string below;
  const auto rate = [](const std::optional<double>& value) { return value ? fixed(*value, 3) : "-"; };
  for (const auto& app : report.apps) {
    table.add({app.app.text(), "all, " + app.state, std::to_string(app.completed), std::to_string(app.failed),
               std::to_string(app.under_way), "", ""});
    if (!app.reason.empty()) below += app.app.text() + " is " + app.state + ": " + app.reason + "\n";
    for (const auto& plan : app.plans)
      table.add({"", std::to_string(plan.plan), std::to_string(plan.completed), std::to_string(plan.failed),
                 "", rate(plan.runs_per_second), rate(plan.predicted_runs_per_second)});
    for (const auto& [reason, runs] : app.failures)
      below += app.app.text() + ": " + std::to_string(runs) + " failed: " + reason + "\n";
  }
  return table.text() + below;
}

}  // namespace

std::string to_text(const DayReport& report) {
  auto text = "a day of " + fixed(report.until_s, 3) + " s on body " + report.body + "\n" +
              timeline_of(report) + "\n" + plans_of(report) + "\n" + apps_of(report);
  for (const auto& broken : report.broken) text += "BROKEN: " + broken + "\n";
  return text;
}

}  // namespace synergy::cli
