#include "synergy/virtual_mesh/recorder.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace synergy::virtual_mesh {

std::string Recorder::at_text() const {
  char text[32];
  std::snprintf(text, sizeof text, "at %.3f s: ", now_s());
  return text;
}

std::size_t Recorder::happened(const std::string& what) {
  report_.events.push_back({now_s(), what, {}, {}, {}});
  return report_.events.size() - 1;
}

void Recorder::answered(std::size_t event, const std::string& answer, bool accepted) {
  auto& line = report_.events[event];
  line.answered_s = now_s();
  line.answer = answer;
  line.accepted = accepted;
}

const schemas::AppStatus* Recorder::app(const AppId& id) const {
  const auto found = std::find_if(apps_.apps.begin(), apps_.apps.end(),
                                  [&](const auto& status) { return status.request.app == id; });
  return found == apps_.apps.end() ? nullptr : &*found;
}

void Recorder::decided(const schemas::StoreDecision& decision) {
  DecisionLine line{now_s(), decision.cause, 0, decision.decided};
  if (decision.plan) {
    line.plan = decision.plan->id;
    line.reason = decision.plan->reason;
  }
  for (const auto& app : decision.apps)
    if (line.reason.empty()) line.reason = app.reason;
  report_.decisions.push_back(std::move(line));
}

void Recorder::granted(const schemas::RunGrant& grant) {
  const auto& [app, run, attempt] = grant.key;
  auto& runs = runs_[app];
  if (run >= runs.next) {
    for (auto new_one = runs.next; new_one <= run; ++new_one) runs.open.insert(new_one);
    runs.granted += run + 1 - runs.next;
    runs.next = run + 1;
  } else if (!runs.open.contains(run)) {
    broken("run " + std::to_string(run) + " of '" + app.text() + "' was started after it had ended");
  }
}

void Recorder::ended(const schemas::RunRecord& record) {
  auto& runs = runs_[record.app];
  if (runs.open.erase(record.run) == 0)
    broken("run " + std::to_string(record.run) + " of '" + record.app.text() +
           "' has ended, which was not under way");
  auto& of_plan = runs.by_plan[record.plan_id];
  if (record.outcome == schemas::RunOutcome::kFailed) {
    ++runs.failed;
    ++of_plan.failed;
    ++runs.failures[record.reason];
    return;
  }
  ++runs.completed;
  if (++of_plan.completed == 1) of_plan.first_end = record.ended;
  of_plan.first_end = std::min(of_plan.first_end, record.ended);
  of_plan.last_end = std::max(of_plan.last_end, record.ended);
}

void Recorder::in_force(const schemas::CollaborationPlan& plan) {
  report_.plans.push_back({now_s(), {}, plan});
  for (const auto& pipeline : plan.pipelines) promised_[{plan.id, pipeline.app}] = pipeline.runs_per_second;
}

void Recorder::logged(dispatcher::Event event, LogFields fields) {
  const auto& info = dispatcher::info_of(event);
  auto what = written(fields);
  if (!what.empty()) what.erase(0, 1);  // the space before the first
  report_.log.push_back({now_s(), std::string(info.name.text()), what, info.level == LogLevel::kWarn});
  if (event == dispatcher::Event::kDeployed && !report_.plans.empty() && !report_.plans.back().served_s)
    report_.plans.back().served_s = now_s();
}

AppLine Recorder::line_of(const schemas::AppStatus& status, const Runs& runs) const {
  AppLine line{status.request.app,
               std::string(status.state()),
               status.reason,
               runs.granted,
               runs.completed,
               runs.failed,
               runs.open.size(),
               runs.failures,
               {}};
  for (const auto& [plan, got] : runs.by_plan) {
    AppPlanLine of_plan{plan, got.completed, got.failed, {}, {}};
    if (const auto promised = promised_.find({plan, status.request.app}); promised != promised_.end())
      of_plan.predicted_runs_per_second = promised->second;
    if (got.completed > 1 && got.last_end > got.first_end)
      of_plan.runs_per_second = double(got.completed - 1) / seconds(got.last_end - got.first_end);
    line.plans.push_back(of_plan);
  }
  return line;
}

DayReport Recorder::report() && {
  report_.until_s = now_s();
  for (const auto& status : apps_.apps) report_.apps.push_back(line_of(status, runs_[status.request.app]));
  return std::move(report_);
}

}  // namespace synergy::virtual_mesh
