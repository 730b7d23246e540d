#include "synergy/dispatcher/dispatcher.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace synergy::dispatcher {

using schemas::AppPhase;

namespace {

/// An attempt is called failed when it took this many times its predicted latency and then some.
constexpr int kPatienceFactor = 20;
constexpr Duration kPatienceBase = std::chrono::seconds(3);
/// A result may be heard a little before the end it claims; not more, in model time.
constexpr Duration kFarthestAhead = std::chrono::minutes(1);

std::string label_of(const AppId& app) { return "app '" + app.text() + "'"; }

}  // namespace

void Dispatcher::resume(const schemas::StoredState& stored) {
  last_plan_id_ = stored.last_plan_id;
  for (const auto& status : stored.apps) {
    App app{status, {}};
    if (status.phase == AppPhase::kRunning) {
      app.book.emplace(status.first_run, status.request.runs);
      const auto open = stored.open_runs.find(status.request.app.text());
      app.book->resume(status.next_run,
                       open == stored.open_runs.end() ? std::vector<std::uint64_t>() : open->second,
                       status.failed);
      if (app.book->finished()) finish(app);
    }
    apps_.emplace(status.request.app, std::move(app));
  }
  const bool running = !running_requests().empty();
  publish_apps();
  if (!running) return;
  if (stored.plan) {
    plan_ = stored.plan;
    ports_.log("resumed", "plan " + std::to_string(plan_->id));
    ports_.publish_plan(*plan_);
    deploy_plan();
    if (serves_all(*plan_)) return;  // it does not when the answer to a decision that the store kept was lost
  }
  plan_again();
}

void Dispatcher::plan_again() {
  // Another decision may have brought a plan meanwhile, or ended the apps.
  if (running_requests().empty() || (plan_ && serves_all(*plan_))) return;
  decisions_.push_back({"the dispatcher started again", {}, {}, {}, {}, {}});
  begin_next_decision();
}

bool Dispatcher::serves_all(const schemas::CollaborationPlan& plan) const {
  const auto requests = running_requests();
  return std::all_of(requests.begin(), requests.end(), [&](const auto& request) {
    return std::any_of(plan.pipelines.begin(), plan.pipelines.end(),
                       [&](const auto& p) { return p.app == request.app; });
  });
}

std::vector<schemas::AppRequest> Dispatcher::running_requests() const {
  std::vector<schemas::AppRequest> requests;
  for (const auto& [id, app] : apps_)
    if (app.status.phase == AppPhase::kRunning) requests.push_back(app.status.request);
  return requests;
}

// Decisions.

void Dispatcher::on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer) {
  decisions_.push_back(
      {label_of(submit.request.app) + " submitted", submit.request, std::move(answer), {}, {}, {}});
  begin_next_decision();
}

void Dispatcher::on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer) {
  decisions_.push_back({label_of(stop.app) + " stopped", {}, {}, stop.app, std::move(answer), {}});
  begin_next_decision();
}

void Dispatcher::begin_next_decision() {
  if (deciding_ || decisions_.empty()) return;
  deciding_ = true;
  auto& decision = decisions_.front();
  if (decision.submitted) {
    const auto found = apps_.find(decision.submitted->app);
    if (found != apps_.end() && found->second.status.phase == AppPhase::kRunning) {
      const auto& status = found->second.status;
      const bool same = status.request == *decision.submitted;
      auto answer = std::move(decision.submit_answer);
      decisions_.pop_front();
      deciding_ = false;
      if (same)
        answer(schemas::AppSubmitted{status.request.app, status.plan_id, status.first_run});
      else
        answer(
            Error{ErrorCode::kConflict, label_of(status.request.app) +
                                            " is running with another request; stop it first (synergy stop " +
                                            status.request.app.text() + ")"});
      return begin_next_decision();
    }
  } else if (decision.stop_answer) {
    const auto found = apps_.find(decision.stopped);
    if (found == apps_.end() || found->second.status.phase != AppPhase::kRunning) {
      auto answer = std::move(decision.stop_answer);
      const auto app = decision.stopped;
      decisions_.pop_front();
      deciding_ = false;
      if (found == apps_.end())
        answer(Error{ErrorCode::kNotFound, "there is no " + label_of(app) + " (synergy apps lists them)"});
      else
        answer(schemas::AppStopped{app});
      return begin_next_decision();
    }
  }
  plan_for(decision);
}

void Dispatcher::plan_for(Decision& decision) {
  schemas::PlanMake request;
  request.id = last_plan_id_ + 1;
  request.cause = decision.cause;
  for (auto& app : running_requests())
    if (app.app != decision.stopped) request.apps.push_back(std::move(app));
  if (decision.submitted) request.apps.push_back(*decision.submitted);
  if (request.apps.empty()) return begin_draining();  // the last app stops: no plan is needed
  ports_.make_plan(request, [this](Result<schemas::CollaborationPlan> plan) {
    auto& current = decisions_.front();
    if (plan) {
      current.plan = std::move(*plan);
      return begin_draining();
    }
    if (current.submitted) return reject(plan.error());
    ports_.log("no_new_plan", plan.error().message);
    if (current.stop_answer) return begin_draining();  // the plan in force serves the fewer apps still
    decisions_.pop_front();
    deciding_ = false;
    if (plan.error().code == ErrorCode::kTimeout || plan.error().code == ErrorCode::kUnavailable)
      ports_.at(ports_.now() + kPlanAgainAfter, [this] { plan_again(); });
    begin_next_decision();
  });
}

void Dispatcher::reject(const Error& error) {
  auto& decision = decisions_.front();
  const auto finish = [this, error] {
    auto answer = std::move(decisions_.front().submit_answer);
    decisions_.pop_front();
    deciding_ = false;
    answer(error);
    begin_next_decision();
  };
  const bool final = error.code == ErrorCode::kNoFit || error.code == ErrorCode::kInvalid ||
                     error.code == ErrorCode::kNotFound;
  const auto found = apps_.find(decision.submitted->app);
  const bool has_history = found != apps_.end() && found->second.status.phase != AppPhase::kRejected;
  if (!final || has_history) return finish();  // what is kept of it stays as it is
  auto status = submitted_status(*decision.submitted);
  status.phase = AppPhase::kRejected;
  status.reason = error.message;
  const schemas::StoreDecision rejection{{status}, {}, decision.cause};
  send_decision([rejection] { return rejection; },
                [this, status, finish](const Result<schemas::Done>& kept) {
                  if (kept) apps_[status.request.app] = {status, {}};
                  publish_apps();
                  finish();
                });
}

void Dispatcher::send_decision(const std::function<schemas::StoreDecision()>& decision,
                               const Ports::Answer<schemas::Done>& answer) {
  if (keeping_) {
    ports_.at(ports_.now() + std::chrono::milliseconds(2),
              [this, decision, answer] { send_decision(decision, answer); });
    return;
  }
  keeping_ = true;
  send_until_answered(decision(), answer);
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

void Dispatcher::begin_draining() {
  switching_until_ = ports_.now() + kDrainPatience;
  drain_then_keep();
}

void Dispatcher::drain_then_keep() {
  // Of a submission that ends, or gives way to the next, the last runs are kept before: a restart looks only
  // at runs of apps that are running, from their present submission on.
  const auto& decision = decisions_.front();
  const bool ended = runs_under_way() == 0 &&
                     !has_runs_to_keep(decision.submitted ? decision.submitted->app : decision.stopped);
  if (ended || ports_.now() >= *switching_until_) return keep_decision();
  ports_.at(ports_.now() + std::chrono::milliseconds(5), [this] { drain_then_keep(); });
}

schemas::AppStatus Dispatcher::submitted_status(const schemas::AppRequest& request) const {
  schemas::AppStatus status;
  status.request = request;
  if (const auto found = apps_.find(request.app); found != apps_.end())
    status.first_run = status.next_run = found->second.status.next_run;
  return status;
}

schemas::AppStatus Dispatcher::status_after(const Decision& decision, const App& app) const {
  auto status = status_to_keep(app, 0);
  if (decision.plan) status.plan_id = decision.plan->id;
  if (status.request.app == decision.stopped) {
    status.phase = AppPhase::kStopped;
    status.reason = "stopped on request";
  }
  return status;
}

schemas::StoreDecision Dispatcher::decision_to_keep() const {
  const auto& decision = decisions_.front();
  schemas::StoreDecision kept{{}, decision.plan, decision.cause};
  for (const auto& [id, app] : apps_)
    if (app.status.phase == AppPhase::kRunning) kept.apps.push_back(status_after(decision, app));
  if (decision.submitted) {
    auto status = submitted_status(*decision.submitted);
    status.plan_id = decision.plan->id;
    kept.apps.push_back(status);
  }
  return kept;
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
    if (!done) {  // nothing was changed: whoever asked may ask again
      auto failed = std::move(decisions_.front());
      decisions_.pop_front();
      deciding_ = false;
      if (failed.plan)
        last_plan_id_ = failed.plan->id;  // the store may have kept it: its number is not used again
      ports_.log("not_kept", done.error().message);
      if (failed.submit_answer) failed.submit_answer(done.error());
      if (failed.stop_answer) failed.stop_answer(done.error());
      start_runs();
      return begin_next_decision();
    }
    apply(*sent);
    finish_decision();
  });
}

void Dispatcher::apply(const std::vector<schemas::AppStatus>& kept) {
  for (const auto& status : kept) {
    auto& app = apps_[status.request.app];
    if (decisions_.front().submitted && decisions_.front().submitted->app == status.request.app) {
      app.status = status;
      app.book.emplace(status.first_run, status.request.runs);
      continue;
    }
    if (!app.book) continue;  // its last run ended while this was on its way; that is kept next
    app.status = current_status(app);
    app.status.plan_id = status.plan_id;
    app.status.phase = status.phase;
    app.status.reason = status.reason;
    if (status.phase != AppPhase::kRunning) app.book.reset();
  }
}

void Dispatcher::finish_decision() {
  auto decision = std::move(decisions_.front());
  decisions_.pop_front();
  deciding_ = false;
  if (decision.plan) {
    plan_ = std::move(decision.plan);
    last_plan_id_ = plan_->id;
    for (auto& [id, app] : apps_)
      if (app.book) app.book->fail_all(ports_.now());
    ports_.publish_plan(*plan_);
    deploy_plan();
  }
  publish_apps();
  if (decision.submit_answer) {
    const auto& status = apps_.at(decision.submitted->app).status;
    decision.submit_answer(schemas::AppSubmitted{status.request.app, status.plan_id, status.first_run});
  }
  if (decision.stop_answer) decision.stop_answer(schemas::AppStopped{decision.stopped});
  begin_next_decision();
}

// Deployment.

std::set<DeviceId> Dispatcher::devices_of(const schemas::CollaborationPlan& plan) const {
  std::set<DeviceId> devices;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& step : execution.steps) {
        devices.insert(step.device);
        if (!step.to.empty()) devices.insert(step.to);
      }
  return devices;
}

void Dispatcher::deploy_plan() {
  to_deploy_ = devices_of(*plan_);
  for (const auto& device : std::set<DeviceId>(to_deploy_)) deploy_to(device);
}

void Dispatcher::deploy_to(const DeviceId& device) {
  const auto id = plan_->id;
  ports_.deploy(device, {*plan_}, [this, device, id](const Result<schemas::Deployed>& done) {
    if (!plan_ || plan_->id != id) return;
    if (!done) {
      ports_.log("deploy_again", device.text() + ": " + done.error().message);
      ports_.at(ports_.now() + kDeployAgainAfter, [this, device, id] {
        if (plan_ && plan_->id == id && to_deploy_.contains(device)) deploy_to(device);
      });
      return;
    }
    if (done->instance != 0)
      executor_instances_[device] = done->instance;  // one that starts again has another
    to_deploy_.erase(device);
    if (!to_deploy_.empty()) return;
    ports_.log("deployed", "plan " + std::to_string(id));
    start_runs();
  });
}

void Dispatcher::on(const schemas::Health& health) {
  constexpr std::string_view kPrefix = "executor/";
  if (!health.process.starts_with(kPrefix) || health.state != schemas::LifeCycle::kReady) return;
  const DeviceId device(health.process.substr(kPrefix.size()));
  const auto [known, first] = executor_instances_.try_emplace(device, health.instance);
  if (first || known->second == health.instance) return;
  known->second = health.instance;
  if (!plan_ || !devices_of(*plan_).contains(device) || to_deploy_.contains(device)) return;
  ports_.log("executor_restarted", device.text());
  to_deploy_.insert(device);
  for (auto& [id, app] : apps_)
    if (app.book) app.book->fail_all(ports_.now());
  deploy_to(device);
}

// Runs.

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

// What others see.

schemas::AppStatus Dispatcher::current_status(const App& app) const {
  auto status = app.status;
  if (!app.book) return status;
  status.next_run = std::max(app.book->next_run(), status.next_run);
  status.completed = app.book->completed();
  status.failed = app.book->failed();
  return status;
}

schemas::AppStatus Dispatcher::status_to_keep(const App& app, std::size_t kept) const {
  auto status = current_status(app);
  for (auto run = to_keep_.begin() + std::ptrdiff_t(kept); run != to_keep_.end(); ++run) {
    if (run->app != status.request.app || run->run < status.first_run) continue;
    --(run->outcome == schemas::RunOutcome::kCompleted ? status.completed : status.failed);
    if (status.phase != AppPhase::kFinished) continue;
    status.phase = AppPhase::kRunning;
    status.reason.clear();
  }
  return status;
}

bool Dispatcher::has_runs_to_keep(const AppId& app) const {
  return std::any_of(to_keep_.begin(), to_keep_.end(), [&](const auto& run) { return run.app == app; });
}

void Dispatcher::publish_apps() {
  schemas::AppSet set;
  for (const auto& [id, app] : apps_) set.apps.push_back(current_status(app));
  ports_.publish_apps(set);
}

std::size_t Dispatcher::runs_under_way() const {
  std::size_t count = 0;
  for (const auto& [id, app] : apps_)
    if (app.book) count += app.book->under_way();
  return count;
}

std::map<std::string, std::uint64_t> Dispatcher::counters() const {
  return {{"runs.under_way", runs_under_way()},
          {"runs.retried", retried_},
          {"runs.repeated", repeated_},
          {"runs.to_keep", to_keep_.size()}};
}

}  // namespace synergy::dispatcher
