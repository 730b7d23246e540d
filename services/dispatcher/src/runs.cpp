// Runs: started as far as the plan's depth allows, turn by turn, and ended once.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

/// An attempt is called failed when it took this many times the longer of its predicted latency and the
/// round, for each run in flight, and then some.
constexpr int kPatienceFactor = 10;
constexpr Duration kPatienceBase = std::chrono::seconds(3);
/// What the record of a run says that did not end before its app was stopped.
constexpr auto kStopped = "stopped: under way when the app was stopped";
/// A result may be heard a little before the end it claims; not more, in model time.
constexpr Duration kFarthestAhead = std::chrono::minutes(1);

schemas::RunRecord record_of(const schemas::RunResult& result, std::uint32_t attempts) {
  schemas::RunRecord record;
  record.app = result.run.key.app;
  record.run = result.run.key.run;
  record.attempts = attempts;
  record.plan_id = result.run.plan_id;
  record.label = result.label;
  record.score = result.score;
  record.began = result.run.began;
  record.ended = result.ended;
  record.energy_uj = result.run.energy_uj;
  record.devices = result.run.devices;
  record.generated = result.run.generated;
  return record;
}

schemas::RunRecord failed_record(const AppId& app, std::uint64_t run, std::uint32_t attempts,
                                 std::uint64_t plan_id, const std::string& reason) {
  schemas::RunRecord record;
  record.app = app;
  record.run = run;
  record.attempts = attempts;
  record.plan_id = plan_id;
  record.outcome = schemas::RunOutcome::kFailed;
  record.reason = reason;
  return record;
}

std::string reason_of(const RunBook::GivenUp& given_up) {
  return (given_up.why.empty() ? "" : given_up.why + "; ") + "no result after " +
         std::to_string(given_up.attempts) + " attempts";
}

}  // namespace

bool Dispatcher::may_start_runs() const {
  const bool behind = to_keep_.size() >= kMostRunsToKeep;  // goes on when the store has kept some
  return !switching_until_ && !draining_ && !behind;
}

bool Dispatcher::is_due(const App& app) const {
  const bool early = app.status.request.rate > 0 && app.due > ports_.model_now();
  return !early && app.book->has_next(ports_.now());
}

void Dispatcher::start_runs() {
  if (deployed()) {
    if (may_start_runs() && !plan_->overlap) start_one_run();
    if (may_start_runs() && plan_->overlap)
      for (const auto& pipeline : plan_->pipelines)
        if (const auto found = apps_.find(pipeline.app); found != apps_.end() && found->second.book)
          start_runs_of(found->second, pipeline, pipeline.depth);
    pass_over_turns();
  }
  arm_timer();
}

void Dispatcher::start_one_run() {
  const auto count = plan_->pipelines.size();
  for (std::size_t i = 0; i < count && runs_under_way() == 0; ++i) {
    const auto p = (next_pipeline_ + i) % count;
    const auto found = apps_.find(plan_->pipelines[p].app);
    if (found == apps_.end() || !found->second.book) continue;
    start_runs_of(found->second, plan_->pipelines[p], 1);
    if (runs_under_way() > 0) next_pipeline_ = p + 1;
  }
}

Duration Dispatcher::patience_with(const schemas::PipelinePlan& pipeline) const {
  Duration longest{0};
  for (const auto& execution : pipeline.executions) longest = std::max(longest, execution.latency);
  if (plan_->rounds_per_second > 0) longest = std::max(longest, period_of(plan_->rounds_per_second));
  return kPatienceBase + ports_.to_host(longest * kPatienceFactor * pipeline.depth) + 3 * lag_;
}

void Dispatcher::start_runs_of(App& app, const schemas::PipelinePlan& pipeline, std::uint32_t most) {
  const auto patience = patience_with(pipeline);
  while (is_due(app)) {
    const auto next = app.book->start_next(most, ports_.now(), patience);
    if (!next) return;
    grant(app, pipeline, *next);
  }
}

void Dispatcher::grant(App& app, const schemas::PipelinePlan& pipeline, const RunBook::Start& start) {
  // A run takes the place of one that ended: it may begin when that one did, even if word of it came later.
  // After a pause it begins now.
  const auto now = ports_.model_now();
  if (start.attempt > 1 || now - app.not_before > std::chrono::seconds(1)) app.not_before = now;
  if (const auto rate = app.status.request.rate; rate > 0) {
    const auto period = period_of(rate);
    if (app.due == ModelTime{}) app.due = now;
    app.not_before = std::max(app.not_before, app.due);
    app.due = std::max(app.due + period, now - period);  // what was missed is not made up for
  }
  if (start.attempt > 1) ++retried_;
  schemas::RunGrant grant;
  grant.key = {pipeline.app, start.run, start.attempt};
  grant.plan_id = plan_->id;
  grant.start = start_;
  grant.turn = turns_.take(pipeline.app, app.not_before);
  if (!pipeline.sequence.empty()) grant.execution = pipeline.sequence[grant.turn % pipeline.sequence.size()];
  grant.not_before = app.not_before;
  ports_.grant(pipeline.executions[grant.execution].source, grant);
}

bool Dispatcher::comes_later(const App* app) const {
  return may_start_runs() && app != nullptr && app->book && app->book->has_next(ports_.now());
}

void Dispatcher::pass_over_turns() {
  if (!deployed() || plan_->order == schemas::TaskOrder::kDynamic) return;
  const auto now = ports_.model_now();
  for (const auto& pipeline : plan_->pipelines) {
    const auto found = apps_.find(pipeline.app);
    const auto* app = found == apps_.end() ? nullptr : &found->second;
    const bool later = comes_later(app);
    if (later && is_due(*app)) continue;  // it waits for one of its own runs
    const auto skip = turns_.pass(pipeline.app, later, now);
    if (!skip) continue;
    std::set<DeviceId> devices;
    for (const auto& execution : pipeline.executions) devices.merge(devices_of(execution));
    for (const auto& device : devices)
      ports_.skip(device, {pipeline.app, plan_->id, start_, skip->first, skip->count});
  }
}

/// While runs are under way, turns of who comes later pass with the rounds.
MonotonicTime Dispatcher::next_pass() const {
  auto next = MonotonicTime::max();
  if (!deployed() || plan_->order == schemas::TaskOrder::kDynamic || runs_under_way() == 0) return next;
  const auto now = ports_.model_now();
  for (const auto& pipeline : plan_->pipelines)
    if (const auto found = apps_.find(pipeline.app);
        found != apps_.end() && comes_later(&found->second) && !is_due(found->second))
      next = std::min(next, ports_.now() + ports_.to_host(turns_.next_pass(pipeline.app, now) - now));
  return next;
}

void Dispatcher::on(const schemas::RunResult& result) {
  const auto& key = result.run.key;
  // Nonsense: the app's next runs would wait for that time.
  if (result.ended > ports_.model_now() + kFarthestAhead) return;
  if (const auto ending = ending_.take(key.app, key.run)) {
    end_stopped_run({key.app, key.run}, record_of(result, std::max(key.attempt, ending->attempts)));
    return start_runs();
  }
  const auto found = apps_.find(key.app);
  if (found == apps_.end() || !found->second.book) return;
  auto& app = found->second;
  const auto attempts = std::max(key.attempt, app.book->attempts_of(key.run));
  if (app.book->complete(key.run) == RunBook::Ending::kRepeated) {
    ++repeated_;
    return;
  }
  app.not_before = std::max(app.not_before, result.ended);
  lag_ = std::max(ports_.to_host(std::clamp(result.lag, Duration(0), kFarthestAhead)), lag_ - lag_ / 8);
  end_run(app, record_of(result, attempts));
  start_runs();
}

void Dispatcher::on(const schemas::RunFailed& failed) {
  const auto& [app, run, attempt] = failed.key;
  const auto why = failed.device.text() + ": " + failed.reason;
  if (const auto* ending = ending_.find(app, run)) {
    if (ending->attempts != attempt) return;  // an old attempt
    const auto ended = *ending_.take(app, run);
    end_stopped_run({app, run}, failed_record(app, run, attempt, ended.plan_id, "stopped: " + why));
  } else {
    const auto found = apps_.find(app);
    if (found == apps_.end() || !found->second.book) return;
    if (!found->second.book->fail_attempt(run, attempt, ports_.now(), why)) return;  // an old attempt
  }
  if (has_running_apps()) start_plan_again(why);
  arm_timer();
}

void Dispatcher::check_times() {
  std::string late;
  std::vector<std::pair<AppId, schemas::RunRecord>> ended;
  for (auto& [id, app] : apps_) {
    if (!app.book) continue;
    const auto under_way = app.book->under_way();
    const auto given_up_runs = app.book->check_time(ports_.now());
    if (app.book->under_way() < under_way) late = id.text();
    for (const auto& given_up : given_up_runs) {
      const auto plan_id = plan_ ? plan_->id : 0;
      ended.emplace_back(id,
                         failed_record(id, given_up.run, given_up.attempts, plan_id, reason_of(given_up)));
    }
  }
  for (auto& [id, record] : ended) end_run(apps_.at(id), std::move(record));
  for (const auto& [key, run] : ending_.over(ports_.now()))
    end_stopped_run(key, failed_record(key.first, key.second, run.attempts, run.plan_id, kStopped));
  if (!late.empty()) start_plan_again("no result of a run of app '" + late + "' in time");
  start_runs();
}

void Dispatcher::arm_timer() {
  auto next = std::min(next_pass(), ending_.next_end());
  for (const auto& [id, app] : apps_) {
    if (!app.book) continue;
    next = std::min(next, app.book->next_event(ports_.now()));
    if (app.status.request.rate > 0 && app.due > ports_.model_now())
      next = std::min(next, ports_.now() + ports_.to_host(app.due - ports_.model_now()));
  }
  if (next == MonotonicTime::max() || next >= timer_at_) return;
  timer_at_ = next;
  // Not in the past: between start_next() refusing for depth and time passing there must be no busy loop.
  ports_.at(std::max(next, ports_.now() + std::chrono::milliseconds(2)), [this, next] {
    if (timer_at_ != next) return;  // an earlier one took its place
    timer_at_ = MonotonicTime::max();
    check_times();
  });
}

void Dispatcher::fail_runs_under_way(const std::string& why) {
  for (auto& [id, app] : apps_)
    if (app.book) app.book->fail_all(ports_.now(), why);
}

void Dispatcher::end_run(App& app, schemas::RunRecord record) {
  keep_record(std::move(record));
  if (app.book->finished()) finish(app);
}

void Dispatcher::end_stopped_run(const EndingRuns::Key& key, schemas::RunRecord record) {
  auto& status = apps_.at(key.first).status;
  const bool of_a_former_submission = key.second < status.first_run;
  if (!of_a_former_submission)
    ++(record.outcome == schemas::RunOutcome::kCompleted ? status.completed : status.failed);
  keep_record(std::move(record));
}

void Dispatcher::keep_record(schemas::RunRecord record) {
  record.recorded = ports_.unix_now();
  to_keep_.push_back(std::move(record));
  if (to_keep_.size() == kMostRunsAtOnce) return keep_runs();
  keep_runs_soon(kKeepRunsEvery);
}

void Dispatcher::leave_to_end(App& app) {
  const auto& id = app.status.request.app;
  EndingRuns::Run ending;
  ending.plan_id = plan_ ? plan_->id : 0;
  if (const auto* pipeline = plan_ ? plan_->find(id) : nullptr)
    for (const auto& execution : pipeline->executions) ending.targets.insert(execution.target);
  for (const auto& open : app.book->open_runs(ports_.now())) {
    ending.attempts = open.attempts;
    ending.until = open.until + kLateResult;
    ending_.add(id, open.run, ending);
  }
  app.book.reset();
}

void Dispatcher::set_finished(App& app) {
  app.status = current_status(app);
  app.status.phase = AppPhase::kFinished;
  app.status.reason = "all runs asked for have ended";
  app.book.reset();
}

void Dispatcher::finish(App& app) {
  set_finished(app);
  if (has_running_apps()) plan_again("app '" + app.status.request.app.text() + "' has finished");
}

}  // namespace synergy::dispatcher
