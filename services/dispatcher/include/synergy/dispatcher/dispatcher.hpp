// The dispatcher: admits apps, has them planned and deployed, starts their runs, and keeps book until each
// has ended.
//
// It is made of parts that own their state; this class only composes them and hands on what comes in:
//
//   decisions.hpp    what is to be changed, one thing at a time, from the request to the store's answer
//     decision.hpp   one of them; admission.hpp: which apps it serves, and what becomes of each
//     planning.hpp   the question that is out to the planner
//   switching.hpp    from one plan to the next
//   runs.hpp         runs: granted turn by turn, each ended once
//     turns.hpp      whose turn it is; ending_runs.hpp: runs of apps that were stopped
//   deployment.hpp   the plan in force, and how it reaches the executors
//   body_watch.hpp   what changed on the body since the plan was made
//   fed_frames.hpp   frames that executors hold for runs; frame_queue.hpp: those of one app
//   store_queue.hpp  what is to be stored, one command at a time
//   apps.hpp         the apps that are known; run_book.hpp: the runs of one app
//   ports.hpp        the world: time, planner, store, executors (events.hpp: what is logged)
//
// A part knows those below it in this list that it needs, and none above: what it has to say upwards goes
// through the events that its owner gave it. Phases, and how they are checked: phase.hpp.
//
// The life of an app request. `on(AppSubmit)` makes a decision, which waits for those before it. The planner
// is asked for a plan that serves all apps, this one included. What is new of that plan is loaded beside the
// plan in force; no run is granted any more, and those under way end; the store keeps app and plan in one
// transaction. Then the plan is put in force, and whoever submitted is answered. When all executors have
// taken the plan in, runs are granted: each goes from device to device without the dispatcher, and its result
// comes back over the bus, is counted once, and is stored. A run that does not come through makes the plan
// start again. The app ends when all runs that it asked for have ended, or when somebody stops it. A stop
// is a decision; after an app's last run the others are planned anew, which is one, too.
//
// What a reader gets wrong: an app is acknowledged after it is stored, not after it runs. From then on it is
// the dispatcher's to serve, across restarts of any process: where there is no room for it any more it waits,
// until there is.
//
// Pure apart from its ports; one thread. Timers and answers must not be called after its end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/body_watch.hpp"
#include "synergy/dispatcher/decisions.hpp"
#include "synergy/dispatcher/deployment.hpp"
#include "synergy/dispatcher/fed_frames.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/dispatcher/runs.hpp"
#include "synergy/dispatcher/store_queue.hpp"
#include "synergy/dispatcher/switching.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::dispatcher {

class Dispatcher {
 public:
  explicit Dispatcher(Ports ports);
  Dispatcher(const Dispatcher&) = delete;  // its parts know each other
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Goes on from what was stored; call once, before anything else.
  void resume(const schemas::StoredState& stored);

  /// These fail with kOverloaded when kMostDecisions are waiting. An app that runs may be submitted again
  /// with another rate, deadline or priority; else it is a conflict. `request` is the command's id, for the
  /// log.
  void on(const schemas::AppSubmit& submit, Ports::Answer<schemas::AppSubmitted> answer,
          const std::string& request = {});
  /// What a submission would lead to: nothing is changed, kept or deployed.
  void on(const schemas::AppTry& one, Ports::Answer<schemas::AppForecast> answer,
          const std::string& request = {});
  /// Where the store can not keep a stop (a full disk, for one) the app is stopped and answered all the same;
  /// its status says that it is not kept yet. It is kept when the store can again.
  void on(const schemas::AppStop& stop, Ports::Answer<schemas::AppStopped> answer,
          const std::string& request = {});
  void on(const schemas::PlanAgain& again, Ports::Answer<schemas::CollaborationPlan> answer,
          const std::string& request = {});
  void on(const schemas::RunResult& result);
  void on(const schemas::RunFailed& failed);
  /// As FedFrames.
  void on(const schemas::FramesOpen& frames, const Ports::Answer<schemas::Done>& answer);
  /// Heartbeats. The planner's tell that it lives. An executor with another instance than before has lost
  /// what was deployed to it.
  void on(const schemas::Health& health);
  void on(const schemas::BodyView& body);
  /// The broker was started again: messages were lost.
  void on_bus_restart();

  /// Nothing is left to be stored.
  [[nodiscard]] bool settled() const { return store_.is_empty(); }
  /// No run is started from here on.
  void drain();
  /// `runs.*`, `plan.starts`, `decisions.waiting`, `switch.last_us`, `trouble`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;
  /// What is not kept, and why; else what is being decided, and what that waits for, in words; empty while
  /// nothing is.
  [[nodiscard]] std::string note() const;

 private:
  // What the parts say.
  void plan_is_served();
  void app_has_finished(const AppId& app);

  /// The apps as a dispatcher before this one left them; true where one has finished meanwhile.
  bool resume_apps(const schemas::StoredState& stored);
  void publish_apps();
  /// The same, where an app waits for a plan: what it waits for has changed.
  void publish_waiting();
  /// The app runs by no plan, or by one that lost a device.
  [[nodiscard]] bool waits_for_plan(const schemas::AppStatus& status) const;

  const Ports ports_;
  Apps apps_;
  BodyWatch body_;
  StoreQueue store_;
  FedFrames fed_;
  Deployment deployment_;
  Runs runs_;
  Switching switching_;
  Decisions decisions_;
};

}  // namespace synergy::dispatcher
