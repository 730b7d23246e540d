// What the store does with each command of schemas/store.hpp. No sockets here: its adapter puts it on the
// bus.
//
// An answer is returned only after the commit that makes it true, and after an error nothing of the command
// is kept. Every command may be repeated. What a reader gets wrong: an app's status carries no time, so the
// last one to arrive stands. A process that sends statuses of one app waits for the answer before the next.
#pragma once

#include "synergy/base/clock.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/store/apps.hpp"
#include "synergy/store/bodies.hpp"
#include "synergy/store/events.hpp"
#include "synergy/store/plans.hpp"
#include "synergy/store/runs.hpp"

namespace synergy::store {

/// Rows in one answer at most, whatever limit is asked for: they must fit a message (kMaxMessageBytes).
inline constexpr std::uint32_t kMaxPlansInAnswer = 1000;
inline constexpr std::uint32_t kMaxRunsInAnswer = 10000;

/// Pure handlers. Borrows the database and the clock, which must outlive it. One thread only.
class StoreService {
 public:
  StoreService(Database& database, const Clock& clock);

  /// Keeps the body and its profiles; survives a power cut. Fails as Bodies::keep.
  Result<schemas::Done> on(const schemas::StoreBody& command);

  /// Keeps apps, plan and an event that tells the cause, all or nothing; survives a power cut. A repetition
  /// changes nothing and leaves no second event. Fails as Apps::keep and Plans::keep.
  Result<schemas::Done> on(const schemas::StoreDecision& command);

  /// Keeps runs and the statuses of their apps, all or nothing; survives `kill -9`, but a power cut may cost
  /// the last ones. A run that is there already keeps its first record. Fails as Apps::keep and Runs::keep.
  Result<schemas::Done> on(const schemas::StoreSwitch& command);
  Result<schemas::Done> on(const schemas::StoreRuns& command);

  /// Fails with kCorrupt when the newest plan is unreadable, and with kOverloaded when a running app has more
  /// runs under way (kMaxItems) than a message can list; a dispatcher that keeps to its limits has far fewer.
  Result<schemas::StoredState> on(const schemas::LoadState& query) const;

  Result<schemas::PlanHistory> on(const schemas::QueryHistory& query) const;
  Result<schemas::CollaborationPlan> on(const schemas::QueryPlan& query) const;

  /// Fails with kInvalid for a first_run of 2^63 and more. An unknown app has no runs.
  Result<schemas::RunTable> on(const schemas::QueryRuns& query) const;

 private:
  /// Runs of the app that were started and are not kept: they have not ended.
  [[nodiscard]] Result<std::vector<std::uint64_t>> open_runs_of(const schemas::AppStatus& status) const;
  /// True when a status says anything new.
  Result<bool> keep_apps(const std::vector<schemas::AppStatus>& apps);

  Database& database_;
  const Clock& clock_;
  Bodies bodies_;
  Apps apps_;
  Plans plans_;
  Runs runs_;
  Events events_;
};

}  // namespace synergy::store
