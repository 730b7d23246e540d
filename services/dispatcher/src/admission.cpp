#include "synergy/dispatcher/admission.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "synergy/schemas/app_reasons.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

schemas::AppStatus status_after(const Decision& decision, const App& app, const StoreQueue& store) {
  auto status = store.status_to_keep(app);
  if (const auto* stop = decision.as<Stop>(); stop != nullptr && status.request.app == stop->app) {
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

}  // namespace

std::vector<schemas::AppRequest> requests_for(const Decision& decision, const Apps& apps) {
  struct Candidate {
    int rank = 0;  ///< what runs is protected: it comes before what is new, and that before what waits
    schemas::AppRequest request;
  };
  std::vector<Candidate> candidates;
  const auto* submitted = decision.request_of_app();
  const auto* stop = decision.as<Stop>();
  const bool update = decision.is_update();
  for (const auto& [id, app] : apps) {
    if (app.status.phase != AppPhase::kRunning || (stop != nullptr && id == stop->app)) continue;
    const bool updated = update && submitted->app == id;
    candidates.push_back({app.status.is_waiting() ? 2 : 0, updated ? *submitted : app.status.request});
  }
  if (submitted != nullptr && !update) candidates.push_back({1, *submitted});
  const auto before = [&](const Candidate& a, const Candidate& b) {
    const auto key = [&](const Candidate& c) {
      // When a device goes, the more important app keeps its place.
      return decision.is<BodyChanged>() ? std::tuple(-std::int64_t(c.request.priority), std::int64_t(c.rank))
                                        : std::tuple(std::int64_t(c.rank), -std::int64_t(c.request.priority));
    };
    return key(a) < key(b);
  };
  std::stable_sort(candidates.begin(), candidates.end(), before);
  std::vector<schemas::AppRequest> requests;
  for (auto& candidate : candidates) requests.push_back(std::move(candidate.request));
  return requests;
}

schemas::CollaborationPlan rolled_back(const Decision& decision, std::uint64_t number,
                                       const std::vector<schemas::AppRequest>& requests) {
  auto plan = decision.as<RollBack>()->to;
  plan.reason = "back to plan " + std::to_string(plan.id) + ": " + decision.cause;
  plan.id = number;
  plan.left_out.clear();
  for (const auto& request : requests)
    if (plan.find(request.app) == nullptr) plan.left_out.push_back({request.app, decision.cause});
  if (!plan.left_out.empty()) plan.pinned.reset();  // other apps run than those that were pinned
  return plan;
}

bool comes_too_late(const Submit& submit, const Apps& apps) {
  return submit.update && !apps.at(submit.request.app).book;
}

schemas::AppStatus submitted_status(const Submit& submit, const Apps& apps, const StoreQueue& store) {
  schemas::AppStatus status;
  if (const auto* known = apps.find(submit.request.app)) {
    if (submit.update)
      status = store.status_to_keep(*known);
    else
      status.first_run = status.next_run = known->status.next_run;
  }
  status.request = submit.request;
  return status;
}

schemas::StoreDecision decision_to_keep(const Decision& decision, const Apps& apps, const StoreQueue& store) {
  schemas::StoreDecision kept{{}, decision.plan, decision.cause, {}, {}, decision.request};
  const auto* submit = decision.as<Submit>();
  for (const auto& [id, app] : apps)
    if (app.status.phase == AppPhase::kRunning && (submit == nullptr || id != submit->request.app))
      kept.apps.push_back(status_after(decision, app, store));
  if (submit != nullptr && !comes_too_late(*submit, apps)) {
    auto status = submitted_status(*submit, apps, store);
    status.plan_id = decision.plan->id;
    status.reason.clear();
    kept.apps.push_back(status);
  }
  return kept;
}

std::vector<schemas::RateChange> rate_changes(const schemas::CollaborationPlan* before,
                                              const schemas::CollaborationPlan& after, const AppId& newcomer,
                                              const Apps& apps) {
  constexpr double kSameRate = 1e-3;
  std::vector<schemas::RateChange> changes;
  const auto rate_by = [](const schemas::CollaborationPlan* plan, const AppId& app) {
    const auto* pipeline = plan != nullptr ? plan->find(app) : nullptr;
    return pipeline != nullptr ? pipeline->runs_per_second : 0;
  };
  const auto add = [&](const AppId& app) {
    const schemas::RateChange change{app, rate_by(before, app), rate_by(&after, app)};
    const auto* known = apps.find(app);
    if (known == nullptr || known->status.phase != AppPhase::kRunning) return;
    if (app != newcomer &&
        std::abs(change.after - change.before) > kSameRate * std::max(change.after, change.before))
      changes.push_back(change);
  };
  if (before != nullptr)
    for (const auto& pipeline : before->pipelines) add(pipeline.app);
  for (const auto& pipeline : after.pipelines)
    if (before == nullptr || before->find(pipeline.app) == nullptr) add(pipeline.app);
  return changes;
}

schemas::AppForecast forecast(const AppId& app, const schemas::CollaborationPlan* now,
                              const schemas::CollaborationPlan& plan, const Apps& apps) {
  schemas::AppForecast told;
  told.app = app;
  told.changes = rate_changes(now, plan, app, apps);
  told.devices = plan.devices;
  if (now != nullptr) told.devices_now = now->devices;
  if (const auto* pipeline = plan.find(app)) {
    told.rate = pipeline->runs_per_second;
    told.warnings = warnings_on_input(*pipeline);
  }
  return told;
}

schemas::AppSubmitted submitted_answer(const schemas::AppStatus& status,
                                       const schemas::CollaborationPlan* plan) {
  const bool served = plan != nullptr && status.plan_id != 0;
  schemas::AppSubmitted answer{status.request.app, status.plan_id, status.first_run, 0};
  const auto* pipeline = plan != nullptr ? plan->find(status.request.app) : nullptr;
  if (served && pipeline != nullptr) answer.rate = pipeline->runs_per_second;
  if (pipeline != nullptr) answer.warnings = warnings_on_input(*pipeline);
  if (status.is_waiting()) answer.warnings.insert(answer.warnings.begin(), status.reason);
  return answer;
}

}  // namespace synergy::dispatcher
