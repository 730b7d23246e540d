// Runs: started as far as the plan's depth allows, ended once, and kept together by the store.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

/// An attempt is called failed when it took this many times its predicted latency and then some.
constexpr int kPatienceFactor = 20;
constexpr Duration kPatienceBase = std::chrono::seconds(3);
/// A result may be heard a little before the end it claims; not more, in model time.
constexpr Duration kFarthestAhead = std::chrono::minutes(1);

}  // namespace

void Dispatcher::start_runs() {
  const bool behind = to_keep_.size() >= kMostRunsToKeep;  // goes on when the store has kept some
  if (deployed() && !switching_until_ && !draining_ && !behind)
    for (const auto& pipeline : plan_->pipelines)
      if (const auto found = apps_.find(pipeline.app); found != apps_.end() && found->second.book)
        start_runs_of(found->second, pipeline);
  arm_timer();
}

void Dispatcher::start_runs_of(App& app, const schemas::PipelinePlan& pipeline) {
  const auto& execution = pipeline.executions.front();
  const auto patience = kPatienceBase + ports_.to_host(execution.latency * kPatienceFactor * pipeline.depth);
  while (const auto start = app.book->start_next(pipeline.depth, ports_.now(), patience)) {
    auto& not_before = not_before_[pipeline.app];
    // A run takes the place of one that ended: it may begin when that one did, even if word of it came later.
    // After a pause it begins now.
    if (start->attempt > 1 || ports_.model_now() - not_before > std::chrono::seconds(1))
      not_before = ports_.model_now();
    if (start->attempt > 1) ++retried_;
    ports_.grant(execution.source, {{pipeline.app, start->run, start->attempt}, plan_->id, 0, not_before});
  }
}

void Dispatcher::on(const schemas::RunResult& result) {
  const auto& key = result.run.key;
  const auto found = apps_.find(key.app);
  if (found == apps_.end() || !found->second.book) return;
  // Nonsense: the app's next runs would wait for that time.
  if (result.ended > ports_.model_now() + kFarthestAhead) return;
  auto& app = found->second;
  const auto attempts = std::max(key.attempt, app.book->attempts_of(key.run));
  if (app.book->complete(key.run) == RunBook::Ending::kRepeated) {
    ++repeated_;
    return;
  }
  not_before_[key.app] = std::max(not_before_[key.app], result.ended);
  schemas::RunRecord record;
  record.app = key.app;
  record.run = key.run;
  record.attempts = attempts;
  record.plan_id = result.run.plan_id;
  record.label = result.label;
  record.score = result.score;
  record.began = result.run.began;
  record.ended = result.ended;
  record.energy_uj = result.run.energy_uj;
  record.devices = result.run.devices;
  end_run(app, std::move(record));
  start_runs();
}

void Dispatcher::on(const schemas::RunFailed& failed) {
  const auto found = apps_.find(failed.key.app);
  if (found == apps_.end() || !found->second.book) return;
  (void)found->second.book->fail_attempt(failed.key.run, failed.key.attempt,
                                         ports_.now());  // false: an old attempt
  arm_timer();
}

void Dispatcher::check_times() {
  for (auto& [id, app] : apps_) {
    if (!app.book) continue;
    for (const auto& given_up : app.book->check_time(ports_.now())) {
      schemas::RunRecord record;
      record.app = id;
      record.run = given_up.run;
      record.attempts = given_up.attempts;
      record.plan_id = plan_ ? plan_->id : 0;
      record.outcome = schemas::RunOutcome::kFailed;
      record.reason = "no result after " + std::to_string(given_up.attempts) + " attempts";
      end_run(app, std::move(record));
    }
  }
  start_runs();
}

void Dispatcher::arm_timer() {
  auto next = MonotonicTime::max();
  for (const auto& [id, app] : apps_)
    if (app.book) next = std::min(next, app.book->next_event());
  if (next == MonotonicTime::max() || next >= timer_at_) return;
  timer_at_ = next;
  // Not in the past: between start_next() refusing for depth and time passing there must be no busy loop.
  ports_.at(std::max(next, ports_.now() + std::chrono::milliseconds(10)), [this] {
    timer_at_ = MonotonicTime::max();
    check_times();
  });
}

void Dispatcher::end_run(App& app, schemas::RunRecord record) {
  record.recorded = ports_.unix_now();
  to_keep_.push_back(std::move(record));
  if (app.book->finished()) finish(app);
  if (to_keep_.size() == kMostRunsAtOnce) return keep_runs();
  keep_runs_soon(kKeepRunsEvery);
}

void Dispatcher::finish(App& app) const {
  app.status = current_status(app);
  app.status.phase = AppPhase::kFinished;
  app.status.reason = "all runs asked for have ended";
  app.book.reset();
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
