// How the dispatcher begins, and what others see of it.
#include "synergy/dispatcher/dispatcher.hpp"

#include <algorithm>

namespace synergy::dispatcher {

using schemas::AppPhase;

Dispatcher::Dispatcher(Ports ports)
    : ports_(std::move(ports)),
      body_(ports_.now()),
      // Executors that were started by a dispatcher before this one must not take a new start for an old.
      start_(std::uint64_t(ports_.unix_now().time_since_epoch().count())),
      planning_({ports_.now, ports_.at, ports_.make_plan}) {}

void Dispatcher::drain() {
  draining_ = true;
  pass_over_turns();
}

void Dispatcher::resume(const schemas::StoredState& stored) {
  last_plan_id_ = stored.last_plan_id;
  for (const auto& status : stored.apps) {
    App app{status, {}, {}, {}};
    const auto found = stored.open_runs.find(status.request.app.text());
    const auto open = found == stored.open_runs.end() ? std::vector<std::uint64_t>() : found->second;
    if (status.phase == AppPhase::kRunning) {
      app.book.emplace(status.first_run, status.request.runs);
      app.book->resume(status.next_run, open, status.failed);
    } else {  // stopped, and the dispatcher before ended before these runs did
      for (const auto run : open)
        ending_.add(status.request.app, run, {0, status.plan_id, ports_.now() + kGiveUpAfter, {}, false});
    }
    apps_.emplace(status.request.app, std::move(app));
  }
  bool finished = false;
  for (auto& [id, app] : apps_)
    if (app.book && app.book->finished()) {
      finished = true;
      set_finished(app);
    }
  publish_apps();
  if (!has_running_apps()) return arm_timer();
  if (stored.plan) {
    plan_ = stored.plan;
    ports_.log(Event::kResumed, "plan " + std::to_string(plan_->id), {});
    ports_.publish_plan(*plan_);
    start_plan();
    if (serves_all(*plan_) && !finished)  // it does not when the answer to a decision that was kept is lost
      return begin_next_decision();
  }
  plan_again("the dispatcher started again");
}

schemas::AppStatus Dispatcher::current_status(const App& app) const {
  auto status = app.status;
  if (!app.book) return status;
  status.next_run = std::max(app.book->next_run(), status.next_run);
  status.completed = app.book->completed();
  status.failed = app.book->failed();
  return status;
}

schemas::AppStatus Dispatcher::status_to_keep(const App& app, std::size_t kept) const {
  auto status = current_status(app);
  for (auto run = to_keep_.begin() + std::ptrdiff_t(kept); run != to_keep_.end(); ++run) {
    if (run->app != status.request.app || run->run < status.first_run) continue;
    --(run->outcome == schemas::RunOutcome::kCompleted ? status.completed : status.failed);
    if (status.phase != AppPhase::kFinished && !stops_to_keep_.contains(run->app)) continue;
    status.phase = AppPhase::kRunning;
    status.reason.clear();
  }
  return status;
}

bool Dispatcher::has_runs_to_keep(const AppId& app) const {
  return std::any_of(to_keep_.begin(), to_keep_.end(), [&](const auto& run) { return run.app == app; });
}

bool Dispatcher::waits_for_plan(const schemas::AppStatus& status) const {
  return status.is_waiting() || (status.phase == AppPhase::kRunning && is_broken(plan_));
}

void Dispatcher::publish_apps() {
  schemas::AppSet set;
  for (const auto& [id, app] : apps_) {
    auto status = current_status(app);
    if (planning_.is_out() && waits_for_plan(status)) {
      const auto& reason = status.is_waiting() ? status.reason : "a device of the plan is gone";
      status.reason =
          reason + "; planning: " + std::string(schemas::name_of(decisions_.front().effort)) + " plan";
    }
    if (stops_to_keep_.contains(id))
      status.reason += "; not kept yet: it runs again if the mesh is started again";
    set.apps.push_back(std::move(status));
  }
  ports_.publish_apps(set);
}

void Dispatcher::publish_waiting() {
  const bool any = std::any_of(apps_.begin(), apps_.end(),
                               [&](const auto& app) { return waits_for_plan(app.second.status); });
  if (any) publish_apps();
}

std::string Dispatcher::note() const {
  if (not_kept_) return what_is_not_kept();
  if (!deciding_) return {};
  auto text = decisions_.front().cause + ": " + (planning_.is_out() ? planning_.note() : "switching");
  if (decisions_.size() > 1)
    text += "; " + std::to_string(decisions_.size() - 1) + " more wait for a decision";
  return text;
}

std::size_t Dispatcher::runs_under_way() const {
  std::size_t count = 0;
  for (const auto& [id, app] : apps_)
    if (app.book) count += app.book->under_way();
  return count + ending_.under_way();
}

std::map<std::string, std::uint64_t> Dispatcher::counters() const {
  return {{"runs.under_way", runs_under_way()},
          {"runs.retried", retried_},
          {"runs.repeated", repeated_},
          {"runs.to_keep", to_keep_.size()},
          {schemas::kTroubleCounter, not_kept_ ? 1u : 0u},
          {"plan.starts", starts_},
          {"decisions.waiting", decisions_.size()},
          {"switch.last_us", std::uint64_t(last_switch_.count() / 1000)}};
}

}  // namespace synergy::dispatcher
