// From one plan to the next, with as little standing still as possible.
//
// What is new is loaded beside what runs, as far as the executors have room; then no run is granted, and
// those under way come to their end; then the store is told; then the next plan is put in force, and the
// executors load what is left. Where a device of the plan in force is gone there is nothing to load beside
// and nothing to wait for. Each step has a time limit, after which the next begins all the same: what was not
// loaded is loaded when the plan is put in force, and what did not end is repeated under it.
//
// Who switches calls begin(), stores the decision in `then`, and says with kept() or not_kept() what became
// of it; served() ends the switch. How long runs were held and how long loading took is stored with the plan.
//
// Pure apart from its ports; one thread. Must outlive its timers and answers.
#pragma once

#include <array>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "synergy/dispatcher/deployment.hpp"
#include "synergy/dispatcher/phase.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/dispatcher/runs.hpp"
#include "synergy/dispatcher/store_queue.hpp"

namespace synergy::dispatcher {

/// The next plan's chunks are loaded beside the running plan's for at most so long: host time.
inline constexpr Duration kBesidePatience = std::chrono::seconds(3);
/// A running plan is left to finish its runs for at most so long before the next is deployed: host time. What
/// is still under way then is repeated under the new plan.
inline constexpr Duration kDrainPatience = std::chrono::seconds(3);

enum class SwitchingPhase {
  kAtRest,
  kLoadingBeside,  ///< the next plan's chunks, while the plan in force serves
  kDraining,       ///< runs under way end; none is granted
  kKeeping,        ///< the store is told; none is granted
  kLoading,        ///< the next plan is in force, and its executors take it in
};

}  // namespace synergy::dispatcher

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<dispatcher::SwitchingPhase, std::string_view>, 5>
    kEnumNames<dispatcher::SwitchingPhase>{{
        {dispatcher::SwitchingPhase::kAtRest, "at rest"},
        {dispatcher::SwitchingPhase::kLoadingBeside, "loading beside"},
        {dispatcher::SwitchingPhase::kDraining, "draining"},
        {dispatcher::SwitchingPhase::kKeeping, "keeping"},
        {dispatcher::SwitchingPhase::kLoading, "loading"},
    }};
}  // namespace synergy::schemas

namespace synergy::dispatcher {

[[nodiscard]] std::span<const PhaseChange<SwitchingPhase>> changes_of(SwitchingPhase phase);

class Switching {
 public:
  Switching(const Ports& ports, const Deployment& deployment, Runs& runs, StoreQueue& store)
      : ports_(ports), deployment_(deployment), runs_(runs), store_(store) {}

  /// Begins a switch to `next`. Null: the plan in force stays, and only an app is stopped. `next` must live
  /// until `then` is called, which is when the decision is to be stored.
  /// `app`: the app that is submitted or stopped with it; empty: none. The switch waits until the app's runs
  /// have ended and are stored. They could not be asked for after a restart: the store names open runs of an
  /// app's present submission only.
  /// `cause`: in words. `request`: id of the command that asked for it; empty: nobody did.
  void begin(const schemas::CollaborationPlan* next, const std::string& cause, const std::string& request,
             const AppId& app, std::function<void()> then);
  /// The store has the decision: the plan is about to be put in force, if there is a new one.
  void kept(bool new_plan);
  /// The store refused the decision: the plan in force goes on.
  void not_kept();
  /// The plan in force is served.
  void served();

  [[nodiscard]] SwitchingPhase phase() const { return phase_.now(); }
  /// How long the last switch took: host time.
  [[nodiscard]] Duration last() const { return last_; }

 private:
  void load_beside(const schemas::CollaborationPlan& next, const std::string& request);
  void drain();
  void wait_for_runs();

  const Ports& ports_;
  const Deployment& deployment_;
  Runs& runs_;
  StoreQueue& store_;
  PhaseOf<SwitchingPhase> phase_{SwitchingPhase::kAtRest};
  std::uint64_t number_ = 0;  ///< of the present switch
  std::string cause_;
  AppId app_;
  std::function<void()> then_;
  std::set<DeviceId> loading_;  ///< devices that have not loaded beside yet
  MonotonicTime began_{}, drained_{};
  MonotonicTime until_{};  ///< then it goes on although runs are under way
  Duration last_{0};
};

}  // namespace synergy::dispatcher
