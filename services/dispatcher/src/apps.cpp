#include "synergy/dispatcher/apps.hpp"

#include <algorithm>

namespace synergy::dispatcher {

using schemas::AppPhase;

schemas::AppStatus App::current_status() const {
  auto now = status;
  if (!book) return now;
  now.next_run = std::max(book->next_run(), now.next_run);
  now.completed = book->completed();
  now.failed = book->failed();
  return now;
}

App* Apps::find(const AppId& app) {
  const auto found = apps_.find(app);
  return found == apps_.end() ? nullptr : &found->second;
}

const App* Apps::find(const AppId& app) const {
  const auto found = apps_.find(app);
  return found == apps_.end() ? nullptr : &found->second;
}

bool Apps::any_runs() const {
  return std::any_of(apps_.begin(), apps_.end(),
                     [](const auto& app) { return app.second.status.phase == AppPhase::kRunning; });
}

bool Apps::is_update(const schemas::AppRequest& request) const {
  const auto* app = find(request.app);
  if (app == nullptr || app->status.phase != AppPhase::kRunning) return false;
  auto as_before = app->status.request;
  if (as_before == request) return false;
  as_before.rate = request.rate;
  as_before.min_rate = request.min_rate;
  as_before.deadline_us = request.deadline_us;
  as_before.priority = request.priority;
  as_before.weight = request.weight;
  as_before.repeat = request.repeat;
  return as_before == request;
}

bool Apps::all_served_by(const schemas::CollaborationPlan& plan) const {
  return std::all_of(apps_.begin(), apps_.end(), [&](const auto& entry) {
    const auto& status = entry.second.status;
    return status.phase != AppPhase::kRunning || plan.find(status.request.app) != nullptr;
  });
}

}  // namespace synergy::dispatcher
