// From the queue to the planner. What follows the planner's answer: carrying_out.cpp.
#include "synergy/dispatcher/decisions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "synergy/base/text.hpp"
#include "synergy/schemas/app_reasons.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

using Phase = DecisionPhase;

constexpr PhaseChange<Phase> kChanges[] = {
    {Phase::kIdle, Phase::kPlanning, "a decision begins"},
    {Phase::kPlanning, Phase::kSwitching, "its plan is taken, or it needs none: the last app stops"},
    {Phase::kPlanning, Phase::kNoting, "the plan in force stays, or an app is rejected"},
    {Phase::kPlanning, Phase::kIdle,
     "no plan was found, an app was only tried, or something more urgent interrupts"},
    {Phase::kSwitching, Phase::kIdle, "the store has answered, and whoever asked has been told"},
    {Phase::kNoting, Phase::kIdle, "the store has answered"},
};

std::string label_of(const AppId& app) { return "app '" + app.text() + "'"; }

std::string cause_of(const Replan& replan) {
  if (replan.pin) return "a placement is pinned";
  if (replan.unpin) return "unpinned";
  const auto& how = replan.how;
  std::vector<std::string> wishes;
  const auto add = [&](const std::string& what, std::string_view value) {
    wishes.push_back(what + " '" + std::string(value) + "'");
  };
  if (!how.policy.empty()) add("policy", how.policy);
  if (how.objective) add("objective", name_of(*how.objective));
  if (how.residency) add("residency", name_of(*how.residency));
  return wishes.empty() ? "asked for" : list_of(wishes) + " asked for";
}

Error too_many_decisions() {
  return {ErrorCode::kOverloaded,
          std::to_string(kMostDecisions) + " submissions and stops are waiting; ask again later"};
}

}  // namespace

std::span<const PhaseChange<DecisionPhase>> changes_of(DecisionPhase) { return kChanges; }

Decisions::Decisions(Parts parts, Events events)
    : ports_(parts.ports),
      apps_(parts.apps),
      body_(parts.body),
      store_(parts.store),
      deployment_(parts.deployment),
      runs_(parts.runs),
      switching_(parts.switching),
      events_(std::move(events)),
      planning_({ports_.now, ports_.at, ports_.make_plan}) {}

const schemas::CollaborationPlan* Decisions::plan() const {
  return deployment_.plan() ? &*deployment_.plan() : nullptr;
}

void Decisions::add(Submit submit, const std::string& request) {
  if (waiting() >= kMostDecisions) return submit.answer(too_many_decisions());
  const auto cause = label_of(submit.request.app) + " submitted";
  add(std::make_shared<Decision>(Decision{cause, request, std::move(submit)}));
}

void Decisions::add(Try one, const std::string& request) {
  if (waiting() >= kMostDecisions) return one.answer(too_many_decisions());
  const auto cause = label_of(one.request.app) + " tried";
  add(std::make_shared<Decision>(Decision{cause, request, std::move(one)}));
}

void Decisions::add(Stop stop, const std::string& request) {
  if (waiting() >= kMostDecisions) return stop.answer(too_many_decisions());
  const auto cause = label_of(stop.app) + " stopped";
  add(std::make_shared<Decision>(Decision{cause, request, std::move(stop)}));
}

void Decisions::add(Replan replan, const std::string& request) {
  if (waiting() >= kMostDecisions) return replan.answer(too_many_decisions());
  const auto cause = cause_of(replan);
  // Who asks for a plan wants the best there is.
  add(std::make_shared<Decision>(Decision{cause, request, std::move(replan), schemas::Effort::kFull}));
}

void Decisions::add(Deployment::Refusal refusal) {
  if (!refusal.roll_back_to) return plan_anew(refusal.cause);
  add(std::make_shared<Decision>(
      Decision{refusal.cause, {}, RollBack{std::move(*refusal.roll_back_to), refusal.plan}}));
}

void Decisions::plan_anew(const std::string& cause) {
  add(std::make_shared<Decision>(Decision{cause, {}, PlanAnew{}}));
}

void Decisions::add(DecisionPtr decision) {
  if (phase_.is(Phase::kPlanning)) {
    const bool in_full = now_->effort == schemas::Effort::kFull;
    if (now_->is<FullSearch>() || (in_full && decision->is<BodyChanged>()))
      return interrupt_with(std::move(decision));
  }
  queue_.push_back(std::move(decision));
  begin_next();
}

void Decisions::interrupt_with(DecisionPtr decision) {
  if (settle(*decision)) return;  // the search goes on
  planning_.forget();
  phase_.go_to(Phase::kIdle);
  const auto interrupted = std::exchange(now_, nullptr);
  if (interrupted->is<FullSearch>()) {
    searched_for_ = 0;
  } else {
    // Things have changed: a submission begins again.
    if (interrupted->is<Submit>() || interrupted->is<Try>()) interrupted->effort = schemas::Effort::kQuick;
    queue_.push_front(interrupted);
  }
  queue_.push_front(std::move(decision));
  begin_next();
}

bool Decisions::add_full_search() {
  if (store_.refusal()) return false;  // another plan could not be kept either
  const auto* plan = this->plan();
  if (plan == nullptr || plan->pinned || plan->effort == schemas::Effort::kFull ||
      plan->status == schemas::PlanStatus::kOptimal || searched_for_ == plan->id || runs_.is_closed() ||
      !apps_.any_runs())
    return false;
  searched_for_ = plan->id;
  queue_.push_back(
      std::make_shared<Decision>(Decision{"full search", {}, FullSearch{}, schemas::Effort::kFull}));
  return true;
}

void Decisions::search_later() {
  ports_.at(ports_.now() + kPlanAgainAfter, [this] {
    searched_for_ = 0;
    begin_next();
  });
}

void Decisions::begin_next() {
  while (phase_.is(Phase::kIdle) && (!queue_.empty() || add_full_search())) {
    const auto decision = queue_.front();
    queue_.pop_front();
    if (settle(*decision)) continue;
    now_ = decision;
    return plan_for(decision);
  }
}

void Decisions::end_decision() {
  now_.reset();
  phase_.go_to(Phase::kIdle);
  begin_next();
  watch_body();
}

bool Decisions::settle(Decision& decision) {
  if (auto* submit = decision.as<Submit>()) return settle(*submit);
  if (auto* one = decision.as<Try>()) return settle(*one);
  if (auto* stop = decision.as<Stop>()) return settle(*stop, decision);
  // Another plan has come into force since this one was refused.
  const auto* back = decision.as<RollBack>();
  if (back != nullptr && (plan() == nullptr || plan()->id != back->refused_plan)) return true;
  auto* replan = decision.as<Replan>();
  if (apps_.any_runs()) {
    if (replan == nullptr || !replan->unpin || is_pinned()) return false;
    replan->answer(
        Error{ErrorCode::kConflict, "no placement is pinned; synergy replan has the planner choose again"});
    return true;
  }
  if (decision.is<BodyChanged>()) body_.planned(body_.view(), ports_.now(), false);
  if (replan != nullptr)
    replan->answer(Error{ErrorCode::kConflict, "no app is running; submit one first (synergy submit)"});
  return true;
}

std::optional<Error> Decisions::refusal_of(const schemas::AppRequest& request, bool is_update) const {
  const auto* app = apps_.find(request.app);
  if (app == nullptr && apps_.size() >= kMostApps)
    return Error{ErrorCode::kOverloaded,
                 std::to_string(kMostApps) +
                     " names of apps are known; submit under one of those that have ended (synergy "
                     "apps lists them)"};
  const bool runs = app != nullptr && app->status.phase == AppPhase::kRunning;
  if (!runs || is_update || runs_already(request)) return std::nullopt;
  return Error{ErrorCode::kConflict, label_of(request.app) +
                                         " is running with another request; stop it first (synergy stop " +
                                         request.app.text() + ")"};
}

bool Decisions::runs_already(const schemas::AppRequest& request) const {
  const auto* app = apps_.find(request.app);
  return app != nullptr && app->status.phase == AppPhase::kRunning && app->status.request == request;
}

bool Decisions::settle(Submit& submit) {
  submit.update = apps_.is_update(submit.request);
  if (const auto refusal = refusal_of(submit.request, submit.update)) {
    submit.answer(*refusal);
    return true;
  }
  if (!runs_already(submit.request)) return false;
  submit.answer(submitted_answer(apps_.at(submit.request.app).status, plan()));
  return true;
}

bool Decisions::settle(Try& one) {
  one.update = apps_.is_update(one.request);
  if (const auto refusal = refusal_of(one.request, one.update)) {
    one.answer(*refusal);
    return true;
  }
  // Asked for again, what runs stays as it is; what waits may find room now.
  const bool served = plan() != nullptr && plan()->find(one.request.app) != nullptr;
  if (!runs_already(one.request) || !served) return false;
  one.answer(forecast(one.request.app, plan(), *plan(), apps_));
  return true;
}

bool Decisions::settle(Stop& stop, const Decision& decision) {
  const auto* app = apps_.find(stop.app);
  if (app != nullptr && app->status.phase == AppPhase::kRunning) {
    const bool can_be_kept = !store_.refusal() || !is_of_the_machine(*store_.refusal());
    if (can_be_kept) return false;
    stop_before_it_is_kept(stop, decision.request, Error(*store_.refusal()));
    return true;
  }
  if (app == nullptr)
    stop.answer(
        Error{ErrorCode::kNotFound, "there is no " + label_of(stop.app) + " (synergy apps lists them)"});
  else
    stop.answer(schemas::AppStopped{stop.app});
  return true;
}

void Decisions::stop_before_it_is_kept(Stop& stop, const std::string& request, const Error& reason) {
  auto& app = apps_.at(stop.app);
  app.status = app.current_status();
  app.status.phase = AppPhase::kStopped;
  app.status.reason = schemas::kStoppedOnRequest;
  runs_.leave_to_end(app);
  store_.keep_stop(stop.app, reason);
  ports_.log(Event::kStopNotKept, {{"app", stop.app.text()}, {"error", reason.message}}, request);
  events_.changed();
  stop.answer(schemas::AppStopped{stop.app});
  runs_.grant_due();
}

void Decisions::plan_for(const DecisionPtr& decision) {
  if (!phase_.is(Phase::kPlanning)) phase_.go_to(Phase::kPlanning);
  schemas::PlanMake request;
  request.id = last_plan_id_ + 1;
  request.cause = decision->cause;
  request.origin = decision->request;
  const auto* replan = decision->as<Replan>();
  const auto how = replan != nullptr ? replan->how.over(how_) : how_;
  request.policy = how.policy;
  request.objective = how.objective;
  request.residency = how.residency;
  if (const auto* pin = pin_for(*decision)) {
    request.pinned = *pin;
    if (replan == nullptr) {  // the same as before, wherever it was asked for
      request.objective = plan()->objective;
      request.residency = plan()->residency;
    }
  }
  request.leave_out = true;
  request.effort = decision->effort;
  request.apps = requests_for(*decision, apps_);
  if (request.apps.empty()) return switch_to(decision);  // the last app stops: no plan is needed
  decision->body = body_.view();
  if (decision->is<RollBack>()) return take(decision, rolled_back(*decision, request.id, request.apps));
  planning_.ask(request, [this, decision](Result<schemas::CollaborationPlan> plan) {
    events_.planning_changed();
    if (plan) return take(decision, std::move(*plan));
    no_plan(decision, plan.error());
  });
  events_.planning_changed();
}

const schemas::Placement* Decisions::pin_for(const Decision& decision) const {
  if (const auto* replan = decision.as<Replan>()) return replan->pin ? &*replan->pin : nullptr;
  const bool may_hold = decision.is<BodyChanged>() && !decision.pin_is_lost && is_pinned();
  return may_hold ? &*plan()->pinned : nullptr;
}

bool Decisions::plan_without_pin(const DecisionPtr& decision, const Error& error) {
  const bool is_sure = error.code != ErrorCode::kUnavailable && error.code != ErrorCode::kTimeout;
  if (decision->is<Replan>() || pin_for(*decision) == nullptr || !is_sure) return false;
  decision->pin_is_lost = true;
  decision->cause += "; the pinned placement does not hold: " + error.message;
  plan_for(decision);
  return true;
}

bool Decisions::plan_in_full(const DecisionPtr& decision, const Error& error) {
  if (error.code != ErrorCode::kTimeout || decision->effort == schemas::Effort::kFull) return false;
  decision->effort = schemas::Effort::kFull;
  plan_for(decision);
  return true;
}

void Decisions::watch_body() {
  const auto is_change = [](const DecisionPtr& one) { return one && one->is<BodyChanged>(); };
  if (is_change(now_) || std::any_of(queue_.begin(), queue_.end(), is_change)) return;
  if (auto change = body_.change(ports_.now()))
    return add(std::make_shared<Decision>(Decision{std::move(*change), {}, BodyChanged{}}));
  const auto next = body_.next_event();
  if (next >= body_timer_at_) return;
  body_timer_at_ = next;
  ports_.at(std::max(next, ports_.now() + std::chrono::milliseconds(1)), [this] {
    body_timer_at_ = MonotonicTime::max();
    watch_body();
  });
}

std::optional<schemas::Effort> Decisions::searching() const {
  if (!planning_.is_out()) return std::nullopt;
  return now_->effort;
}

std::string Decisions::note() const {
  if (phase_.is(Phase::kIdle)) return {};
  auto text = now_->cause + ": " + (planning_.is_out() ? planning_.note() : "switching");
  if (!queue_.empty()) text += "; " + std::to_string(queue_.size()) + " more wait for a decision";
  return text;
}

}  // namespace synergy::dispatcher
