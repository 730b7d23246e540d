// What goes to the store: decisions, and ended runs kept together; one command at a time.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

void Dispatcher::when_store_is_free(const std::function<void()>& send) {
  if (keeping_) {
    ports_.at(ports_.now() + std::chrono::milliseconds(2), [this, send] { when_store_is_free(send); });
    return;
  }
  keeping_ = true;
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
    keeping_ = false;
    if (done)
      to_keep_.erase(to_keep_.begin(), to_keep_.begin() + std::ptrdiff_t(count));
    else
      ports_.log("runs_not_kept", done.error().message);
    if (!done) return keep_runs_soon(kKeepRunsAgainAfter);
    publish_apps();
    keep_runs();
    if (to_keep_.size() < kMostRunsToKeep && to_keep_.size() + count >= kMostRunsToKeep) start_runs();
  });
}

}  // namespace synergy::dispatcher
