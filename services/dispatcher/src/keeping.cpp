// What goes to the store: decisions, and ended runs kept together; one command at a time.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

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

void Dispatcher::keep_runs_soon(Duration pause) {
  if (std::exchange(keep_timer_, true)) return;
  ports_.at(ports_.now() + pause, [this] {
    keep_timer_ = false;
    keep_runs();
  });
}

void Dispatcher::keep_runs() {
  if (keeping_ || to_keep_.empty()) return;
  keeping_ = true;
  schemas::StoreRuns kept;
  const auto count = std::min(to_keep_.size(), kMostRunsAtOnce);
  kept.runs.assign(to_keep_.begin(), to_keep_.begin() + std::ptrdiff_t(count));
  std::set<AppId> touched;
  for (const auto& run : kept.runs) touched.insert(run.app);
  for (const auto& app : touched) kept.apps.push_back(status_to_keep(apps_.at(app), count));
  ports_.keep_runs(kept, [this, count](const Result<schemas::Done>& done) {
    if (!done) {
      ports_.log(Event::kRunsNotKept, done.error().message, {});
      return store_is_free(false);
    }
    to_keep_.erase(to_keep_.begin(), to_keep_.begin() + std::ptrdiff_t(count));
    publish_apps();
    store_is_free(true);
    if (to_keep_.size() < kMostRunsToKeep && to_keep_.size() + count >= kMostRunsToKeep) start_runs();
  });
}

}  // namespace synergy::dispatcher
