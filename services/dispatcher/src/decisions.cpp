// Decisions: what changes the set of apps or its plan, one at a time, from the request to the store's answer.
#include <algorithm>
#include <memory>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

std::string label_of(const AppId& app) { return "app '" + app.text() + "'"; }

Error too_many_decisions() {
  return {ErrorCode::kOverloaded,
          std::to_string(kMostDecisions) + " submissions and stops are waiting; ask again later"};
}

}  // namespace

void Dispatcher::on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer) {
  if (decisions_.size() >= kMostDecisions) return answer(too_many_decisions());
  decisions_.push_back(
      {label_of(submit.request.app) + " submitted", submit.request, std::move(answer), {}, {}, {}});
  begin_next_decision();
}

void Dispatcher::on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer) {
  if (decisions_.size() >= kMostDecisions) return answer(too_many_decisions());
  decisions_.push_back({label_of(stop.app) + " stopped", {}, {}, stop.app, std::move(answer), {}});
  begin_next_decision();
}

void Dispatcher::begin_next_decision() {
  if (deciding_ || decisions_.empty()) return;
  deciding_ = true;
  auto& decision = decisions_.front();
  if (decision.submitted) {
    const auto found = apps_.find(decision.submitted->app);
    if (found != apps_.end() && found->second.status.phase == AppPhase::kRunning) {
      const auto& status = found->second.status;
      const bool same = status.request == *decision.submitted;
      auto answer = std::move(decision.submit_answer);
      decisions_.pop_front();
      deciding_ = false;
      if (same)
        answer(schemas::AppSubmitted{status.request.app, status.plan_id, status.first_run});
      else
        answer(
            Error{ErrorCode::kConflict, label_of(status.request.app) +
                                            " is running with another request; stop it first (synergy stop " +
                                            status.request.app.text() + ")"});
      return begin_next_decision();
    }
  } else if (decision.stop_answer) {
    const auto found = apps_.find(decision.stopped);
    if (found == apps_.end() || found->second.status.phase != AppPhase::kRunning) {
      auto answer = std::move(decision.stop_answer);
      const auto app = decision.stopped;
      decisions_.pop_front();
      deciding_ = false;
      if (found == apps_.end())
        answer(Error{ErrorCode::kNotFound, "there is no " + label_of(app) + " (synergy apps lists them)"});
      else
        answer(schemas::AppStopped{app});
      return begin_next_decision();
    }
  }
  plan_for(decision);
}

void Dispatcher::plan_for(Decision& decision) {
  schemas::PlanMake request;
  request.id = last_plan_id_ + 1;
  request.cause = decision.cause;
  for (auto& app : running_requests())
    if (app.app != decision.stopped) request.apps.push_back(std::move(app));
  if (decision.submitted) request.apps.push_back(*decision.submitted);
  if (request.apps.empty()) return begin_draining();  // the last app stops: no plan is needed
  ports_.make_plan(request, [this](Result<schemas::CollaborationPlan> plan) {
    auto& current = decisions_.front();
    if (plan) {
      current.plan = std::move(*plan);
      return begin_draining();
    }
    if (current.submitted) return reject(plan.error());
    ports_.log("no_new_plan", plan.error().message);
    if (current.stop_answer) return begin_draining();  // the plan in force serves the fewer apps still
    decisions_.pop_front();
    deciding_ = false;
    if (plan.error().code == ErrorCode::kTimeout || plan.error().code == ErrorCode::kUnavailable)
      ports_.at(ports_.now() + kPlanAgainAfter, [this] { plan_again(); });
    begin_next_decision();
  });
}

void Dispatcher::reject(const Error& error) {
  auto& decision = decisions_.front();
  const auto finish = [this, error] {
    auto answer = std::move(decisions_.front().submit_answer);
    decisions_.pop_front();
    deciding_ = false;
    answer(error);
    begin_next_decision();
  };
  const bool final = error.code == ErrorCode::kNoFit || error.code == ErrorCode::kInvalid ||
                     error.code == ErrorCode::kNotFound;
  const auto found = apps_.find(decision.submitted->app);
  const bool has_history = found != apps_.end() && found->second.status.phase != AppPhase::kRejected;
  const bool too_many = found == apps_.end() && apps_.size() >= kMostAppsWithRejected;
  if (!final || has_history || too_many) return finish();  // what is kept of it stays as it is
  auto status = submitted_status(*decision.submitted);
  status.phase = AppPhase::kRejected;
  status.reason = error.message;
  const schemas::StoreDecision rejection{{status}, {}, decision.cause};
  send_decision([rejection] { return rejection; },
                [this, status, finish](const Result<schemas::Done>& kept) {
                  if (kept) apps_[status.request.app] = {status, {}};
                  publish_apps();
                  finish();
                });
}

void Dispatcher::send_decision(const std::function<schemas::StoreDecision()>& decision,
                               const Ports::Answer<schemas::Done>& answer) {
  if (keeping_) {
    ports_.at(ports_.now() + std::chrono::milliseconds(2),
              [this, decision, answer] { send_decision(decision, answer); });
    return;
  }
  keeping_ = true;
  send_until_answered(decision(), answer);
}

void Dispatcher::send_until_answered(const schemas::StoreDecision& decision,
                                     const Ports::Answer<schemas::Done>& answer) {
  ports_.keep_decision(decision, [this, decision, answer](const Result<schemas::Done>& done) {
    if (!done && done.error().code == ErrorCode::kTimeout) {
      ports_.log("decision_not_answered", done.error().message);
      ports_.at(ports_.now() + kAskStoreAgainAfter,
                [this, decision, answer] { send_until_answered(decision, answer); });
      return;
    }
    keeping_ = false;
    answer(done);
    if (done)
      keep_runs();
    else
      keep_runs_soon(kKeepRunsAgainAfter);
  });
}

void Dispatcher::begin_draining() {
  switching_until_ = ports_.now() + kDrainPatience;
  drain_then_keep();
}

void Dispatcher::drain_then_keep() {
  // Of a submission that ends, or gives way to the next, the last runs are kept before: a restart looks only
  // at runs of apps that are running, from their present submission on.
  const auto& decision = decisions_.front();
  const bool ended = runs_under_way() == 0 &&
                     !has_runs_to_keep(decision.submitted ? decision.submitted->app : decision.stopped);
  if (ended || ports_.now() >= *switching_until_) return keep_decision();
  ports_.at(ports_.now() + std::chrono::milliseconds(5), [this] { drain_then_keep(); });
}

schemas::AppStatus Dispatcher::submitted_status(const schemas::AppRequest& request) const {
  schemas::AppStatus status;
  status.request = request;
  if (const auto found = apps_.find(request.app); found != apps_.end())
    status.first_run = status.next_run = found->second.status.next_run;
  return status;
}

schemas::AppStatus Dispatcher::status_after(const Decision& decision, const App& app) const {
  auto status = status_to_keep(app, 0);
  if (decision.plan) status.plan_id = decision.plan->id;
  if (status.request.app == decision.stopped) {
    status.phase = AppPhase::kStopped;
    status.reason = "stopped on request";
  }
  return status;
}

schemas::StoreDecision Dispatcher::decision_to_keep() const {
  const auto& decision = decisions_.front();
  schemas::StoreDecision kept{{}, decision.plan, decision.cause};
  for (const auto& [id, app] : apps_)
    if (app.status.phase == AppPhase::kRunning) kept.apps.push_back(status_after(decision, app));
  if (decision.submitted) {
    auto status = submitted_status(*decision.submitted);
    status.plan_id = decision.plan->id;
    kept.apps.push_back(status);
  }
  return kept;
}

void Dispatcher::keep_decision() {
  const auto sent = std::make_shared<std::vector<schemas::AppStatus>>();
  const auto decide = [this, sent] {
    auto kept = decision_to_keep();
    *sent = kept.apps;
    return kept;
  };
  send_decision(decide, [this, sent](const Result<schemas::Done>& done) {
    switching_until_.reset();
    if (!done) {  // nothing was changed: whoever asked may ask again
      auto failed = std::move(decisions_.front());
      decisions_.pop_front();
      deciding_ = false;
      if (failed.plan)
        last_plan_id_ = failed.plan->id;  // the store may have kept it: its number is not used again
      ports_.log("not_kept", done.error().message);
      if (failed.submit_answer) failed.submit_answer(done.error());
      if (failed.stop_answer) failed.stop_answer(done.error());
      start_runs();
      return begin_next_decision();
    }
    apply(*sent);
    finish_decision();
  });
}

void Dispatcher::apply(const std::vector<schemas::AppStatus>& kept) {
  for (const auto& status : kept) {
    auto& app = apps_[status.request.app];
    if (decisions_.front().submitted && decisions_.front().submitted->app == status.request.app) {
      app.status = status;
      app.book.emplace(status.first_run, status.request.runs);
      continue;
    }
    if (!app.book) continue;  // its last run ended while this was on its way; that is kept next
    app.status = current_status(app);
    app.status.plan_id = status.plan_id;
    app.status.phase = status.phase;
    app.status.reason = status.reason;
    if (status.phase != AppPhase::kRunning) app.book.reset();
  }
}

void Dispatcher::finish_decision() {
  auto decision = std::move(decisions_.front());
  decisions_.pop_front();
  deciding_ = false;
  if (decision.plan) {
    plan_ = std::move(decision.plan);
    last_plan_id_ = plan_->id;
    for (auto& [id, app] : apps_)
      if (app.book) app.book->fail_all(ports_.now());
    ports_.publish_plan(*plan_);
    deploy_plan();
  }
  publish_apps();
  if (decision.submit_answer) {
    const auto& status = apps_.at(decision.submitted->app).status;
    decision.submit_answer(schemas::AppSubmitted{status.request.app, status.plan_id, status.first_run});
  }
  if (decision.stop_answer) decision.stop_answer(schemas::AppStopped{decision.stopped});
  begin_next_decision();
}

void Dispatcher::plan_again() {
  // Another decision may have brought a plan meanwhile, or ended the apps.
  if (running_requests().empty() || (plan_ && serves_all(*plan_))) return;
  decisions_.push_back({"the dispatcher started again", {}, {}, {}, {}, {}});
  begin_next_decision();
}

bool Dispatcher::serves_all(const schemas::CollaborationPlan& plan) const {
  const auto requests = running_requests();
  return std::all_of(requests.begin(), requests.end(), [&](const auto& request) {
    return std::any_of(plan.pipelines.begin(), plan.pipelines.end(),
                       [&](const auto& p) { return p.app == request.app; });
  });
}

std::vector<schemas::AppRequest> Dispatcher::running_requests() const {
  std::vector<schemas::AppRequest> requests;
  for (const auto& [id, app] : apps_)
    if (app.status.phase == AppPhase::kRunning) requests.push_back(app.status.request);
  return requests;
}

}  // namespace synergy::dispatcher
