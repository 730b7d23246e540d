// Decisions: what changes the set of apps, the body or the plan, one at a time, from the request to the
// store's answer.
#include <algorithm>
#include <memory>
#include <set>
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

/// Whether going from one plan to the other would change nothing.
bool same_service(const schemas::CollaborationPlan& a, const schemas::CollaborationPlan& b) {
  return a.pipelines == b.pipelines && a.units == b.units && a.rounds_per_cycle == b.rounds_per_cycle &&
         a.overlap == b.overlap && a.order == b.order && a.left_out == b.left_out;
}

/// Whether a plan is worth going to from one for the same apps on the same body.
bool is_better(const schemas::CollaborationPlan& plan, const schemas::CollaborationPlan& than) {
  constexpr double kSame = 1e-6;
  const auto serves = [](const auto& one) {
    std::set<AppId> apps;
    for (const auto& pipeline : one.pipelines) apps.insert(pipeline.app);
    return apps;
  };
  if (serves(plan) != serves(than)) return plan.pipelines.size() >= than.pipelines.size();
  switch (plan.objective) {
    case schemas::Objective::kThroughput:
      return plan.rounds_per_second > than.rounds_per_second * (1 + kSame);
    case schemas::Objective::kLatency:
      return double(plan.latency.count()) < double(than.latency.count()) * (1 - kSame);
    case schemas::Objective::kEnergy:
      break;
  }
  return plan.energy_uj < than.energy_uj * (1 - kSame);
}

}  // namespace

void Dispatcher::on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer,
                    std::string request) {
  if (decisions_.size() >= kMostDecisions) return answer(too_many_decisions());
  Decision decision;
  decision.cause = label_of(submit.request.app) + " submitted";
  decision.request = std::move(request);
  decision.submitted = submit.request;
  decision.submit_answer = std::move(answer);
  add(std::move(decision));
}

void Dispatcher::on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer,
                    std::string request) {
  if (decisions_.size() >= kMostDecisions) return answer(too_many_decisions());
  Decision decision;
  decision.cause = label_of(stop.app) + " stopped";
  decision.request = std::move(request);
  decision.stopped = stop.app;
  decision.stop_answer = std::move(answer);
  add(std::move(decision));
}

void Dispatcher::on(const schemas::PlanAgain& again, Ports::Answer<schemas::CollaborationPlan> answer,
                    std::string request) {
  if (decisions_.size() >= kMostDecisions) return answer(too_many_decisions());
  Decision decision;
  decision.cause = again.policy.empty() ? "asked for" : "policy '" + again.policy + "' asked for";
  decision.request = std::move(request);
  decision.policy = again.policy;
  decision.once = again.once;
  decision.effort = schemas::Effort::kFull;  // who asks for a plan wants the best there is
  decision.again_answer = std::move(answer);
  add(std::move(decision));
}

void Dispatcher::add(Decision decision) {
  if (planning_.is_out()) {
    const auto& now = decisions_.front();
    const bool in_full = now.effort == schemas::Effort::kFull;
    if (now.in_background || (in_full && decision.of_the_body)) return interrupt_with(std::move(decision));
  }
  decisions_.push_back(std::move(decision));
  begin_next_decision();
}

void Dispatcher::interrupt_with(Decision decision) {
  if (settle_at_once(decision)) return;  // the search goes on
  planning_.forget();
  deciding_ = false;
  auto& interrupted = decisions_.front();
  if (interrupted.in_background) {
    searched_for_ = 0;
    decisions_.pop_front();
  } else if (interrupted.submitted) {
    interrupted.effort = schemas::Effort::kQuick;  // things have changed: it begins again
  }
  decisions_.push_front(std::move(decision));
  begin_next_decision();
}

bool Dispatcher::add_full_search() {
  if (not_kept_) return false;  // another plan could not be kept either
  if (!plan_ || plan_->effort == schemas::Effort::kFull || plan_->status == schemas::PlanStatus::kOptimal ||
      searched_for_ == plan_->id || draining_ || !has_running_apps())
    return false;
  searched_for_ = plan_->id;
  Decision decision;
  decision.cause = "full search";
  decision.effort = schemas::Effort::kFull;
  decision.in_background = true;
  decisions_.push_back(std::move(decision));
  return true;
}

void Dispatcher::search_later() {
  ports_.at(ports_.now() + kPlanAgainAfter, [this] {
    searched_for_ = 0;
    begin_next_decision();
  });
}

void Dispatcher::begin_next_decision() {
  while (!deciding_ && (!decisions_.empty() || add_full_search())) {
    deciding_ = true;
    auto& decision = decisions_.front();
    if (!settle_at_once(decision)) return plan_for(decision);
    decisions_.pop_front();
    deciding_ = false;
  }
}

void Dispatcher::end_decision() {
  decisions_.pop_front();
  deciding_ = false;
  begin_next_decision();
  watch_body();
}

bool Dispatcher::settle_at_once(Decision& decision) {
  const auto& app = decision.submitted ? decision.submitted->app : decision.stopped;
  const auto found = apps_.find(app);
  const bool running = found != apps_.end() && found->second.status.phase == AppPhase::kRunning;
  if (decision.submitted) {
    decision.update = is_update(*decision.submitted);
    if (found == apps_.end() && apps_.size() >= kMostApps) {
      decision.submit_answer(
          Error{ErrorCode::kOverloaded, std::to_string(kMostApps) +
                                            " names of apps are known; submit under one of "
                                            "those that have ended (synergy apps lists them)"});
      return true;
    }
    if (!running || decision.update) return false;
    const auto& status = found->second.status;
    if (status.request == *decision.submitted)
      decision.submit_answer(submitted_answer(status));
    else
      decision.submit_answer(
          Error{ErrorCode::kConflict, label_of(app) +
                                          " is running with another request; stop it first (synergy stop " +
                                          app.text() + ")"});
    return true;
  }
  if (decision.stop_answer) {
    if (running && store_is_in_trouble()) {
      stop_before_it_is_kept(decision);
      return true;
    }
    if (running) return false;
    if (found == apps_.end())
      decision.stop_answer(
          Error{ErrorCode::kNotFound, "there is no " + label_of(app) + " (synergy apps lists them)"});
    else
      decision.stop_answer(schemas::AppStopped{app});
    return true;
  }
  // Another plan has come into force since this one was refused.
  if (decision.roll_back_to && (!plan_ || plan_->id != decision.refused_plan)) return true;
  if (has_running_apps()) return false;
  if (decision.of_the_body) body_.planned(body_.view(), ports_.now(), false);
  if (decision.again_answer)
    decision.again_answer(
        Error{ErrorCode::kConflict, "no app is running; submit one first (synergy submit)"});
  return true;
}

void Dispatcher::plan_for(Decision& decision) {
  schemas::PlanMake request;
  request.id = last_plan_id_ + 1;
  request.cause = decision.cause;
  request.policy = decision.policy.empty() ? policy_ : decision.policy;
  request.leave_out = true;
  request.effort = decision.effort;
  request.apps = requests_for(decision);
  if (request.apps.empty()) return begin_switching();  // the last app stops: no plan is needed
  decision.body = body_.view();
  if (decision.roll_back_to) return take(rolled_back(decision, request.apps));
  planning_.ask(request, [this](Result<schemas::CollaborationPlan> plan) {
    publish_waiting();
    if (plan) return take(std::move(*plan));
    no_plan(plan.error());
  });
  publish_waiting();
}

bool Dispatcher::plan_in_full(const Error& error) {
  auto& decision = decisions_.front();
  if (error.code != ErrorCode::kTimeout || decision.effort == schemas::Effort::kFull) return false;
  decision.effort = schemas::Effort::kFull;
  plan_for(decision);
  return true;
}

void Dispatcher::take(schemas::CollaborationPlan plan) {
  auto& decision = decisions_.front();
  if (decision.submitted)
    for (const auto& left_out : plan.left_out)
      if (left_out.app == decision.submitted->app) {
        const Error error{error_code_from(left_out.code).value_or(ErrorCode::kNoFit), left_out.reason};
        return plan_in_full(error) ? void() : reject(error);
      }
  const bool of_nobody = !decision.submitted && !decision.stop_answer && !decision.again_answer;
  const bool as_good =
      plan_ && (same_service(*plan_, plan) || (decision.in_background && !is_better(plan, *plan_)));
  if (of_nobody && as_good) return stay(plan);
  decision.plan = std::move(plan);
  begin_switching();
}

/// The plan in force is the one to have: that is a decision too.
void Dispatcher::stay(const schemas::CollaborationPlan& plan) {
  schemas::StoreDecision kept{{}, {}, decisions_.front().cause, {}, ports_.unix_now()};
  kept.decided = "plan " + std::to_string(plan_->id) + " stays: " + plan.reason;
  const auto& decision = decisions_.front();
  ports_.log(Event::kPlanStays, kept.cause, decision.request);
  body_.planned(decision.body, ports_.now(), decision.of_the_body);
  send_decision([kept] { return kept; }, [this](const Result<schemas::Done>&) { end_decision(); });
}

void Dispatcher::no_plan(const Error& error) {
  auto& decision = decisions_.front();
  if (decision.submitted) return plan_in_full(error) ? void() : reject(error);
  ports_.log(Event::kNoNewPlan, error.message, decision.request);
  if (decision.in_background) {
    if (error.code == ErrorCode::kUnavailable) search_later();
    return end_decision();
  }
  if (decision.stop_answer) return begin_switching();  // the plan in force serves the fewer apps still
  if (decision.again_answer) {
    decision.again_answer(error);
    return end_decision();
  }
  if (decision.of_the_body)
    body_.postpone(ports_.now() + kPlanAgainAfter);
  else
    ports_.at(ports_.now() + kPlanAgainAfter, [this, cause = decision.cause] {
      if (!plan_ || !serves_all(*plan_)) plan_again(cause);
    });
  end_decision();
}

void Dispatcher::reject(const Error& error) {
  auto& decision = decisions_.front();
  const auto finish = [this, error] {
    const auto answer = std::move(decisions_.front().submit_answer);
    answer(error);
    end_decision();
  };
  const bool final = error.code == ErrorCode::kNoFit || error.code == ErrorCode::kInvalid ||
                     error.code == ErrorCode::kNotFound;
  const auto found = apps_.find(decision.submitted->app);
  const bool has_history = found != apps_.end() && found->second.status.phase != AppPhase::kRejected;
  const bool too_many = found == apps_.end() && apps_.size() >= kMostAppsWithRejected;
  if (!final || has_history || too_many) return finish();  // what is kept of it stays as it is
  auto status = submitted_status(decision);
  status.phase = AppPhase::kRejected;
  status.reason = error.message;
  const schemas::StoreDecision rejection{{status}, {}, decision.cause, {}, {}};
  send_decision([rejection] { return rejection; },
                [this, status, finish](const Result<schemas::Done>& kept) {
                  if (kept) apps_[status.request.app] = {status, {}, {}, {}};
                  publish_apps();
                  finish();
                });
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
    if (done) {
      apply(*sent);
      return finish_decision();
    }
    not_kept(done.error());
  });
}

void Dispatcher::ask_newest_plan() {
  ports_.newest_plan([this](const Result<std::uint64_t>& newest) {
    if (newest) last_plan_id_ = std::max(*newest, plan_ ? plan_->id : 0);
  });
}

void Dispatcher::finish_decision() {
  auto& decision = decisions_.front();
  if (decision.plan) {
    plan_ = std::move(decision.plan);
    plan_request_ = decision.request;
    last_plan_id_ = plan_->id;
    body_.planned(decision.body, ports_.now(), decision.of_the_body);
    if (!decision.policy.empty() && !decision.once) policy_ = decision.policy;
    ports_.publish_plan(*plan_);
    start_plan();
  } else {
    switching_.reset();
    start_runs();  // the plan in force goes on, with an app less
  }
  publish_apps();
  if (comes_too_late(decision)) {
    decision.submit_answer(
        Error{ErrorCode::kConflict,
              label_of(decision.submitted->app) + " has ended meanwhile; submit it again to run it again"});
  } else if (decision.submit_answer) {
    decision.submit_answer(submitted_answer(apps_.at(decision.submitted->app).status));
  }
  if (decision.stop_answer) decision.stop_answer(schemas::AppStopped{decision.stopped});
  if (decision.again_answer) decision.again_answer(*plan_);
  end_decision();
}

void Dispatcher::plan_again(const std::string& cause) {
  Decision decision;
  decision.cause = cause;
  add(std::move(decision));
}

void Dispatcher::on(const schemas::BodyView& body) {
  body_.hear(body, ports_.now());
  watch_body();
}

void Dispatcher::watch_body() {
  const bool decided_soon = std::any_of(decisions_.begin(), decisions_.end(),
                                        [](const Decision& decision) { return decision.of_the_body; });
  if (decided_soon) return;
  if (auto change = body_.change(ports_.now())) {
    Decision decision;
    decision.cause = std::move(*change);
    decision.of_the_body = true;
    return add(std::move(decision));
  }
  const auto next = body_.next_event();
  if (next >= body_timer_at_) return;
  body_timer_at_ = next;
  ports_.at(std::max(next, ports_.now() + std::chrono::milliseconds(1)), [this] {
    body_timer_at_ = MonotonicTime::max();
    watch_body();
  });
}

}  // namespace synergy::dispatcher
