// The dispatcher: admits apps, has them planned and deployed, starts their runs, and keeps book until each
// has ended.
//
// Whatever changes the set of apps or its plan is a decision, and decisions are made one at a time:
//
//   plan (planner) -> drain the runs under way -> keep (store, one transaction) -> acknowledge -> deploy
//   (executors)
//
// What a reader gets wrong: an app is acknowledged after it is kept, not after it runs. From then on it is
// the dispatcher's to serve, across restarts of any process: a deployment that fails is tried again until it
// succeeds.
//
// Pure apart from its ports; one thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/dispatcher/run_book.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::dispatcher {

/// How the dispatcher reaches the world. Answers come later, once, from the same thread.
struct Ports {
  template <class T>
  using Answer = std::function<void(Result<T>)>;

  std::function<MonotonicTime()> now;
  std::function<ModelTime()> model_now;
  std::function<UnixTime()> unix_now;
  /// Host time that a length of model time takes.
  std::function<Duration(Duration)> to_host;
  std::function<void(MonotonicTime, std::function<void()>)> at;
  std::function<void(const schemas::PlanMake&, Answer<schemas::CollaborationPlan>)> make_plan;
  std::function<void(const schemas::StoreDecision&, Answer<schemas::Done>)> keep_decision;
  std::function<void(const schemas::StoreRuns&, Answer<schemas::Done>)> keep_runs;
  std::function<void(const DeviceId&, const schemas::Deploy&, Answer<schemas::Deployed>)> deploy;
  std::function<void(const DeviceId&, const schemas::RunGrant&)> grant;
  std::function<void(const schemas::AppSet&)> publish_apps;
  std::function<void(const schemas::CollaborationPlan&)> publish_plan;
  std::function<void(std::string_view event, const std::string& text)> log;
};

/// Decisions that wait at most; whoever asks for more is told to come again.
inline constexpr std::size_t kMostDecisions = 256;
/// While so many apps are known, rejected ones are answered but no longer kept: all must fit one message.
inline constexpr std::size_t kMostAppsWithRejected = 1000;
/// A running plan is left to finish its runs for at most so long before the next is deployed: host time. What
/// is still under way then is repeated under the new plan.
inline constexpr Duration kDrainPatience = std::chrono::seconds(3);
/// Ended runs are kept together, at the latest after this.
inline constexpr Duration kKeepRunsEvery = std::chrono::milliseconds(50);
inline constexpr std::size_t kMostRunsAtOnce = 500;
/// While so many ended runs wait for the store, no run is started: it bounds what is lost, and run again,
/// when the dispatcher dies.
inline constexpr std::size_t kMostRunsToKeep = 10'000;
inline constexpr Duration kDeployAgainAfter = std::chrono::milliseconds(500);
/// A decision whose answer did not come is sent again.
inline constexpr Duration kAskStoreAgainAfter = std::chrono::milliseconds(500);
/// What must be planned again, while the planner is not there, is asked for again.
inline constexpr Duration kPlanAgainAfter = std::chrono::seconds(1);
/// After the store refused to keep ended runs, they are offered again.
inline constexpr Duration kKeepRunsAgainAfter = std::chrono::milliseconds(500);

class Dispatcher {
 public:
  explicit Dispatcher(Ports ports) : ports_(std::move(ports)) {}

  /// Goes on from what was stored; call once, before anything else.
  void resume(const schemas::StoredState& stored);

  /// Both fail with kOverloaded when kMostDecisions are waiting.
  void on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer);
  void on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer);
  void on(const schemas::RunResult& result);
  void on(const schemas::RunFailed& failed);
  /// Heartbeats: an executor of the plan that started again lost what was deployed to it.
  void on(const schemas::Health& health);

  /// Nothing is left to be stored.
  [[nodiscard]] bool settled() const { return to_keep_.empty() && !keeping_; }
  /// No run is started from here on.
  void drain() { draining_ = true; }
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

 private:
  struct App {
    schemas::AppStatus status;
    std::optional<RunBook> book;  ///< while it runs
  };
  /// One change of the set of apps, in the queue or at work.
  struct Decision {
    std::string cause;
    std::optional<schemas::AppRequest> submitted;
    Ports::Answer<schemas::AppSubmitted> submit_answer;
    AppId stopped;
    Ports::Answer<schemas::AppStopped> stop_answer;
    std::optional<schemas::CollaborationPlan> plan;
  };

  // decisions.cpp
  /// A decision that only brings a plan, where the one in force does not serve every running app.
  void plan_again();
  void begin_next_decision();
  void plan_for(Decision& decision);
  void reject(const Error& error);
  void begin_draining();
  void drain_then_keep();
  void keep_decision();
  /// To the store, once nothing else is on its way there: the last status of an app to arrive stands, so they
  /// must not overtake each other. `decision` is called when it is sent: what is known by then is what is
  /// kept.
  void send_decision(const std::function<schemas::StoreDecision()>& decision,
                     const Ports::Answer<schemas::Done>& answer);
  /// Nobody knows whether the store has kept a decision whose answer did not come: the same one again changes
  /// nothing, and brings the answer.
  void send_until_answered(const schemas::StoreDecision& decision,
                           const Ports::Answer<schemas::Done>& answer);
  [[nodiscard]] schemas::StoreDecision decision_to_keep() const;
  void apply(const std::vector<schemas::AppStatus>& kept);
  void finish_decision();
  [[nodiscard]] schemas::AppStatus status_after(const Decision& decision, const App& app) const;
  [[nodiscard]] schemas::AppStatus submitted_status(const schemas::AppRequest& request) const;
  [[nodiscard]] std::vector<schemas::AppRequest> running_requests() const;
  [[nodiscard]] bool serves_all(const schemas::CollaborationPlan& plan) const;

  // deployment.cpp
  void deploy_plan();
  void deploy_to(const DeviceId& device);
  [[nodiscard]] bool deployed() const { return plan_ && to_deploy_.empty(); }
  [[nodiscard]] std::set<DeviceId> devices_of(const schemas::CollaborationPlan& plan) const;

  // runs.cpp
  void start_runs();
  void start_runs_of(App& app, const schemas::PipelinePlan& pipeline);
  void check_times();
  void arm_timer();
  void end_run(App& app, schemas::RunRecord record);
  void finish(App& app) const;
  void keep_runs();
  void keep_runs_soon(Duration pause);

  // dispatcher.cpp
  [[nodiscard]] std::size_t runs_under_way() const;
  void publish_apps();
  [[nodiscard]] schemas::AppStatus current_status(const App& app) const;
  /// The status that is true once the first `kept` of `to_keep_` are stored: it counts no run whose record
  /// could still be lost.
  [[nodiscard]] schemas::AppStatus status_to_keep(const App& app, std::size_t kept) const;
  [[nodiscard]] bool has_runs_to_keep(const AppId& app) const;

  Ports ports_;
  std::map<AppId, App> apps_;
  std::optional<schemas::CollaborationPlan> plan_;
  std::uint64_t last_plan_id_ = 0;
  std::set<DeviceId> to_deploy_;
  std::map<DeviceId, std::uint64_t> executor_instances_;
  std::deque<Decision> decisions_;
  bool deciding_ = false;
  std::optional<MonotonicTime> switching_until_;  ///< while runs drain for a decision: none is started
  std::map<AppId, ModelTime> not_before_;         ///< of the next run, by app
  std::vector<schemas::RunRecord> to_keep_;
  bool keeping_ = false;  ///< something is on its way to the store
  bool keep_timer_ = false;
  bool draining_ = false;
  MonotonicTime timer_at_ = MonotonicTime::max();
  std::uint64_t repeated_ = 0, retried_ = 0;
};

}  // namespace synergy::dispatcher
