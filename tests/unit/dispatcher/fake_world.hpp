// The dispatcher's world in memory: planner, store, executors and time, all of which answer later and can be
// told to fail. Time moves only from event to event, so equal tests give equal histories.
//
// A crash destroys the dispatcher at once: its timers and the answers to it are gone, but what it sent
// arrives.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline_fixture.hpp"
#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher_test {

inline schemas::AppRequest app_request(const std::string& name, std::uint64_t runs) {
  schemas::AppRequest request;
  request.app = AppId(name);
  request.model = ModelId("digits");
  request.sensing = {"camera", {}};
  request.interaction = {"display", {}};
  request.runs = runs;
  return request;
}

/// The store's promises: a decision is kept as a whole, (app, run) once.
struct FakeStore {
  std::map<AppId, schemas::AppStatus> apps;
  std::optional<schemas::CollaborationPlan> plan;
  std::map<std::pair<AppId, std::uint64_t>, schemas::RunRecord> runs;
  /// Where answers are lost the dispatcher may believe that less is stored than is, until it sends it again.
  bool counts_may_fall = false;
  bool plan_is_older = false;  ///< an earlier program made it, and it can not be restored
  std::uint64_t decisions = 0, run_commands = 0, repeated_records = 0;
  std::vector<schemas::StoreSwitch> switches;
  std::vector<schemas::StoreDecision> stays;  ///< decisions that a plan stays

  void keep(const schemas::StoreDecision& decision) {
    ++decisions;
    if (!decision.decided.empty()) stays.push_back(decision);
    for (const auto& status : decision.apps) keep(status);
    if (decision.plan) plan = decision.plan;
  }
  /// A new plan's number is within reach of the last one's, as in the real store.
  [[nodiscard]] std::optional<Error> refusal_of(const schemas::StoreDecision& decision) const {
    const auto last = plan ? plan->id : 0;
    if (!decision.plan || decision.plan == plan) return std::nullopt;
    if (decision.plan->id <= last) return Error{ErrorCode::kConflict, "the number is taken"};
    if (decision.plan->id - last > 1000) return Error{ErrorCode::kInvalid, "the number is too far ahead"};
    return std::nullopt;
  }
  [[nodiscard]] static std::optional<Error> refusal_of(const auto&) { return std::nullopt; }
  void keep(const schemas::StoreSwitch& took) { switches.push_back(took); }
  void keep(const schemas::StoreRuns& command) {
    ++run_commands;
    for (const auto& run : command.runs)
      if (!runs.try_emplace({run.app, run.run}, run).second) ++repeated_records;
    for (const auto& status : command.apps) keep(status);
  }
  [[nodiscard]] schemas::StoredState state() const {
    schemas::StoredState state;
    for (const auto& [id, status] : apps) {
      state.apps.push_back(status);
      const bool stopped = status.phase == schemas::AppPhase::kStopped;
      if (status.phase != schemas::AppPhase::kRunning && !stopped) continue;
      for (auto run = status.first_run; run < status.next_run; ++run)
        if (!runs.contains({id, run})) state.open_runs[id.text()].push_back(run);
    }
    if (!plan_is_older) state.plan = plan;
    state.last_plan_id = plan ? plan->id : 0;
    return state;
  }
  [[nodiscard]] std::size_t runs_of(const std::string& app) const {
    return std::size_t(std::count_if(runs.begin(), runs.end(),
                                     [&](const auto& entry) { return entry.first.first == AppId(app); }));
  }

 private:
  /// Of one submission, what is known only grows, and it does not run again once it has ended.
  void keep(const schemas::AppStatus& status) {
    const auto found = apps.find(status.request.app);
    if (found != apps.end() && found->second.first_run == status.first_run &&
        found->second.phase != schemas::AppPhase::kRejected) {
      const auto& before = found->second;
      if (!counts_may_fall) {
        EXPECT_GE(status.completed, before.completed) << "an older status overtook a newer one";
        EXPECT_GE(status.failed, before.failed);
      }
      EXPECT_GE(status.next_run, before.next_run);
      EXPECT_FALSE(before.phase != schemas::AppPhase::kRunning && status.phase == schemas::AppPhase::kRunning)
          << "an app that had ended runs again";
    }
    const auto recorded = std::count_if(runs.begin(), runs.end(), [&](const auto& entry) {
      return entry.first.first == status.request.app && entry.first.second >= status.first_run;
    });
    EXPECT_LE(status.completed + status.failed, std::uint64_t(recorded)) << "counted, but not recorded";
    apps[status.request.app] = status;
  }
};

struct FakeExecutor {
  std::uint64_t instance = 1;
  bool alive = true;
  std::uint64_t plan_id = 0;  ///< deployed; 0: none
  std::uint64_t start = 0;
  std::set<schemas::RunKey> active;
};

class FakeWorld {
 public:
  enum class Fate { kResult, kTwice, kFailed, kSilent };

  std::string expects;     ///< the capability that models were made for
  bool generated = false;  ///< runs are computed from noise

  // What can go wrong; by default nothing does.
  std::function<std::optional<Error>(const schemas::PlanMake&)> planner_fault = [](const auto&) {
    return std::nullopt;
  };
  std::function<std::optional<Error>()> decision_fault = [] { return std::nullopt; };
  std::function<std::optional<Error>()> runs_fault = [] { return std::nullopt; };
  std::function<std::optional<Error>(const DeviceId&)> deploy_fault = [](const auto&) {
    return std::nullopt;
  };
  std::function<Fate(const schemas::RunGrant&)> fate = [](const auto&) { return Fate::kResult; };
  /// Lets the store do what it was asked and lose its answer.
  std::function<bool()> answer_lost = [] { return false; };
  Duration beside_time = 2ms;
  std::vector<schemas::LeftOut> left_out;  ///< by every plan, of the apps that are asked for
  bool reroute = false;                    ///< plans differ from one to the next
  Duration store_delay = 1ms, run_time = 10ms, plan_delay = 1ms;
  std::optional<Duration> full_delay;  ///< of full searches; else plan_delay
  int questions_of_strangers = 0;      ///< so many of our questions are given up for them
  /// How sure quick plans are. Full ones are optimal.
  schemas::PlanStatus quick_status = schemas::PlanStatus::kOptimal;
  double full_gain = 1;  ///< rate of a full plan by that of a quick one
  /// By quick plans, of the apps that are asked for: a full search finds room.
  std::vector<schemas::LeftOut> left_out_in_haste;
  std::uint32_t depth = 2;
  bool overlap = true;  ///< of every plan
  /// Runs per second at which every plan paces these apps; else it paces those whose rate is below 100.
  std::map<AppId, double> paced_at;
  std::map<AppId, std::uint32_t> runs_per_cycle;  ///< by every plan; else 1

  FakeStore store;
  std::map<DeviceId, FakeExecutor> executors{{kGlasses, {}}, {kWatch, {}}};
  std::vector<schemas::RunGrant> grants;
  std::vector<std::pair<DeviceId, schemas::RunSkip>> skips;
  std::vector<DeviceId> loaded_beside;
  struct Logged {
    dispatcher::Event event;
    std::string what;  ///< its fields, as in the line
    std::string request;
    bool operator==(const Logged&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Logged& one) {
      return out << dispatcher::info_of(one.event).name.text() << " '" << one.what << "' of '" << one.request
                 << "'";
    }
  };
  std::vector<Logged> logged;
  std::vector<DeviceId> deployments;
  std::vector<schemas::PlanMake> plan_requests;
  std::optional<schemas::AppSet> published;
  std::optional<schemas::CollaborationPlan> published_plan;

  FakeWorld() { restart(); }

  dispatcher::Dispatcher& dispatcher() { return *dispatcher_; }
  [[nodiscard]] bool running() const { return dispatcher_ != nullptr; }
  [[nodiscard]] MonotonicTime now() const { return now_; }

  // The life of the dispatcher.

  void crash() {
    dispatcher_.reset();
    ++generation_;
    asked_of_store_ = 0;
  }
  /// A new dispatcher, which goes on from what the store answers: after all that was sent to it before.
  void restart() {
    auto ports = make_ports();
    after(store_delay, 0, [this, ports, generation = generation_] {
      if (generation != generation_) return;
      dispatcher_ = std::make_unique<dispatcher::Dispatcher>(ports);
      at_resume_ = store.runs;
      dispatcher_->resume(store.state());
    });
    while (!running()) step();
  }
  void restart_executor(const DeviceId& device) {
    auto& executor = executors.at(device);
    executor = {executor.instance + 1, true, 0, 0, {}};
  }
  void heartbeat(const DeviceId& device, schemas::LifeCycle state = schemas::LifeCycle::kReady) {
    schemas::Health health;
    health.process = "executor/" + device.text();
    health.instance = executors.at(device).instance;
    health.state = state;
    dispatcher_->on(health);
  }

  // Those who ask.

  template <class T>
  using Answer = std::shared_ptr<std::optional<Result<T>>>;

  Answer<schemas::AppSubmitted> submit(const schemas::AppRequest& request, const std::string& id = {}) {
    auto answer = std::make_shared<std::optional<Result<schemas::AppSubmitted>>>();
    const auto told = [this, answer, request](Result<schemas::AppSubmitted> done) {
      EXPECT_FALSE(answer->has_value()) << "answered twice";
      if (done) {
        EXPECT_TRUE(store.apps.contains(request.app)) << "acknowledged before it is stored";
      }
      *answer = std::move(done);
    };
    dispatcher_->on(schemas::AppSubmit{request}, told, id);
    return answer;
  }
  Answer<schemas::AppForecast> try_app(const schemas::AppRequest& request) {
    auto answer = std::make_shared<std::optional<Result<schemas::AppForecast>>>();
    const auto told = [answer](Result<schemas::AppForecast> done) {
      EXPECT_FALSE(answer->has_value()) << "answered twice";
      *answer = std::move(done);
    };
    dispatcher_->on(schemas::AppTry{request}, told);
    return answer;
  }
  Answer<schemas::AppStopped> stop(const std::string& app, const std::string& id = {}) {
    auto answer = std::make_shared<std::optional<Result<schemas::AppStopped>>>();
    const auto told = [answer](Result<schemas::AppStopped> done) {
      EXPECT_FALSE(answer->has_value()) << "answered twice";
      *answer = std::move(done);
    };
    dispatcher_->on(schemas::AppStop{AppId(app)}, told, id);
    return answer;
  }
  void planner_heartbeat() {
    schemas::Health health;
    health.process = "planner";
    health.state = schemas::LifeCycle::kReady;
    dispatcher_->on(health);
  }
  /// The same as run_for(), with a planner that lives.
  void run_with_planner_for(Duration time) {
    for (const auto end = now_ + time; now_ < end;) {
      planner_heartbeat();
      run_for(std::min<Duration>(250ms, end - now_));
    }
  }
  void result(const std::string& app, std::uint64_t run, std::uint32_t attempt = 1) {
    dispatcher_->on(result_of({AppId(app), run, attempt}, 0));
  }

  // Time.

  /// The next event; false when there is none.
  bool step() {
    if (events_.empty()) return false;
    auto event = std::move(events_.extract(events_.begin()).mapped());
    now_ = std::max(now_, event.at);
    if (event.generation == 0 || event.generation == generation_) event.run();
    return true;
  }
  void run_for(Duration time) {
    const auto end = now_ + time;
    while (!events_.empty() && events_.begin()->first.first <= end) step();
    now_ = end;
  }
  /// Until nothing is to happen any more.
  void run_out(std::uint64_t most_events = 2'000'000) {
    while (step())
      if (most_events-- == 0) {
        ADD_FAILURE() << "the mesh does not come to rest";
        return;
      }
  }
  bool run_until(const std::function<bool()>& done, Duration time = 1h) {
    const auto end = now_ + time;
    while (!done() && !events_.empty() && events_.begin()->first.first <= end) step();
    return done();
  }
  void at(MonotonicTime time, std::function<void()> run) { add(time, 0, std::move(run)); }

  [[nodiscard]] const schemas::AppStatus& stored(const std::string& app) const {
    return store.apps.at(AppId(app));
  }
  [[nodiscard]] std::size_t grants_of(const std::string& app) const {
    return std::size_t(std::count_if(grants.begin(), grants.end(),
                                     [&](const auto& grant) { return grant.key.app == AppId(app); }));
  }
  [[nodiscard]] std::size_t events_ahead() const { return events_.size(); }
  [[nodiscard]] std::uint64_t counter(const std::string& name) const {
    return dispatcher_->counters().at(name);
  }

 private:
  struct Event {
    MonotonicTime at;
    std::uint64_t generation;  ///< of the dispatcher that it is for; 0: it happens in any case
    std::function<void()> run;
  };

  void add(MonotonicTime time, std::uint64_t generation, std::function<void()> run) {
    time = std::max(time, now_);
    events_.emplace(std::pair(time, ++sequence_), Event{time, generation, std::move(run)});
  }
  void after(Duration time, std::uint64_t generation, std::function<void()> run) {
    add(now_ + time, generation, std::move(run));
  }

  schemas::CollaborationPlan plan_for(const schemas::PlanMake& request) const {
    schemas::CollaborationPlan plan;
    plan.id = request.id;
    const bool quick = request.effort == schemas::Effort::kQuick;
    plan.effort = request.effort;
    plan.status = quick ? quick_status : schemas::PlanStatus::kOptimal;
    const double fastest = quick ? 100 : 100 * full_gain;
    plan.pinned = request.pinned;
    plan.rounds_per_second = fastest;
    plan.overlap = overlap;
    auto outs = left_out;
    if (quick) outs.insert(outs.end(), left_out_in_haste.begin(), left_out_in_haste.end());
    for (const auto& out : outs)
      for (const auto& app : request.apps)
        if (out.app == app.app) plan.left_out.push_back(out);
    for (const auto& app : request.apps) {
      const auto is_out = [&](const auto& out) { return out.app == app.app; };
      if (std::any_of(plan.left_out.begin(), plan.left_out.end(), is_out)) continue;
      auto pipeline = pipeline_of(app.app);
      pipeline.model = app.model;
      pipeline.depth = depth;
      pipeline.sensing = app.sensing.needs;
      pipeline.expects = expects;
      pipeline.input_bytes = reroute || (!quick && full_gain > 1) ? request.id : 0;  // another way
      pipeline.executions[0].latency = run_time;
      const auto paced = paced_at.find(app.app);
      const double rate = paced != paced_at.end() ? paced->second : app.rate;
      pipeline.paced = rate > 0 && rate < fastest;
      pipeline.runs_per_second = pipeline.paced ? rate : fastest;
      if (const auto runs = runs_per_cycle.find(app.app); runs != runs_per_cycle.end())
        pipeline.runs_per_cycle = runs->second;
      pipeline.cycle = period_of(fastest) * pipeline.runs_per_cycle;
      plan.rounds_per_second = std::min(plan.rounds_per_second, pipeline.runs_per_second);
      plan.pipelines.push_back(pipeline);
    }
    return plan;
  }

  schemas::RunResult result_of(const schemas::RunKey& key, std::uint64_t plan_id) const {
    schemas::RunResult result;
    result.run.key = key;
    result.run.plan_id = plan_id;
    result.run.devices = {kGlasses, kWatch};
    result.ended = ModelTime{now_.time_since_epoch()};
    result.run.began = result.ended - run_time;
    result.label = std::int32_t(key.run % 10);
    result.run.generated = generated;
    return result;
  }

  template <class Command>
  void ask_store(const Command& command, const std::function<std::optional<Error>()>& fault,
                 dispatcher::Ports::Answer<schemas::Done> answer) {
    EXPECT_EQ(asked_of_store_++, 0) << "two commands on their way to the store could overtake each other";
    after(store_delay, 0, [this, command, fault, answer, generation = generation_] {
      Result<schemas::Done> done = schemas::Done{};
      if (auto error = fault())
        done = *error;
      else if (auto refused = store.refusal_of(command))
        done = *refused;
      else
        store.keep(command);
      const bool lost = answer_lost();
      if (lost) done = Error{ErrorCode::kTimeout, "no answer from the store"};
      after(lost ? 10s : store_delay, generation, [this, done, answer] {
        --asked_of_store_;
        answer(done);
      });
    });
  }

  void run_at_executor(const schemas::RunGrant& grant) {
    auto& executor = executors.at(kGlasses);
    const auto& target = executors.at(kWatch);
    const auto serves = [&](const FakeExecutor& one) {
      return one.alive && one.plan_id == grant.plan_id && one.start == grant.start;
    };
    if (!serves(executor) || !serves(target)) return;
    if (!executor.active.insert(grant.key).second) return;
    const auto what = fate(grant);
    if (what == Fate::kSilent) return;
    after(run_time, 0, [this, grant, what, instance = executor.instance] {
      auto& source = executors.at(kGlasses);
      if (source.instance != instance || source.start != grant.start) return;
      source.active.erase(grant.key);
      for (int times = what == Fate::kTwice ? 2 : 1; times > 0; --times)
        after(1ms, 0, [this, grant, what] {
          if (!dispatcher_) return;
          if (what == Fate::kFailed)
            dispatcher_->on(schemas::RunFailed{grant.key, kGlasses, "for the test"});
          else
            dispatcher_->on(result_of(grant.key, grant.plan_id));
        });
    });
  }

  dispatcher::Ports make_ports() {
    const auto generation = generation_;
    dispatcher::Ports ports;
    ports.now = [this] { return now_; };
    ports.model_now = [this] { return ModelTime{now_.time_since_epoch()}; };
    ports.unix_now = [this] { return UnixTime{now_.time_since_epoch()}; };
    ports.to_host = [](Duration model) { return model; };
    ports.at = [this, generation](MonotonicTime time, std::function<void()> then) {
      add(time, generation, std::move(then));
    };
    ports.make_plan = [this, generation](const schemas::PlanMake& request, auto answer) {
      plan_requests.push_back(request);
      const bool full = request.effort == schemas::Effort::kFull;
      after(full && full_delay ? *full_delay : plan_delay, generation,
            [this, request, answer, number = plan_requests.size()] {
              if (number != plan_requests.size())  // one question at a time
                answer(Error{ErrorCode::kConflict, "a newer question came"});
              else if (questions_of_strangers > 0 && questions_of_strangers-- > 0)
                answer(Error{ErrorCode::kConflict, "somebody else asked"});
              else if (auto error = planner_fault(request))
                answer(*error);
              else
                answer(plan_for(request));
            });
    };
    ports.keep_decision = [this](const schemas::StoreDecision& command, auto answer) {
      ask_store(
          command, [this] { return decision_fault(); }, answer);
    };
    ports.keep_runs = [this](const schemas::StoreRuns& command, auto answer) {
      EXPECT_LE(command.runs.size(), dispatcher::kMostRunsAtOnce);
      ask_store(
          command, [this] { return runs_fault(); }, answer);
    };
    ports.keep_switch = [this](const schemas::StoreSwitch& command, auto answer) {
      ask_store(
          command, [this] { return runs_fault(); }, answer);
    };
    ports.newest_plan = [this, generation](auto answer) {
      after(store_delay, generation, [this, answer] { answer(store.state().last_plan_id); });
    };
    ports.skip = [this](const DeviceId& device, const schemas::RunSkip& skip) {
      skips.emplace_back(device, skip);
    };
    ports.deploy = [this, generation](const DeviceId& device, const schemas::Deploy& deploy, auto answer) {
      if (deploy.stage == schemas::DeployStage::kLoadBeside) {
        loaded_beside.push_back(device);
        return after(beside_time, generation, [answer, device, id = deploy.plan.id] {
          answer(schemas::Deployed{device, id, 1ms, 0});
        });
      }
      deployments.push_back(device);
      after(1ms, 0, [this, generation, device, id = deploy.plan.id, start = deploy.start, answer] {
        auto& executor = executors.at(device);
        if (!executor.alive) {
          after(30s, generation, [answer] { answer(Error{ErrorCode::kTimeout, "no answer"}); });
          return;
        }
        if (auto error = deploy_fault(device)) {
          after(1ms, generation, [answer, error] { answer(*error); });
          return;
        }
        if (executor.plan_id != id || executor.start != start) executor.active.clear();
        executor.plan_id = id;
        executor.start = start;
        after(5ms, generation, [answer, device, id, instance = executor.instance] {
          answer(schemas::Deployed{device, id, 4ms, instance});
        });
      });
    };
    ports.grant = [this](const DeviceId& device, const schemas::RunGrant& grant) {
      EXPECT_EQ(device, kGlasses);
      EXPECT_FALSE(at_resume_.contains({grant.key.app, grant.key.run}))
          << "run " << grant.key.run << " had its record";
      grants.push_back(grant);
      after(1ms, 0, [this, grant] { run_at_executor(grant); });
    };
    ports.publish_apps = [this](const schemas::AppSet& apps) { published = apps; };
    ports.publish_plan = [this](const schemas::CollaborationPlan& plan) { published_plan = plan; };
    ports.log = [this](dispatcher::Event event, LogFields fields, const std::string& request) {
      logged.push_back({event, written(fields), request});
    };
    return ports;
  }

  MonotonicTime now_{1000s};
  std::uint64_t sequence_ = 0, generation_ = 1;
  std::map<std::pair<MonotonicTime, std::uint64_t>, Event> events_;
  int asked_of_store_ = 0;
  std::map<std::pair<AppId, std::uint64_t>, schemas::RunRecord> at_resume_;
  std::unique_ptr<dispatcher::Dispatcher> dispatcher_;
};

}  // namespace synergy::dispatcher_test
