// Admission: who is to be served, in which order of precedence, and what a decision makes of each app.
#include <algorithm>
#include <tuple>

#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/schemas/app_reasons.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

bool Dispatcher::has_running_apps() const {
  return std::any_of(apps_.begin(), apps_.end(),
                     [](const auto& app) { return app.second.status.phase == AppPhase::kRunning; });
}

bool Dispatcher::is_update(const schemas::AppRequest& request) const {
  const auto found = apps_.find(request.app);
  if (found == apps_.end() || found->second.status.phase != AppPhase::kRunning) return false;
  auto as_before = found->second.status.request;
  if (as_before == request) return false;
  as_before.rate = request.rate;
  as_before.min_rate = request.min_rate;
  as_before.deadline_us = request.deadline_us;
  as_before.priority = request.priority;
  return as_before == request;
}

std::vector<schemas::AppRequest> Dispatcher::requests_for(const Decision& decision) const {
  struct Candidate {
    int rank = 0;  ///< what runs is protected: it comes before what is new, and that before what waits
    schemas::AppRequest request;
  };
  std::vector<Candidate> candidates;
  const bool update = decision.update;
  for (const auto& [id, app] : apps_) {
    if (app.status.phase != AppPhase::kRunning || id == decision.stopped) continue;
    const bool updated = update && decision.submitted->app == id;
    candidates.push_back(
        {app.status.is_waiting() ? 2 : 0, updated ? *decision.submitted : app.status.request});
  }
  if (decision.submitted && !update) candidates.push_back({1, *decision.submitted});
  const auto before = [&](const Candidate& a, const Candidate& b) {
    const auto key = [&](const Candidate& c) {
      // When a device goes, the more important app keeps its place.
      return decision.of_the_body ? std::tuple(-std::int64_t(c.request.priority), std::int64_t(c.rank))
                                  : std::tuple(std::int64_t(c.rank), -std::int64_t(c.request.priority));
    };
    return key(a) < key(b);
  };
  std::stable_sort(candidates.begin(), candidates.end(), before);
  std::vector<schemas::AppRequest> requests;
  for (auto& candidate : candidates) requests.push_back(std::move(candidate.request));
  return requests;
}

schemas::CollaborationPlan Dispatcher::rolled_back(const Decision& decision,
                                                   const std::vector<schemas::AppRequest>& apps) const {
  auto plan = *decision.roll_back_to;
  plan.reason = "back to plan " + std::to_string(plan.id) + ": " + decision.cause;
  plan.id = last_plan_id_ + 1;
  plan.left_out.clear();
  for (const auto& request : apps)
    if (plan.find(request.app) == nullptr) plan.left_out.push_back({request.app, decision.cause});
  return plan;
}

bool Dispatcher::comes_too_late(const Decision& decision) const {
  return decision.update && !apps_.at(decision.submitted->app).book;
}

schemas::AppStatus Dispatcher::submitted_status(const Decision& decision) const {
  const auto& request = *decision.submitted;
  schemas::AppStatus status;
  if (const auto found = apps_.find(request.app); found != apps_.end()) {
    if (decision.update)
      status = status_to_keep(found->second, 0);
    else
      status.first_run = status.next_run = found->second.status.next_run;
  }
  status.request = request;
  return status;
}

schemas::AppStatus Dispatcher::status_after(const Decision& decision, const App& app) const {
  auto status = status_to_keep(app, 0);
  if (status.request.app == decision.stopped) {
    if (decision.plan) status.plan_id = decision.plan->id;
    status.phase = AppPhase::kStopped;
    status.reason = schemas::kStoppedOnRequest;
    return status;
  }
  if (!decision.plan || status.phase != AppPhase::kRunning) return status;
  status.plan_id = decision.plan->id;
  status.reason.clear();
  for (const auto& left_out : decision.plan->left_out)
    if (left_out.app == status.request.app) {
      status.plan_id = 0;
      status.reason = "waits: " + left_out.reason;
    }
  return status;
}

schemas::StoreDecision Dispatcher::decision_to_keep() const {
  const auto& decision = decisions_.front();
  schemas::StoreDecision kept{{}, decision.plan, decision.cause, {}, {}};
  const auto submitted = decision.submitted ? decision.submitted->app : AppId();
  for (const auto& [id, app] : apps_)
    if (app.status.phase == AppPhase::kRunning && id != submitted)
      kept.apps.push_back(status_after(decision, app));
  if (decision.submitted && !comes_too_late(decision)) {
    auto status = submitted_status(decision);
    status.plan_id = decision.plan->id;
    status.reason.clear();
    kept.apps.push_back(status);
  }
  return kept;
}

void Dispatcher::apply(const std::vector<schemas::AppStatus>& kept) {
  const auto& decision = decisions_.front();
  for (const auto& status : kept) {
    const bool submitted = decision.submitted && decision.submitted->app == status.request.app;
    auto& app = apps_[status.request.app];
    if (submitted) app.due = {};
    if (submitted) stops_to_keep_.erase(status.request.app);  // it runs again
    if (submitted && !decision.update) {
      app.status = status;
      app.book.emplace(status.first_run, status.request.runs);
      continue;
    }
    if (!app.book) continue;  // its last run ended while this was on its way; that is kept next
    app.status = current_status(app);
    app.status.request = status.request;
    app.status.plan_id = status.plan_id;
    app.status.phase = status.phase;
    app.status.reason = status.reason;
    if (status.phase != AppPhase::kRunning) leave_to_end(app);
  }
}

double Dispatcher::rate_of(const schemas::AppStatus& status) const {
  if (!plan_ || status.plan_id == 0) return 0;
  return status.request.rate_of(plan_->rounds_per_second);
}

schemas::AppSubmitted Dispatcher::submitted_answer(const schemas::AppStatus& status) const {
  schemas::AppSubmitted answer{status.request.app, status.plan_id, status.first_run, rate_of(status)};
  if (const auto* pipeline = plan_ ? plan_->find(status.request.app) : nullptr; pipeline != nullptr)
    answer.warnings = warnings_on_input(*pipeline);
  return answer;
}

bool Dispatcher::serves_all(const schemas::CollaborationPlan& plan) const {
  return std::all_of(apps_.begin(), apps_.end(), [&](const auto& entry) {
    const auto& status = entry.second.status;
    return status.phase != AppPhase::kRunning || plan.find(status.request.app) != nullptr;
  });
}

}  // namespace synergy::dispatcher
