// What is to be stored: decisions, ended runs, and stops that the store could not take.
//
// One command at a time is on its way to the store. Each command bears the status of apps, and the store
// keeps the status that arrives last: of two commands on their way, an older one could overwrite a newer.
// Decisions that wait go before ended runs that wait. (Where an app's last runs must be stored before the
// decision on the app, the decision comes here only after that: switching.hpp.) Ended runs are kept together.
// Where the store refuses (a full disk, for one), ended runs and stops wait here and are offered again. A
// decision that was not answered in time is sent again until it is: only the answer tells whether it stands.
//
// A status that is stored counts only runs whose records are stored before it or with it (status_to_keep). So
// no crash can leave a run that is counted and has no record.
//
// Pure apart from its ports; one thread. Must outlive its timers and answers.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/ports.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::dispatcher {

/// Ended runs are kept together, at the latest after this.
inline constexpr Duration kKeepRunsEvery = std::chrono::milliseconds(50);
inline constexpr std::size_t kMostRunsAtOnce = 500;
/// While so many ended runs wait for the store, no run is started: it bounds what is lost, and run again,
/// when the dispatcher dies.
inline constexpr std::size_t kMostRunsToKeep = 10'000;
/// A decision whose answer did not come is sent again.
inline constexpr Duration kAskStoreAgainAfter = std::chrono::milliseconds(500);
/// After the store refused to keep ended runs or stops, they are offered again.
inline constexpr Duration kKeepRunsAgainAfter = std::chrono::milliseconds(500);

/// Not what was asked for is wrong, but the machine that the store runs on: the disk is full, for one.
[[nodiscard]] bool is_of_the_machine(const Error& error);

class StoreQueue {
 public:
  struct Events {
    std::function<void()> changed;                    ///< what subscribers see of apps has changed
    std::function<void()> has_room;                   ///< is_full() was true, and is no more
    std::function<void(const AppId&)> stop_was_kept;  ///< of keep_stop()
    std::function<void()> takes_again;                ///< the store had refused, and has taken it now
    /// The store has these runs now.
    std::function<void(const std::vector<schemas::RunRecord>&)> runs_kept = [](const auto&) {};
  };
  StoreQueue(const Ports& ports, const Apps& apps, Events events)
      : ports_(ports), apps_(apps), events_(std::move(events)) {}

  /// `make` is called when the decision is sent, once: what is known by then is what is kept. `request` is
  /// for the log. `answer` comes with the store's word, never with kTimeout.
  void send_decision(std::function<schemas::StoreDecision()> make, Ports::Answer<schemas::Done> answer,
                     const std::string& request);
  /// How long a switch took. Where the store refuses it, it is lost.
  void send_switch(const schemas::StoreSwitch& took);
  /// A run has ended.
  void keep(schemas::RunRecord record);
  /// The app was stopped although the store refused that, for this reason. It is offered again.
  void keep_stop(const AppId& app, const Error& reason);
  /// The app runs again: its stop is not to be kept any more.
  void forget_stop(const AppId& app) { stops_.erase(app); }

  /// The app's status as it may be stored together with the first `kept` of the runs that wait here: those
  /// behind them are not counted.
  [[nodiscard]] schemas::AppStatus status_to_keep(const App& app, std::size_t kept = 0) const;
  [[nodiscard]] bool has_runs_of(const AppId& app) const;
  [[nodiscard]] bool has_stop_of(const AppId& app) const { return stops_.contains(app); }
  [[nodiscard]] std::size_t runs_waiting() const { return runs_.size(); }
  [[nodiscard]] bool is_full() const { return runs_.size() >= kMostRunsToKeep; }
  /// A decision is on its way: what it says of apps' runs was true when it was sent.
  [[nodiscard]] bool is_deciding() const { return deciding_; }
  /// Nothing is on its way, and nothing waits.
  [[nodiscard]] bool is_empty() const { return runs_.empty() && stops_.empty() && !sending_; }
  /// Why the store did not take the last runs or stops; empty: it did.
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
  /// What is not kept, and why, in words; empty: the store takes what there is.
  [[nodiscard]] std::string trouble() const;

 private:
  void when_free(std::function<void()> send);
  /// The store answered: what waits for it goes on, decisions before runs. `kept`: it took the last command.
  void is_free(bool kept);
  void send_until_answered(const schemas::StoreDecision& decision, const Ports::Answer<schemas::Done>& answer,
                           const std::string& request);
  void send_runs();
  void send_runs_after(Duration pause);
  void runs_were_kept(const schemas::StoreRuns& kept);
  void runs_were_refused(const Error& error);

  const Ports& ports_;
  const Apps& apps_;
  Events events_;
  std::vector<schemas::RunRecord> runs_;
  std::set<AppId> stops_;
  std::optional<Error> refusal_;
  std::deque<std::function<void()>> waiting_;  ///< commands that go before ended runs
  bool sending_ = false;                       ///< a command is on its way
  bool deciding_ = false;                      ///< and that is a decision
  bool timer_ = false;                         ///< a later try is set
};

}  // namespace synergy::dispatcher
