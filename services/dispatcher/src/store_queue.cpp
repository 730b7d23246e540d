#include "synergy/dispatcher/store_queue.hpp"

#include <algorithm>
#include <utility>

namespace synergy::dispatcher {

using schemas::AppPhase;

bool is_of_the_machine(const Error& error) {
  return error.code == ErrorCode::kEnvironment || error.code == ErrorCode::kCorrupt;
}

void StoreQueue::when_free(std::function<void()> send) {
  waiting_.push_back(std::move(send));
  if (!sending_) is_free(true);
}

void StoreQueue::is_free(bool kept) {
  sending_ = false;
  if (waiting_.empty()) return kept ? send_runs() : send_runs_after(kKeepRunsAgainAfter);
  sending_ = true;
  const auto send = std::move(waiting_.front());
  waiting_.pop_front();
  send();
}

void StoreQueue::send_decision(std::function<schemas::StoreDecision()> make,
                               Ports::Answer<schemas::Done> answer, const std::string& request) {
  when_free([this, make = std::move(make), answer = std::move(answer), request] {
    deciding_ = true;
    send_until_answered(make(), answer, request);
  });
}

void StoreQueue::send_until_answered(const schemas::StoreDecision& decision,
                                     const Ports::Answer<schemas::Done>& answer, const std::string& request) {
  ports_.keep_decision(decision, [this, decision, answer, request](const Result<schemas::Done>& done) {
    if (!done && done.error().code == ErrorCode::kTimeout) {
      ports_.log(Event::kDecisionNotAnswered, {{"error", done.error().message}}, request);
      ports_.at(ports_.now() + kAskStoreAgainAfter,
                [this, decision, answer, request] { send_until_answered(decision, answer, request); });
      return;
    }
    sending_ = deciding_ = false;
    answer(done);
    if (!sending_) is_free(bool(done));
  });
}

void StoreQueue::send_switch(const schemas::StoreSwitch& took) {
  when_free([this, took] {
    ports_.keep_switch(took, [this](const Result<schemas::Done>&) {  // a time that is lost costs nobody a run
      is_free(true);
    });
  });
}

void StoreQueue::keep(schemas::RunRecord record) {
  record.recorded = ports_.unix_now();
  runs_.push_back(std::move(record));
  if (runs_.size() == kMostRunsAtOnce) return send_runs();
  send_runs_after(kKeepRunsEvery);
}

void StoreQueue::keep_stop(const AppId& app, const Error& reason) {
  stops_.insert(app);
  refusal_ = reason;
  send_runs_after(kKeepRunsAgainAfter);
}

void StoreQueue::send_runs_after(Duration pause) {
  if (std::exchange(timer_, true)) return;
  ports_.at(ports_.now() + pause, [this] {
    timer_ = false;
    send_runs();
  });
}

void StoreQueue::send_runs() {
  if (sending_) return;
  if (runs_.empty() && stops_.empty()) return refusal_.reset();
  sending_ = true;
  schemas::StoreRuns kept;
  const auto count = std::min(runs_.size(), kMostRunsAtOnce);
  kept.runs.assign(runs_.begin(), runs_.begin() + std::ptrdiff_t(count));
  auto touched = stops_;
  for (const auto& run : kept.runs) touched.insert(run.app);
  for (const auto& app : touched) kept.apps.push_back(status_to_keep(apps_.at(app), count));
  ports_.keep_runs(kept, [this, kept](const Result<schemas::Done>& done) {
    done ? runs_were_kept(kept) : runs_were_refused(done.error());
  });
}

void StoreQueue::runs_were_refused(const Error& error) {
  const bool is_news = !refusal_ || refusal_->message != error.message;
  if (is_news) ports_.log(Event::kRunsNotKept, {{"error", error.message}}, {});
  refusal_ = error;
  is_free(false);
}

void StoreQueue::runs_were_kept(const schemas::StoreRuns& kept) {
  const auto count = kept.runs.size();
  const bool was_full = is_full();
  runs_.erase(runs_.begin(), runs_.begin() + std::ptrdiff_t(count));
  for (const auto& status : kept.apps)
    if (status.phase == AppPhase::kStopped && stops_.erase(status.request.app) > 0)
      events_.stop_was_kept(status.request.app);
  const bool again = std::exchange(refusal_, std::nullopt).has_value();
  if (again) ports_.log(Event::kRunsKeptAgain, {{"runs", count}}, {});
  events_.runs_kept(kept.runs);
  events_.changed();
  is_free(true);
  if (was_full && !is_full()) events_.has_room();
  if (again) events_.takes_again();
}

schemas::AppStatus StoreQueue::status_to_keep(const App& app, std::size_t kept) const {
  auto status = app.current_status();
  for (auto run = runs_.begin() + std::ptrdiff_t(kept); run != runs_.end(); ++run) {
    if (run->app != status.request.app || run->run < status.first_run) continue;
    --(run->outcome == schemas::RunOutcome::kCompleted ? status.completed : status.failed);
    if (status.phase != AppPhase::kFinished && !stops_.contains(run->app)) continue;
    status.phase = AppPhase::kRunning;
    status.reason.clear();
  }
  return status;
}

bool StoreQueue::has_runs_of(const AppId& app) const {
  return std::any_of(runs_.begin(), runs_.end(), [&](const auto& run) { return run.app == app; });
}

std::string StoreQueue::trouble() const {
  if (!refusal_) return {};
  auto what = std::to_string(runs_.size()) + " runs";
  if (const auto stops = stops_.size(); stops > 0)
    what += " and the stop of " + std::to_string(stops) + (stops == 1 ? " app" : " apps");
  what += " are not kept yet, and will be when the store takes them: " + refusal_->message;
  return is_full() ? "starts no run: " + what : what;
}

}  // namespace synergy::dispatcher
