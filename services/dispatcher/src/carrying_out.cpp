// What follows the planner's answer: the switch, the store's word, and the answer to whoever asked.
#include <memory>
#include <utility>

#include "synergy/dispatcher/better_plan.hpp"
#include "synergy/dispatcher/decisions.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;
using Phase = DecisionPhase;

void Decisions::take(const DecisionPtr& decision, schemas::CollaborationPlan plan) {
  const auto* request = decision->request_of_app();
  if (request != nullptr)
    for (const auto& left_out : plan.left_out)
      if (left_out.app == request->app)
        return no_plan(decision,
                       {error_code_from(left_out.code).value_or(ErrorCode::kNoFit), left_out.reason});
  const auto* now = this->plan();
  if (decision->is<Try>()) return tell(decision, forecast(request->app, now, plan, apps_));
  if (is_pinned() && !plan.pinned) decision->cause += "; ends the pin of plan " + std::to_string(now->id);
  const bool as_good = now != nullptr && (same_service(*now, plan) ||
                                          (decision->is<FullSearch>() && !is_better(plan, *now, apps_)));
  if (as_good && !decision->is_asked_for()) return stay(decision, plan);
  if (request != nullptr) decision->changes = rate_changes(now, plan, request->app, apps_);
  decision->plan = std::move(plan);
  switch_to(decision);
}

void Decisions::tell(const DecisionPtr& decision, const Result<schemas::AppForecast>& forecast) {
  decision->as<Try>()->answer(forecast);
  end_decision();
}

/// The plan in force is the one to have: that is a decision too.
void Decisions::stay(const DecisionPtr& decision, const schemas::CollaborationPlan& plan) {
  phase_.go_to(Phase::kNoting);
  schemas::StoreDecision kept{{}, {}, decision->cause, {}, ports_.unix_now(), decision->request};
  kept.decided = "plan " + std::to_string(this->plan()->id) + " stays: " + plan.reason;
  ports_.log(Event::kPlanStays, {{"plan", this->plan()->id}, {"cause", kept.cause}}, decision->request);
  body_.planned(decision->body, ports_.now(), decision->is<BodyChanged>());
  store_.send_decision([kept] { return kept; }, [this](const Result<schemas::Done>&) { end_decision(); },
                       decision->request);
}

void Decisions::no_plan(const DecisionPtr& decision, const Error& error) {
  if (decision->request_of_app() != nullptr) {
    if (plan_in_full(decision, error)) return;
    return decision->is<Try>() ? tell(decision, error) : reject(decision, error);
  }
  if (plan_without_pin(decision, error)) return;
  ports_.log(Event::kNoNewPlan, {{"cause", decision->cause}, {"error", error.message}}, decision->request);
  if (decision->is<Stop>()) return switch_to(decision);  // the plan in force serves the fewer apps still
  if (auto* replan = decision->as<Replan>())
    replan->answer(error);
  else if (decision->is<BodyChanged>())
    body_.postpone(ports_.now() + kPlanAgainAfter);
  else if (!decision->is<FullSearch>())
    ports_.at(ports_.now() + kPlanAgainAfter, [this, cause = decision->cause] {
      if (plan() == nullptr || !apps_.all_served_by(*plan())) plan_anew(cause);
    });
  else if (error.code == ErrorCode::kUnavailable)
    search_later();
  end_decision();
}

void Decisions::reject(const DecisionPtr& decision, const Error& error) {
  const auto finish = [this, decision, error] {
    decision->as<Submit>()->answer(error);
    end_decision();
  };
  const auto& submit = *decision->as<Submit>();
  const bool final = error.code == ErrorCode::kNoFit || error.code == ErrorCode::kInvalid ||
                     error.code == ErrorCode::kNotFound;
  const auto* known = apps_.find(submit.request.app);
  const bool has_history = known != nullptr && known->status.phase != AppPhase::kRejected;
  const bool too_many = known == nullptr && apps_.size() >= kMostAppsWithRejected;
  if (!final || has_history || too_many) return finish();  // what is kept of it stays as it is
  phase_.go_to(Phase::kNoting);
  auto status = submitted_status(submit, apps_, store_);
  status.phase = AppPhase::kRejected;
  status.reason = error.message;
  const schemas::StoreDecision rejection{{status}, {}, decision->cause, {}, {}, decision->request};
  store_.send_decision([rejection] { return rejection; },
                       [this, status, finish](const Result<schemas::Done>& kept) {
                         if (kept) apps_[status.request.app] = {status, {}};
                         events_.changed();
                         finish();
                       },
                       decision->request);
}

void Decisions::switch_to(const DecisionPtr& decision) {
  phase_.go_to(Phase::kSwitching);
  switching_.begin(decision->plan ? &*decision->plan : nullptr, decision->cause, decision->request,
                   decision->app(), [this, decision] { keep(decision); });
}

void Decisions::keep(const DecisionPtr& decision) {
  const auto sent = std::make_shared<std::vector<schemas::AppStatus>>();
  const auto make = [this, decision, sent] {
    auto kept = decision_to_keep(*decision, apps_, store_);
    *sent = kept.apps;
    return kept;
  };
  store_.send_decision(
      make,
      [this, decision, sent](const Result<schemas::Done>& done) {
        done ? was_kept(decision, *sent) : was_not_kept(decision, done.error());
      },
      decision->request);
}

void Decisions::was_kept(const DecisionPtr& decision, const std::vector<schemas::AppStatus>& statuses) {
  switching_.kept(decision->plan.has_value());
  apply(*decision, statuses);
  if (decision->plan) {
    last_plan_id_ = decision->plan->id;
    body_.planned(decision->body, ports_.now(), decision->is<BodyChanged>());
    if (const auto* replan = decision->as<Replan>(); replan != nullptr && !replan->once)
      how_ = replan->how.over(how_);
    const auto number = decision->plan->id;
    if (decision->plan->pinned)
      ports_.log(Event::kPinned, {{"plan", number}}, decision->request);
    else if (is_pinned())
      ports_.log(Event::kPinEnded, {{"plan", number}, {"cause", decision->cause}}, decision->request);
    deployment_.put_in_force(std::move(*decision->plan), decision->request);
  } else {
    runs_.grant_due();  // the plan in force goes on, with an app less
  }
  events_.changed();
  acknowledge(*decision);
  end_decision();
}

void Decisions::acknowledge(Decision& decision) {
  if (auto* stop = decision.as<Stop>()) return stop->answer(schemas::AppStopped{stop->app});
  if (auto* replan = decision.as<Replan>()) return replan->answer(*plan());
  auto* submit = decision.as<Submit>();
  if (submit == nullptr) return;
  const auto& app = submit->request.app;
  if (!comes_too_late(*submit, apps_)) {
    auto answer = submitted_answer(apps_.at(app).status, plan());
    answer.changes = std::move(decision.changes);
    return submit->answer(std::move(answer));
  }
  submit->answer(Error{ErrorCode::kConflict,
                       "app '" + app.text() + "' has ended meanwhile; submit it again to run it again"});
}

void Decisions::apply(const Decision& decision, const std::vector<schemas::AppStatus>& statuses) {
  const auto* submit = decision.as<Submit>();
  for (const auto& status : statuses) {
    const auto& id = status.request.app;
    const bool submitted = submit != nullptr && submit->request.app == id;
    auto& app = apps_[id];
    if (submitted) {
      runs_.submitted(id);
      store_.forget_stop(id);  // it runs again
    }
    if (submitted && !submit->update) {
      app.status = status;
      app.book.emplace(status.first_run, status.request.runs);
      continue;
    }
    if (!app.book) continue;  // its last run ended while this was on its way; that is kept next
    app.status = app.current_status();
    app.status.request = status.request;
    app.status.plan_id = status.plan_id;
    app.status.phase = status.phase;
    app.status.reason = status.reason;
    if (status.phase != AppPhase::kRunning) runs_.leave_to_end(app);
  }
}

void Decisions::ask_newest_plan() {
  ports_.newest_plan([this](const Result<std::uint64_t>& newest) {
    if (newest) last_plan_id_ = std::max(*newest, plan() != nullptr ? plan()->id : 0);
  });
}

/// Nothing was changed: whoever asked may ask again. Only a stop is made all the same.
void Decisions::was_not_kept(const DecisionPtr& decision, const Error& error) {
  switching_.not_kept();
  if (decision->plan) {
    last_plan_id_ = decision->plan->id;  // the store may have kept it: its number is not used again
    ask_newest_plan();
  }
  ports_.log(Event::kNotKept, {{"error", error.message}}, decision->request);
  if (decision->is<BodyChanged>()) body_.postpone(ports_.now() + kPlanAgainAfter);
  if (decision->is<RollBack>()) deployment_.forget_refusal();  // the next refusal asks again
  if (decision->is<FullSearch>()) search_later();
  if (decision->is<PlanAnew>()) plan_when_kept(decision->cause);
  if (auto* submit = decision->as<Submit>()) submit->answer(error);
  if (auto* replan = decision->as<Replan>()) replan->answer(error);
  if (auto* stop = decision->as<Stop>()) {
    if (apps_.at(stop->app).book && is_of_the_machine(error))
      stop_before_it_is_kept(*stop, decision->request, error);
    else
      stop->answer(error);
  }
  runs_.grant_due();
  end_decision();
}

void Decisions::plan_when_kept(const std::string& cause) {
  plan_later_ = cause;
  ports_.at(ports_.now() + kPlanAgainAfter, [this] {
    if (!store_.refusal()) plan_what_was_not_kept();  // else each try would only disturb the runs
  });
}

void Decisions::plan_what_was_not_kept() {
  const auto cause = std::exchange(plan_later_, {});
  if (!cause.empty() && apps_.any_runs()) plan_anew(cause);
}

void Decisions::stop_was_kept(const AppId& app) { plan_later_ = "app '" + app.text() + "' stopped"; }

void Decisions::store_takes_again() {
  plan_what_was_not_kept();
  begin_next();
}

}  // namespace synergy::dispatcher
