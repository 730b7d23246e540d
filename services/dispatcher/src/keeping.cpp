// What goes to the store: decisions, and ended runs kept together; one command at a time. And what becomes of
// that where the store does not take it.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/schemas/app_reasons.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

void Dispatcher::when_store_is_free(std::function<void()> send) {
  for_store_.push_back(std::move(send));
  if (!keeping_) store_is_free(true);
}

void Dispatcher::store_is_free(bool kept) {
  keeping_ = false;
  if (for_store_.empty()) return kept ? keep_runs() : keep_runs_soon(kKeepRunsAgainAfter);
  keeping_ = true;
  const auto send = std::move(for_store_.front());
  for_store_.pop_front();
  send();
}

void Dispatcher::send_decision(const std::function<schemas::StoreDecision()>& decision,
                               const Ports::Answer<schemas::Done>& answer) {
  when_store_is_free([this, decision, answer] { send_until_answered(decision(), answer); });
}

void Dispatcher::send_until_answered(const schemas::StoreDecision& decision,
                                     const Ports::Answer<schemas::Done>& answer) {
  ports_.keep_decision(decision, [this, decision, answer](const Result<schemas::Done>& done) {
    if (!done && done.error().code == ErrorCode::kTimeout) {
      ports_.log(Event::kDecisionNotAnswered, done.error().message, decisions_.front().request);
      ports_.at(ports_.now() + kAskStoreAgainAfter,
                [this, decision, answer] { send_until_answered(decision, answer); });
      return;
    }
    keeping_ = false;
    answer(done);
    if (!keeping_) store_is_free(bool(done));
  });
}

/// Nothing was changed: whoever asked may ask again. Only a stop is made all the same.
void Dispatcher::not_kept(const Error& error) {
  switching_.reset();
  auto& failed = decisions_.front();
  if (failed.plan) {
    last_plan_id_ = failed.plan->id;  // the store may have kept it: its number is not used again
    ask_newest_plan();
  }
  ports_.log(Event::kNotKept, error.message, failed.request);
  if (failed.of_the_body) body_.postpone(ports_.now() + kPlanAgainAfter);
  if (failed.roll_back_to) refused_plan_ = 0;  // the next refusal asks again
  if (failed.in_background) search_later();
  if (failed.submit_answer) failed.submit_answer(error);
  const bool stops = failed.stop_answer && apps_.at(failed.stopped).book.has_value();
  if (stops && is_of_the_machine(error)) {
    not_kept_ = error;
    stop_before_it_is_kept(failed);
  } else if (failed.stop_answer) {
    failed.stop_answer(error);
  }
  if (failed.again_answer) failed.again_answer(error);
  const bool asked_for = failed.submit_answer || failed.stop_answer || failed.again_answer;
  const bool comes_again = failed.of_the_body || failed.roll_back_to || failed.in_background;
  if (!asked_for && !comes_again) plan_when_kept(failed.cause);
  start_runs();
  end_decision();
}

void Dispatcher::plan_when_kept(const std::string& cause) {
  plan_later_ = cause;
  ports_.at(ports_.now() + kPlanAgainAfter, [this] {
    if (!not_kept_) plan_what_was_not_kept();  // else each try would only disturb the runs
  });
}

void Dispatcher::plan_what_was_not_kept() {
  const auto cause = std::exchange(plan_later_, {});
  if (!cause.empty() && has_running_apps()) plan_again(cause);
}

void Dispatcher::stop_before_it_is_kept(Decision& decision) {
  auto& app = apps_.at(decision.stopped);
  app.status = current_status(app);
  app.status.phase = AppPhase::kStopped;
  app.status.reason = schemas::kStoppedOnRequest;
  leave_to_end(app);
  stops_to_keep_.insert(decision.stopped);
  ports_.log(Event::kStopNotKept, "app '" + decision.stopped.text() + "': " + not_kept_->message,
             decision.request);
  publish_apps();
  decision.stop_answer(schemas::AppStopped{decision.stopped});
  keep_runs_soon(kKeepRunsAgainAfter);
  start_runs();
}

void Dispatcher::keep_runs_soon(Duration pause) {
  if (std::exchange(keep_timer_, true)) return;
  ports_.at(ports_.now() + pause, [this] {
    keep_timer_ = false;
    keep_runs();
  });
}

void Dispatcher::keep_runs() {
  if (keeping_) return;
  if (to_keep_.empty() && stops_to_keep_.empty()) return not_kept_.reset();
  keeping_ = true;
  schemas::StoreRuns kept;
  const auto count = std::min(to_keep_.size(), kMostRunsAtOnce);
  kept.runs.assign(to_keep_.begin(), to_keep_.begin() + std::ptrdiff_t(count));
  auto touched = stops_to_keep_;
  for (const auto& run : kept.runs) touched.insert(run.app);
  for (const auto& app : touched) kept.apps.push_back(status_to_keep(apps_.at(app), count));
  ports_.keep_runs(kept, [this, kept](const Result<schemas::Done>& done) {
    done ? runs_were_kept(kept) : runs_were_not_kept(done.error());
  });
}

void Dispatcher::runs_were_not_kept(const Error& error) {
  const bool is_news = !not_kept_ || not_kept_->message != error.message;
  if (is_news) ports_.log(Event::kRunsNotKept, error.message, {});
  not_kept_ = error;
  store_is_free(false);
}

void Dispatcher::runs_were_kept(const schemas::StoreRuns& kept) {
  const auto count = kept.runs.size();
  to_keep_.erase(to_keep_.begin(), to_keep_.begin() + std::ptrdiff_t(count));
  for (const auto& status : kept.apps)
    if (status.phase == AppPhase::kStopped && stops_to_keep_.erase(status.request.app) > 0)
      plan_later_ = "app '" + status.request.app.text() + "' stopped";
  const bool again = std::exchange(not_kept_, std::nullopt).has_value();
  if (again) ports_.log(Event::kRunsKeptAgain, "the store takes what it had refused", {});
  publish_apps();
  store_is_free(true);
  if (to_keep_.size() < kMostRunsToKeep && to_keep_.size() + count >= kMostRunsToKeep) start_runs();
  if (!again) return;
  plan_what_was_not_kept();
  begin_next_decision();
}

bool Dispatcher::is_of_the_machine(const Error& error) {
  return error.code == ErrorCode::kEnvironment || error.code == ErrorCode::kCorrupt;
}

std::string Dispatcher::what_is_not_kept() const {
  auto what = std::to_string(to_keep_.size()) + " runs";
  if (const auto stops = stops_to_keep_.size(); stops > 0)
    what += " and the stop of " + std::to_string(stops) + (stops == 1 ? " app" : " apps");
  what += " are not kept yet, and will be when the store takes them: " + not_kept_->message;
  return to_keep_.size() < kMostRunsToKeep ? what : "starts no run: " + what;
}

}  // namespace synergy::dispatcher
