// The dispatcher: admits apps, has them planned and deployed, starts their runs, and keeps book until each
// has ended.
//
// Whatever changes the set of apps, the body or the plan is a decision, and decisions are made one at a time:
//
//   plan (planner) -> load beside what runs (executors) -> drain the runs under way -> keep (store, one
//   transaction) -> acknowledge -> serve (executors)
//
// Where a device of the plan in force is gone there is nothing to load beside and nothing to drain.
//
// A decision begins with a quick plan, which lands in seconds. While nothing else is to be decided, the plan
// in force is looked at once more with a full search, in the background: whatever is new interrupts it. A
// plan that is better is a decision of its own.
//
// A plan is *started* when all its executors have taken it in. Whatever goes wrong with a run afterwards (a
// task failed, a process or a message was lost) leaves others waiting for its turn, so the plan is started
// again: every executor forgets its runs, and those under way are repeated.
//
// What a reader gets wrong: an app is acknowledged after it is kept, not after it runs. From then on it is
// the dispatcher's to serve, across restarts of any process: where there is no room for it any more it waits,
// until there is.
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
#include "synergy/dispatcher/body_watch.hpp"
#include "synergy/dispatcher/ending_runs.hpp"
#include "synergy/dispatcher/events.hpp"
#include "synergy/dispatcher/planning.hpp"
#include "synergy/dispatcher/run_book.hpp"
#include "synergy/dispatcher/turns.hpp"
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
  /// As Planning::Ports::make_plan.
  std::function<void(const schemas::PlanMake&, Answer<schemas::CollaborationPlan>)> make_plan;
  std::function<void(const schemas::StoreDecision&, Answer<schemas::Done>)> keep_decision;
  std::function<void(const schemas::StoreRuns&, Answer<schemas::Done>)> keep_runs;
  std::function<void(const schemas::StoreSwitch&, Answer<schemas::Done>)> keep_switch;
  /// The number of the newest plan that the store has; 0: none.
  std::function<void(Answer<std::uint64_t>)> newest_plan;
  std::function<void(const DeviceId&, const schemas::Deploy&, Answer<schemas::Deployed>)> deploy;
  std::function<void(const DeviceId&, const schemas::RunGrant&)> grant;
  std::function<void(const DeviceId&, const schemas::RunSkip&)> skip;
  std::function<void(const schemas::AppSet&)> publish_apps;
  std::function<void(const schemas::CollaborationPlan&)> publish_plan;
  /// `request` names the command that the event goes back to; empty where there is none.
  std::function<void(Event event, const std::string& what, const std::string& request)> log;
};

/// Decisions that wait at most; whoever asks for more is told to come again.
inline constexpr std::size_t kMostDecisions = 256;
/// While so many apps are known, rejected ones are answered but no longer kept.
inline constexpr std::size_t kMostAppsWithRejected = 1000;
/// Names of apps that are known at most, ended ones included: all must fit one message (schemas/limits.hpp).
inline constexpr std::size_t kMostApps = 8000;
/// The next plan's chunks are loaded beside the running plan's for at most so long: host time.
inline constexpr Duration kBesidePatience = std::chrono::seconds(3);
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
/// A plan that was started again is not started once more before this; twice as long each time, up to the
/// longest, until it has run undisturbed for kUndisturbed.
inline constexpr Duration kStartAgainAfter = std::chrono::milliseconds(250);
inline constexpr Duration kLongestStartAgain = std::chrono::seconds(4);
inline constexpr Duration kUndisturbed = std::chrono::seconds(5);
/// A decision whose answer did not come is sent again.
inline constexpr Duration kAskStoreAgainAfter = std::chrono::milliseconds(500);
/// What must be planned again, while the planner is not there, is asked for again.
inline constexpr Duration kPlanAgainAfter = std::chrono::seconds(1);
/// After the store refused to keep ended runs or stops, they are offered again.
inline constexpr Duration kKeepRunsAgainAfter = std::chrono::milliseconds(500);

class Dispatcher {
 public:
  explicit Dispatcher(Ports ports);

  /// Goes on from what was stored; call once, before anything else.
  void resume(const schemas::StoredState& stored);

  /// These fail with kOverloaded when kMostDecisions are waiting. An app that runs may be submitted again
  /// with another rate, deadline or priority; else it is a conflict. `request` is the command's id, for the
  /// log.
  void on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer,
          std::string request = {});
  /// Where the store can not keep a stop (a full disk, for one) the app is stopped and answered all the same;
  /// its status says that it is not kept yet. It is kept when the store can again.
  void on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer, std::string request = {});
  void on(const schemas::PlanAgain& again, Ports::Answer<schemas::CollaborationPlan> answer,
          std::string request = {});
  void on(const schemas::RunResult& result);
  void on(const schemas::RunFailed& failed);
  /// Heartbeats: an executor of the plan that started again lost what was deployed to it; the planner lives.
  void on(const schemas::Health& health);
  void on(const schemas::BodyView& body);
  /// The broker was started again: messages were lost.
  void on_bus_restart();

  /// Nothing is left to be stored.
  [[nodiscard]] bool settled() const { return to_keep_.empty() && stops_to_keep_.empty() && !keeping_; }
  /// No run is started from here on.
  void drain();
  /// `runs.*`, `plan.starts`, `decisions.waiting`, `switch.last_us`, `trouble`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;
  /// What is not kept, and why; else what is being decided, and what that waits for, in words; empty while
  /// nothing is.
  [[nodiscard]] std::string note() const;

 private:
  struct App {
    schemas::AppStatus status;
    std::optional<RunBook> book;  ///< while it runs
    ModelTime not_before{};       ///< of the next run
    ModelTime due{};              ///< of the next run, where the app has a rate; 0: at once
  };
  /// One change of the set of apps, the body or the plan, in the queue or at work.
  struct Decision {
    std::string cause;
    std::string request;  ///< id of the command that asked for it; empty: nobody did
    std::optional<schemas::AppRequest> submitted;
    Ports::Answer<schemas::AppSubmitted> submit_answer;
    AppId stopped;
    Ports::Answer<schemas::AppStopped> stop_answer;
    Ports::Answer<schemas::CollaborationPlan> again_answer;
    std::string policy;   ///< asked for with it
    bool once = false;    ///< the policy is for this plan only
    bool update = false;  ///< what is submitted changes an app that runs
    bool of_the_body = false;
    schemas::Effort effort = schemas::Effort::kQuick;
    bool in_background = false;             ///< a full search for what the plan in force serves
    std::optional<schemas::BodyView> body;  ///< that the plan is asked for
    std::optional<schemas::CollaborationPlan> roll_back_to;
    std::uint64_t refused_plan = 0;  ///< that gives way to it
    std::optional<schemas::CollaborationPlan> plan;
  };

  // decisions.cpp
  void add(Decision decision);
  void begin_next_decision();
  /// Answers what needs no plan; true when that was all.
  bool settle_at_once(Decision& decision);
  /// Puts it before the decision that a full search is under way for.
  void interrupt_with(Decision decision);
  /// Adds a decision to be made in the background, where the plan in force was made in a hurry.
  bool add_full_search();
  void search_later();
  void plan_for(Decision& decision);
  /// A quick search came to nothing: a full one is begun; false where that was one, or is certain.
  bool plan_in_full(const Error& error);
  void take(schemas::CollaborationPlan plan);
  void stay(const schemas::CollaborationPlan& plan);
  void no_plan(const Error& error);
  void reject(const Error& error);
  void keep_decision();
  /// Learns from the store which number the next plan may have.
  void ask_newest_plan();
  void finish_decision();
  void end_decision();
  void plan_again(const std::string& cause);
  void watch_body();

  // admission.cpp
  /// Those that a plan is to serve, in the order of their precedence.
  [[nodiscard]] std::vector<schemas::AppRequest> requests_for(const Decision& decision) const;
  /// Of an app that runs, and only rate, deadline or priority differ.
  [[nodiscard]] bool is_update(const schemas::AppRequest& request) const;
  [[nodiscard]] schemas::CollaborationPlan rolled_back(const Decision& decision,
                                                       const std::vector<schemas::AppRequest>& apps) const;
  /// Runs per second that the plan in force gives the app.
  [[nodiscard]] double rate_of(const schemas::AppStatus& status) const;
  [[nodiscard]] schemas::AppSubmitted submitted_answer(const schemas::AppStatus& status) const;
  [[nodiscard]] schemas::AppStatus status_after(const Decision& decision, const App& app) const;
  [[nodiscard]] schemas::AppStatus submitted_status(const Decision& decision) const;
  /// The app that the submission is to change has ended meanwhile.
  [[nodiscard]] bool comes_too_late(const Decision& decision) const;
  [[nodiscard]] schemas::StoreDecision decision_to_keep() const;
  void apply(const std::vector<schemas::AppStatus>& kept);
  [[nodiscard]] bool serves_all(const schemas::CollaborationPlan& plan) const;
  [[nodiscard]] bool has_running_apps() const;

  // switching.cpp
  void begin_switching();
  void load_beside();
  void begin_draining();
  void drain_then_keep();
  /// The plan can not go on as it is: a device of it is gone.
  [[nodiscard]] bool is_broken(const std::optional<schemas::CollaborationPlan>& plan) const;
  void note_switched();

  // deployment.cpp
  [[nodiscard]] bool deployed() const { return plan_ && to_deploy_.empty() && !restart_at_; }
  [[nodiscard]] std::set<DeviceId> devices_of(const schemas::CollaborationPlan& plan) const;
  [[nodiscard]] std::set<DeviceId> devices_of(const schemas::ExecutionPlan& execution) const;
  void start_plan();
  void serve_plan();
  void start_plan_again(const std::string& why);
  void deploy_to(const DeviceId& device);
  void give_way(const DeviceId& device, const Error& error);

  // runs.cpp
  void start_runs();
  void start_runs_of(App& app, const schemas::PipelinePlan& pipeline, std::uint32_t most);
  /// Without overlap: the next app's run, when none is under way.
  void start_one_run();
  /// Lets the turns of pipelines that start no run pass.
  void pass_over_turns();
  /// Has a run to start, if not now.
  [[nodiscard]] bool comes_later(const App* app) const;
  [[nodiscard]] MonotonicTime next_pass() const;
  [[nodiscard]] bool may_start_runs() const;
  [[nodiscard]] bool is_due(const App& app) const;
  void grant(App& app, const schemas::PipelinePlan& pipeline, const RunBook::Start& start);
  [[nodiscard]] Duration patience_with(const schemas::PipelinePlan& pipeline) const;
  void check_times();
  void arm_timer();
  /// They are repeated; `why` is told of those that never come through.
  void fail_runs_under_way(const std::string& why);
  void end_run(App& app, schemas::RunRecord record);
  /// Of an app that was stopped.
  void end_stopped_run(const EndingRuns::Key& key, schemas::RunRecord record);
  /// The app is stopped: what it has under way ends without it.
  void leave_to_end(App& app);
  void keep_record(schemas::RunRecord record);
  void set_finished(App& app);
  void finish(App& app);

  // keeping.cpp
  void when_store_is_free(std::function<void()> send);
  /// The store answered: what waits for it goes on, decisions before runs.
  void store_is_free(bool kept);
  void keep_runs();
  void keep_runs_soon(Duration pause);
  /// The store did not keep the first decision.
  void not_kept(const Error& error);
  /// The app ends by the plan in force, and is kept later.
  void stop_before_it_is_kept(Decision& decision);
  /// Nobody asked for the plan that was not kept, and nobody will again: it is asked for when the store takes
  /// what is to be kept.
  void plan_when_kept(const std::string& cause);
  void plan_what_was_not_kept();
  void runs_were_kept(const schemas::StoreRuns& kept);
  void runs_were_not_kept(const Error& error);
  /// Not what was asked for is wrong: the disk is full, for one.
  [[nodiscard]] static bool is_of_the_machine(const Error& error);
  /// For such a reason the store did not take the last of what is to be kept.
  [[nodiscard]] bool store_is_in_trouble() const { return not_kept_ && is_of_the_machine(*not_kept_); }
  [[nodiscard]] std::string what_is_not_kept() const;
  /// To the store, once nothing else is on its way there: the last status of an app to arrive stands, so they
  /// must not overtake each other. `decision` is called when it is sent: what is known by then is what is
  /// kept.
  void send_decision(const std::function<schemas::StoreDecision()>& decision,
                     const Ports::Answer<schemas::Done>& answer);
  /// Nobody knows whether the store has kept a decision whose answer did not come: the same one again changes
  /// nothing, and brings the answer.
  void send_until_answered(const schemas::StoreDecision& decision,
                           const Ports::Answer<schemas::Done>& answer);

  // dispatcher.cpp
  [[nodiscard]] std::size_t runs_under_way() const;
  void publish_apps();
  /// The same, where an app waits for a plan: what it waits for has changed.
  void publish_waiting();
  /// Runs by no plan, or by one that lost a device.
  [[nodiscard]] bool waits_for_plan(const schemas::AppStatus& status) const;
  [[nodiscard]] schemas::AppStatus current_status(const App& app) const;
  /// The status that is true once the first `kept` of `to_keep_` are stored: it counts no run whose record
  /// could still be lost.
  [[nodiscard]] schemas::AppStatus status_to_keep(const App& app, std::size_t kept) const;
  [[nodiscard]] bool has_runs_to_keep(const AppId& app) const;

  Ports ports_;
  std::map<AppId, App> apps_;
  BodyWatch body_;
  MonotonicTime body_timer_at_ = MonotonicTime::max();
  std::string policy_;  ///< asked for; empty: the planner's default

  std::optional<schemas::CollaborationPlan> plan_, last_good_;
  std::string plan_request_;  ///< id of the command that `plan_` was made for; empty: for none
  std::uint64_t last_plan_id_ = 0;
  std::uint64_t refused_plan_ = 0;  ///< for which another was asked
  std::uint64_t start_ = 0;
  std::uint64_t starts_ = 0;
  Turns turns_;
  std::size_t next_pipeline_ = 0;  ///< without overlap: whose run is next
  std::set<DeviceId> to_deploy_;
  EndingRuns ending_;
  std::optional<MonotonicTime> restart_at_;  ///< the plan is to be started again then
  MonotonicTime started_at_{};
  Duration restart_pause_{0};
  std::map<DeviceId, std::uint64_t> executor_instances_;

  Planning planning_;
  std::deque<Decision> decisions_;
  bool deciding_ = false;
  std::uint64_t searched_for_ = 0;  ///< the plan for which a full search was begun last
  std::set<DeviceId> loading_beside_;
  std::optional<MonotonicTime> switching_until_;  ///< while runs drain for a decision: none is started
  struct Switching {
    MonotonicTime began{}, drained{};
  };
  std::optional<Switching> switching_;  ///< to the plan in force, until it is served
  Duration last_switch_{0};

  std::vector<schemas::RunRecord> to_keep_;
  std::set<AppId> stops_to_keep_;  ///< apps that were stopped while the store could not keep it
  std::optional<Error> not_kept_;  ///< why the store did not take the last runs or stops; empty: it did
  std::string plan_later_;  ///< why, when the store takes things again; empty: nothing is to be planned
  bool keeping_ = false;    ///< something is on its way to the store
  std::deque<std::function<void()>> for_store_;
  bool keep_timer_ = false;
  bool draining_ = false;
  MonotonicTime timer_at_ = MonotonicTime::max();
  Duration lag_{0};  ///< of the host, lately
  std::uint64_t repeated_ = 0, retried_ = 0;
};

}  // namespace synergy::dispatcher
