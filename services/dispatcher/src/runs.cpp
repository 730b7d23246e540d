#include "synergy/dispatcher/runs.hpp"

#include <algorithm>
#include <utility>

#include "synergy/execution/plan_task.hpp"

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

std::string reason_of(const RunBook::GivenUp& given_up) {
  return (given_up.why.empty() ? "" : given_up.why + "; ") + "no result after " +
         std::to_string(given_up.attempts) + " attempts";
}

}  // namespace

App* Runs::running(const AppId& app) {
  auto* found = apps_.find(app);
  return found != nullptr && found->book ? found : nullptr;
}

const App* Runs::running(const AppId& app) const {
  const auto* found = std::as_const(apps_).find(app);
  return found != nullptr && found->book ? found : nullptr;
}

void Runs::resume(const AppId& app, const std::vector<std::uint64_t>& open) {
  for (const auto run : open)
    ending_.add(app, run, {0, apps_.at(app).status.plan_id, ports_.now() + kGiveUpAfter, {}, false});
}

void Runs::plan_is_served(const std::set<DeviceId>& others) {
  auto devices = devices_of(plan());  // what they did before has given way to this plan
  devices.insert(others.begin(), others.end());
  ending_.forgotten_by(devices, ports_.now());
  next_turn_ = 0;
  turns_ = execution::Turns(plan(), ports_.model_now());
  for (const auto& [id, app] : apps_) paces_[id].not_before = ports_.model_now();
  for (const auto& pipeline : plan().pipelines) {
    paces_[pipeline.app].period = pipeline.paced ? period_of(pipeline.runs_per_second) : Duration(0);
    if (auto* app = running(pipeline.app)) fed_.takes(*app, pipeline);
  }
  for (auto& [id, app] : apps_) finish_if_done(app);
}

void Runs::hold() {
  if (flow_ == Flow::kOpen) flow_ = Flow::kHeld;
  pass_over_turns(look());  // those under way must not wait for runs that do not come
}

void Runs::release() {
  if (flow_ == Flow::kHeld) flow_ = Flow::kOpen;
}

void Runs::close() {
  flow_ = Flow::kClosed;
  pass_over_turns(look());
}

void Runs::submitted(const AppId& app) { paces_[app].due = {}; }

bool Runs::is_due(const App& app, const Now& now) const {
  const auto pace = paces_.find(app.status.request.app);
  const bool early = pace != paces_.end() && pace->second.is_early(now.model);
  const auto* pipeline = plan().find(app.status.request.app);
  return !early && pipeline != nullptr && app.book->has_next(now.host, fed_.may_begin(app, *pipeline));
}

std::optional<RunBook::Start> Runs::start_next(App& app, const schemas::PipelinePlan& pipeline,
                                               std::uint32_t most, const Now& now) {
  const bool may_begin = fed_.may_begin(app, pipeline);
  const auto next = app.book->start_next(most, now.host, patience_with(pipeline), may_begin);
  if (next && has_own_frames(pipeline.frames) && app.frames.of(next->run) == nullptr)
    app.frames.begin(next->run);
  return next;
}

void Runs::grant_due() {
  const auto now = look();
  if (deployment_.is_serving()) {
    if (may_start() && !plan().overlap) start_one(now);
    if (may_start() && plan().overlap)
      for (const auto& pipeline : plan().pipelines)
        if (auto* app = running(pipeline.app)) start_of(*app, pipeline, pipeline.depth, now);
    pass_over_turns(now);
  }
  arm_timer(now);
}

void Runs::start_one(const Now& now) {
  const auto turns = execution::pipelines_in_turn(plan());
  std::map<std::uint32_t, std::uint64_t> passed;
  for (std::size_t i = 0; i < turns.size() && under_way() == 0; ++i) {
    const auto p = turns[(next_turn_ + i) % turns.size()];
    auto* app = running(plan().pipelines[p].app);
    std::optional<RunBook::Start> next;
    if (app != nullptr && is_due(*app, now)) next = start_next(*app, plan().pipelines[p], 1, now);
    if (!next) {
      ++passed[p];
      continue;
    }
    // Their turns come before this run's, which would wait for them.
    for (const auto& [other, count] : passed)
      skip(plan().pipelines[other], turns_.pass_over(plan().pipelines[other].app, count));
    grant(plan().pipelines[p], *next);
    next_turn_ = (next_turn_ + i + 1) % turns.size();
  }
}

void Runs::skip(const schemas::PipelinePlan& pipeline, const execution::Turns::Skip& turns) {
  if (plan().order == schemas::TaskOrder::kDynamic) return;
  std::set<DeviceId> devices;
  for (const auto& execution : pipeline.executions) devices.merge(devices_of(execution));
  for (const auto& device : devices)
    ports_.skip(device, {pipeline.app, plan().id, deployment_.start(), turns.first, turns.count});
}

Duration Runs::patience_with(const schemas::PipelinePlan& pipeline) const {
  Duration longest{0};
  for (const auto& execution : pipeline.executions) longest = std::max(longest, execution.latency);
  if (pipeline.runs_per_second > 0) longest = std::max(longest, period_of(pipeline.runs_per_second));
  return kPatienceBase + ports_.to_host(longest * kPatienceFactor * pipeline.depth) + 3 * lag_;
}

void Runs::start_of(App& app, const schemas::PipelinePlan& pipeline, std::uint32_t most, const Now& now) {
  while (is_due(app, now)) {
    const auto next = start_next(app, pipeline, most, now);
    if (!next) return;
    grant(pipeline, *next);
  }
}

void Runs::grant(const schemas::PipelinePlan& pipeline, const RunBook::Start& start) {
  // After a pause the run begins now.
  const auto now = ports_.model_now();
  auto& pace = paces_[pipeline.app];
  if (start.attempt > 1 || now - pace.not_before > std::chrono::seconds(1)) pace.not_before = now;
  if (pace.period > Duration(0)) {
    if (pace.due == ModelTime{}) pace.due = now;
    pace.not_before = std::max(pace.not_before, pace.due);
    pace.due = std::max(pace.due + pace.period, now - pace.period);  // what was missed is not made up for
  }
  if (start.attempt > 1) ++retried_;
  schemas::RunGrant grant;
  if (const auto* frame = apps_.at(pipeline.app).frames.of(start.run)) {
    grant.frame = frame->ref;
    pace.not_before = std::max(pace.not_before, frame->came);
  }
  grant.key = {pipeline.app, start.run, start.attempt};
  grant.plan_id = plan().id;
  grant.start = deployment_.start();
  grant.turn = turns_.take(pipeline.app, pace.not_before);
  if (!pipeline.sequence.empty()) grant.execution = pipeline.sequence[grant.turn % pipeline.sequence.size()];
  grant.not_before = pace.not_before;
  ports_.grant(pipeline.executions[grant.execution].source, grant);
}

bool Runs::comes_later(const App* app, const Now& now) const {
  return may_start() && app != nullptr && app->book->has_next(now.host);
}

void Runs::pass_over_turns(const Now& now) {
  if (!deployment_.is_serving() || !plan().overlap || plan().order == schemas::TaskOrder::kDynamic) return;
  for (const auto& pipeline : plan().pipelines) {
    const auto* app = running(pipeline.app);
    const bool later = comes_later(app, now);
    if (later && is_due(*app, now)) continue;  // it waits for one of its own runs
    if (const auto turns = turns_.pass(pipeline.app, later, now.model)) skip(pipeline, *turns);
  }
}

/// While runs are under way, a pipeline whose next run comes later lets one turn pass in each round.
MonotonicTime Runs::next_pass(const Now& now) const {
  auto next = MonotonicTime::max();
  if (!deployment_.is_serving() || !plan().overlap || plan().order == schemas::TaskOrder::kDynamic ||
      under_way() == 0)
    return next;
  for (const auto& pipeline : plan().pipelines)
    if (const auto* app = running(pipeline.app); comes_later(app, now) && !is_due(*app, now))
      next = std::min(next, now.host + ports_.to_host(turns_.next_pass(pipeline.app, now.model) - now.model));
  return next;
}

void Runs::on(const schemas::RunResult& result) {
  const auto& key = result.run.key;
  // Nonsense: the app's next runs would wait for that time.
  if (result.ended > ports_.model_now() + kFarthestAhead) return;
  if (const auto ending = ending_.take(key.app, key.run)) {
    end_stopped({key.app, key.run}, record_of(result, std::max(key.attempt, ending->attempts)),
                ending->frame);
    return grant_due();
  }
  auto* app = running(key.app);
  if (app == nullptr) return;
  // After a restart the run may have another frame than the attempt before, whose result comes late.
  if (const auto* frame = app->frames.of(key.run))
    if (!result.run.frame || frame->ref.sequence != result.run.frame->sequence) return;
  const auto attempts = std::max(key.attempt, app->book->attempts_of(key.run));
  if (app->book->complete(key.run) == RunBook::Ending::kRepeated) {
    ++repeated_;
    return;
  }
  auto& pace = paces_[key.app];
  pace.not_before = std::max(pace.not_before, result.ended);
  lag_ = std::max(ports_.to_host(std::clamp(result.lag, Duration(0), kFarthestAhead)), lag_ - lag_ / 8);
  end(*app, record_of(result, attempts));
  grant_due();
}

void Runs::on(const schemas::RunFailed& failed) {
  const auto& [id, run, attempt] = failed.key;
  const auto why = failed.device.text() + ": " + failed.reason;
  if (const auto* ending = ending_.find(id, run)) {
    if (ending->attempts != attempt) return;  // an old attempt
    const auto ended = *ending_.take(id, run);
    end_stopped({id, run}, failed_record(id, run, attempt, ended.plan_id, "stopped: " + why), ended.frame);
  } else {
    auto* app = running(id);
    if (app == nullptr) return;
    if (!app->book->fail_attempt(run, attempt, ports_.now(), why)) return;  // an old attempt
  }
  if (apps_.any_runs()) events_.disturbed(why);
  arm_timer();
}

void Runs::check_times() {
  std::string late;
  std::vector<std::pair<AppId, schemas::RunRecord>> ended;
  for (auto& [id, app] : apps_) {
    if (!app.book) continue;
    const auto before = app.book->under_way();
    const auto given_up_runs = app.book->check_time(ports_.now());
    if (app.book->under_way() < before) late = id.text();
    for (const auto& given_up : given_up_runs) {
      const auto plan_id = deployment_.plan() ? plan().id : 0;
      auto reason = reason_of(given_up);
      if (app.frames.of(given_up.run) != nullptr && !reason.starts_with("device_left"))
        reason = "dropped: " + reason;
      ended.emplace_back(id, failed_record(id, given_up.run, given_up.attempts, plan_id, reason));
    }
  }
  for (auto& [id, record] : ended) end(apps_.at(id), std::move(record));
  for (const auto& [key, run] : ending_.over(ports_.now()))
    end_stopped(key, failed_record(key.first, key.second, run.attempts, run.plan_id, kStopped), run.frame);
  fed_.give_up_absent();
  for (auto& [id, app] : apps_) finish_if_done(app);
  if (!late.empty()) events_.disturbed("no result of a run of app '" + late + "' in time");
  grant_due();
}

void Runs::arm_timer() { arm_timer(look()); }

void Runs::arm_timer(const Now& now) {
  auto next = std::min({next_pass(now), ending_.next_end(), fed_.next_event()});
  for (const auto& [id, app] : apps_) {
    if (!app.book) continue;
    next = std::min(next, app.book->next_event(now.host));
    if (const auto pace = paces_.find(id); pace != paces_.end() && pace->second.is_early(now.model))
      next = std::min(next, now.host + ports_.to_host(pace->second.due - now.model));
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

void Runs::are_lost(const std::string& why) {
  for (auto& [id, app] : apps_)
    if (app.book) app.book->fail_all(ports_.now(), why);
}

std::size_t Runs::under_way() const {
  std::size_t count = ending_.under_way();
  for (const auto& [id, app] : std::as_const(apps_))
    if (app.book) count += app.book->under_way();
  return count;
}

void Runs::end(App& app, schemas::RunRecord record) {
  record.frame = app.frames.end(record.run);
  if (record.frame) fed_.ended(record);
  store_.keep(std::move(record));
  finish_if_done(app);
}

void Runs::takes_no_more_frames(const AppId& app) const {
  if (const auto* pipeline = deployment_.plan() ? plan().find(app) : nullptr)
    fed_.takes_no_more(app, *pipeline);
}

void Runs::finish_if_done(App& app) {
  if (!app.book || !app.book->finished()) return;
  set_finished(app);
  takes_no_more_frames(app.status.request.app);
  fed_.end_waiting(app, "stopped: all runs that the app asked for have ended");
  events_.finished(app.status.request.app);
}

void Runs::end_stopped(const EndingRuns::Key& key, schemas::RunRecord record,
                       const std::optional<schemas::FrameRef>& frame) {
  record.frame = frame;
  if (record.frame) fed_.ended(record);
  auto& status = apps_.at(key.first).status;
  const bool of_a_former_submission = key.second < status.first_run;
  if (!of_a_former_submission)
    ++(record.outcome == schemas::RunOutcome::kCompleted ? status.completed : status.failed);
  store_.keep(std::move(record));
}

void Runs::leave_to_end(App& app) {
  const auto& id = app.status.request.app;
  EndingRuns::Run ending;
  ending.plan_id = deployment_.plan() ? plan().id : 0;
  if (const auto* pipeline = deployment_.plan() ? plan().find(id) : nullptr)
    for (const auto& execution : pipeline->executions) ending.targets.insert(execution.target);
  for (const auto& open : app.book->open_runs(ports_.now())) {
    ending.attempts = open.attempts;
    ending.until = open.until + kLateResult;
    ending.frame = app.frames.end(open.run);
    ending_.add(id, open.run, ending);
  }
  app.book.reset();
  takes_no_more_frames(id);
  fed_.end_waiting(app, "stopped: the app was stopped before the frame's run began");
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

void set_finished(App& app) {
  app.status = app.current_status();
  app.status.phase = AppPhase::kFinished;
  app.status.reason = "all runs asked for have ended";
  app.book.reset();
}

}  // namespace synergy::dispatcher
