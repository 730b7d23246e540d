#include "synergy/dispatcher/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "synergy/schemas/roster.hpp"

namespace synergy::dispatcher {

using schemas::AppPhase;

Dispatcher::Dispatcher(Ports ports)
    : ports_(std::move(ports)),
      body_(ports_.now()),
      store_(ports_, apps_,
             {[this] { publish_apps(); }, [this] { runs_.grant_due(); },
              [this](const AppId& app) { decisions_.stop_was_kept(app); },
              [this] { decisions_.store_takes_again(); },
              [this](const std::vector<schemas::RunRecord>& kept) { fed_.were_kept(kept); }}),
      fed_(ports_, apps_, store_, [this] { runs_.grant_due(); }),
      deployment_(ports_, body_,
                  {[this](const std::string& why) { runs_.are_lost(why); }, [this] { plan_is_served(); },
                   [this](Deployment::Refusal refusal) { decisions_.add(std::move(refusal)); }}),
      runs_(ports_, apps_, deployment_, store_, fed_,
            {[this](const std::string& why) { deployment_.start_again(why); },
             [this](const AppId& app) { app_has_finished(app); }}),
      switching_(ports_, deployment_, runs_, store_),
      decisions_({ports_, apps_, body_, store_, deployment_, runs_, switching_},
                 {[this] { publish_apps(); }, [this] { publish_waiting(); }}) {}

bool Dispatcher::resume_apps(const schemas::StoredState& stored) {
  bool finished = false;
  for (const auto& status : stored.apps) {
    const auto& id = status.request.app;
    const auto found = stored.open_runs.find(id.text());
    const auto open = found == stored.open_runs.end() ? std::vector<std::uint64_t>() : found->second;
    auto& app = apps_[id];
    app.status = status;
    if (status.phase !=
        AppPhase::kRunning) {  // stopped, and the dispatcher before ended before these runs did
      runs_.resume(id, open);
      continue;
    }
    app.book.emplace(status.first_run, status.request.runs);
    app.book->resume(status.next_run, open, status.failed);
    if (!app.book->finished()) continue;
    finished = true;
    set_finished(app);
  }
  return finished;
}

void Dispatcher::resume(const schemas::StoredState& stored) {
  decisions_.resume(stored.last_plan_id);
  const bool finished = resume_apps(stored);
  publish_apps();
  if (!apps_.any_runs()) return runs_.arm_timer();
  if (stored.plan) {
    deployment_.resume(*stored.plan);
    // It does not serve all when the answer to a decision that was kept is lost.
    if (apps_.all_served_by(*stored.plan) && !finished) return decisions_.begin_next();
  }
  // Executors have nothing of it: the apps go on under a plan of their own.
  const bool is_older = !stored.plan && stored.last_plan_id > 0;
  decisions_.plan_anew(is_older ? "the dispatcher started again; plan " +
                                      std::to_string(stored.last_plan_id) + " is of an earlier program"
                                : "the dispatcher started again");
}

void Dispatcher::on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer,
                    const std::string& request) {
  decisions_.add(Submit{submit.request, std::move(answer)}, request);
}

void Dispatcher::on(const schemas::AppTry& one, Ports::Answer<schemas::AppForecast> answer,
                    const std::string& request) {
  decisions_.add(Try{one.request, std::move(answer)}, request);
}

void Dispatcher::on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer,
                    const std::string& request) {
  decisions_.add(Stop{stop.app, std::move(answer)}, request);
}

void Dispatcher::on(const schemas::PlanAgain& again, Ports::Answer<schemas::CollaborationPlan> answer,
                    const std::string& request) {
  const auto refuse = [&](const char* what) { answer(Error{ErrorCode::kInvalid, what}); };
  if (again.pin && again.unpin) return refuse("'pin' and 'unpin' exclude each other");
  if (again.pin && !again.policy.empty()) return refuse("a pinned placement takes the place of a 'policy'");
  decisions_.add(Replan{{again.policy, again.objective, again.residency},
                        again.once,
                        std::move(answer),
                        again.pin,
                        again.unpin},
                 request);
}

void Dispatcher::on(const schemas::RunResult& result) { runs_.on(result); }

void Dispatcher::on(const schemas::RunFailed& failed) { runs_.on(failed); }

void Dispatcher::on(const schemas::FramesOpen& frames, const Ports::Answer<schemas::Done>& answer) {
  fed_.on(frames, answer);
}

void Dispatcher::on(const schemas::Health& health) {
  if (health.process == schemas::process::kPlanner) decisions_.heard_of_planner();
  deployment_.hear(health);
}

void Dispatcher::on(const schemas::BodyView& body) {
  body_.hear(body, ports_.now());
  fed_.hear({body.absent.begin(), body.absent.end()});
  decisions_.watch_body();
}

void Dispatcher::on_bus_restart() { deployment_.start_again("the broker was started again"); }

void Dispatcher::drain() { runs_.close(); }

void Dispatcher::plan_is_served() {
  const auto body = body_.view();
  runs_.plan_is_served(body ? std::set<DeviceId>(body->absent.begin(), body->absent.end())
                            : std::set<DeviceId>());
  switching_.served();
  runs_.grant_due();
}

void Dispatcher::app_has_finished(const AppId& app) {
  if (apps_.any_runs()) decisions_.plan_anew("app '" + app.text() + "' has finished");
}

bool Dispatcher::waits_for_plan(const schemas::AppStatus& status) const {
  return status.is_waiting() || (status.phase == AppPhase::kRunning && deployment_.is_broken());
}

void Dispatcher::publish_apps() {
  schemas::AppSet set;
  const auto searching = decisions_.searching();
  for (const auto& [id, app] : apps_) {
    auto status = app.current_status();
    if (searching && waits_for_plan(status)) {
      const auto& reason = status.is_waiting() ? status.reason : "a device of the plan is gone";
      status.reason = reason + "; planning: " + std::string(schemas::name_of(*searching)) + " plan";
    }
    if (store_.has_stop_of(id)) status.reason += "; not kept yet: it runs again if the mesh is started again";
    set.apps.push_back(std::move(status));
  }
  ports_.publish_apps(set);
}

void Dispatcher::publish_waiting() {
  const bool any = std::any_of(apps_.begin(), apps_.end(),
                               [&](const auto& app) { return waits_for_plan(app.second.status); });
  if (any) publish_apps();
}

std::string Dispatcher::note() const {
  auto trouble = store_.trouble();
  return trouble.empty() ? decisions_.note() : trouble;
}

std::map<std::string, std::uint64_t> Dispatcher::counters() const {
  return {{"runs.under_way", runs_.under_way()},
          {"runs.retried", runs_.retried()},
          {"runs.repeated", runs_.repeated()},
          {"runs.to_keep", store_.runs_waiting()},
          {schemas::kTroubleCounter, store_.refusal() ? 1u : 0u},
          {"plan.starts", deployment_.starts()},
          {"decisions.waiting", decisions_.waiting()},
          {"switch.last_us", std::uint64_t(switching_.last().count() / 1000)}};
}

}  // namespace synergy::dispatcher
