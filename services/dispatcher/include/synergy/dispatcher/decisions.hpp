// Decisions: what changes the set of apps, the body's plan, or both, one at a time.
//
// The protocol, for each decision:
//
//   plan (planner) -> switch (switching.hpp): load beside what runs, drain the runs under way ->
//   keep (store, one transaction) -> put the plan in force (deployment.hpp) -> acknowledge
//
// Why in this order. An app is acknowledged only when it is stored, so that whatever process is killed
// afterwards it is served: from then on it is the dispatcher's to serve, and where there is no room for it
// any more it waits until there is. The plan is put in force only when it is stored, so that a dispatcher
// that starts again knows the plan that executors have. The runs under way end before the store is told, so
// that an app that is stopped is stored with all its runs.
//
// A decision begins with a quick plan, which lands in seconds; a submission that a quick search finds no room
// for gets a full search before it is rejected. While nothing else is to be decided, a plan that was made in
// a hurry is looked at once more with a full search, in the background; a plan that is better is a decision
// of its own. Whatever is new interrupts that search. A full search that somebody asked for gives way only to
// a change of the body.
//
// A plan may be pinned (`CollaborationPlan::pinned`): somebody chose its placement. The pin is part of the
// plan that the store keeps, and no other state: a dispatcher that starts again has it or does not. It holds
// while just its apps run and its devices are there: a change of the body asks for the plan of the same
// placement. Every other decision is planned as usual, and the plan that it leads to ends the pin. No full
// search is made beside it.
//
// Some decisions need no plan: a stop of an app that has ended, a submission that asks for what runs already,
// a stop while the store can keep nothing (the app ends at once, and that is kept later).
//
// Pure apart from its ports; one thread. Must outlive its timers and answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "synergy/dispatcher/admission.hpp"
#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/body_watch.hpp"
#include "synergy/dispatcher/decision.hpp"
#include "synergy/dispatcher/deployment.hpp"
#include "synergy/dispatcher/phase.hpp"
#include "synergy/dispatcher/planning.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/dispatcher/runs.hpp"
#include "synergy/dispatcher/store_queue.hpp"
#include "synergy/dispatcher/switching.hpp"

namespace synergy::dispatcher {

/// Decisions that wait at most; whoever asks for more is told to come again.
inline constexpr std::size_t kMostDecisions = 256;
/// So long after a question that brought no plan, the planner is asked again.
inline constexpr Duration kPlanAgainAfter = std::chrono::seconds(1);

enum class DecisionPhase {
  kIdle,       ///< nothing is being decided
  kPlanning,   ///< the planner is asked
  kSwitching,  ///< to the decision's plan, or to fewer apps: until the store has answered
  kNoting,     ///< the store is told that the plan stays, or that an app was rejected; runs go on
};

}  // namespace synergy::dispatcher

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<dispatcher::DecisionPhase, std::string_view>, 4>
    kEnumNames<dispatcher::DecisionPhase>{{
        {dispatcher::DecisionPhase::kIdle, "idle"},
        {dispatcher::DecisionPhase::kPlanning, "planning"},
        {dispatcher::DecisionPhase::kSwitching, "switching"},
        {dispatcher::DecisionPhase::kNoting, "noting"},
    }};
}  // namespace synergy::schemas

namespace synergy::dispatcher {

[[nodiscard]] std::span<const PhaseChange<DecisionPhase>> changes_of(DecisionPhase phase);

class Decisions {
 public:
  struct Events {
    std::function<void()> changed;           ///< what subscribers see of apps has changed
    std::function<void()> planning_changed;  ///< a question to the planner was asked or answered
  };
  /// What decisions are made on and carried out with. All must outlive the object.
  struct Parts {
    const Ports& ports;
    Apps& apps;
    BodyWatch& body;
    StoreQueue& store;
    Deployment& deployment;
    Runs& runs;
    Switching& switching;
  };
  Decisions(Parts parts, Events events);

  /// `last_plan`: the number of the newest plan that was stored; the next plans have higher ones.
  void resume(std::uint64_t last_plan) { last_plan_id_ = last_plan; }
  /// What callers ask for. `answer` is called once, now or later; with kOverloaded while kMostDecisions wait.
  void add(Submit submit, const std::string& request);
  void add(Try one, const std::string& request);
  void add(Stop stop, const std::string& request);
  void add(Replan replan, const std::string& request);
  /// An executor refused the plan in force for good.
  void add(Deployment::Refusal refusal);
  /// What runs needs another plan, for this reason.
  void plan_anew(const std::string& cause);
  /// Begins the next decision that waits, if nothing is being decided.
  void begin_next();
  /// The body may have changed, or may have settled.
  void watch_body();
  void heard_of_planner() { planning_.heard_of_planner(); }

  /// The store took the stop of an app that had been stopped before.
  void stop_was_kept(const AppId& app);
  /// The store takes things again.
  void store_takes_again();

  [[nodiscard]] DecisionPhase phase() const { return phase_.now(); }
  /// The effort of the search that is under way; empty: none is.
  [[nodiscard]] std::optional<schemas::Effort> searching() const;
  /// The one at work included.
  [[nodiscard]] std::size_t waiting() const { return queue_.size() + (now_ ? 1 : 0); }
  /// What is being decided, and what that waits for, in words; empty while nothing is.
  [[nodiscard]] std::string note() const;

 private:
  // From the queue to the planner.
  void add(DecisionPtr decision);
  /// Puts it before the decision that a search is under way for.
  void interrupt_with(DecisionPtr decision);
  /// Adds a decision to be made in the background, where the plan in force was made in a hurry.
  bool add_full_search();
  void search_later();
  /// Answers what needs no plan; true when that was all.
  bool settle(Decision& decision);
  bool settle(Submit& submit);
  bool settle(Try& one);
  /// Why such a request is not planned for at all; nothing where it is.
  [[nodiscard]] std::optional<Error> refusal_of(const schemas::AppRequest& request, bool is_update) const;
  /// The app runs, with this very request.
  [[nodiscard]] bool runs_already(const schemas::AppRequest& request) const;
  bool settle(Stop& stop, const Decision& decision);
  /// The store refuses it for `reason`: the app ends by the plan in force, and that is kept later.
  void stop_before_it_is_kept(Stop& stop, const std::string& request, const Error& reason);
  void plan_for(const DecisionPtr& decision);
  /// The placement that the decision's plan is to be of; nullptr: the planner chooses.
  [[nodiscard]] const schemas::Placement* pin_for(const Decision& decision) const;
  /// Begins to plan as usual where the planner says that the pinned placement has no plan any more. False,
  /// and nothing is begun, where the decision was not planned so.
  bool plan_without_pin(const DecisionPtr& decision, const Error& error);
  /// Begins a full search where a quick one found nothing in its time. False, and nothing is begun, where the
  /// search was a full one or the error is proved.
  bool plan_in_full(const DecisionPtr& decision, const Error& error);

  // From the planner's answer on.
  void take(const DecisionPtr& decision, schemas::CollaborationPlan plan);
  void stay(const DecisionPtr& decision, const schemas::CollaborationPlan& plan);
  void no_plan(const DecisionPtr& decision, const Error& error);
  void reject(const DecisionPtr& decision, const Error& error);
  /// Tells who tries an app what would come of it.
  void tell(const DecisionPtr& decision, const Result<schemas::AppForecast>& forecast);
  void switch_to(const DecisionPtr& decision);

  // At the store.
  void keep(const DecisionPtr& decision);
  void was_kept(const DecisionPtr& decision, const std::vector<schemas::AppStatus>& statuses);
  void apply(const Decision& decision, const std::vector<schemas::AppStatus>& statuses);
  void was_not_kept(const DecisionPtr& decision, const Error& error);
  /// Nobody asked for the plan that was not kept, and nobody will again: it is asked for when the store takes
  /// things again.
  void plan_when_kept(const std::string& cause);
  void plan_what_was_not_kept();
  /// Learns from the store which number the next plan may have.
  void ask_newest_plan();
  void acknowledge(Decision& decision);
  void end_decision();

  [[nodiscard]] const schemas::CollaborationPlan* plan() const;
  [[nodiscard]] bool is_pinned() const { return plan() != nullptr && plan()->pinned.has_value(); }

  const Ports& ports_;
  Apps& apps_;
  BodyWatch& body_;
  StoreQueue& store_;
  Deployment& deployment_;
  Runs& runs_;
  Switching& switching_;
  Events events_;
  Planning planning_;

  PhaseOf<DecisionPhase> phase_{DecisionPhase::kIdle};
  std::deque<DecisionPtr> queue_;
  DecisionPtr now_;                 ///< at work; null while idle
  HowToPlan how_;                   ///< asked for, from now on
  std::uint64_t last_plan_id_ = 0;  ///< the highest number that a plan has or may have
  std::uint64_t searched_for_ = 0;  ///< the plan for which a full search was begun last
  std::string plan_later_;  ///< cause of the plan to ask for when the store takes things again; empty: none
  MonotonicTime body_timer_at_ = MonotonicTime::max();
};

}  // namespace synergy::dispatcher
