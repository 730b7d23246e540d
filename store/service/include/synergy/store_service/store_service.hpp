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
#include "synergy/store/backup.hpp"
#include "synergy/store/bodies.hpp"
#include "synergy/store/events.hpp"
#include "synergy/store/plans.hpp"
#include "synergy/store/retention.hpp"
#include "synergy/store/runs.hpp"

namespace synergy::store {

/// Rows in one answer at most, whatever limit is asked for: they must fit a message (kMaxMessageBytes).
inline constexpr std::uint32_t kMaxPlansInAnswer = 1000;
inline constexpr std::uint32_t kMaxRunsInAnswer = 10000;
inline constexpr std::uint32_t kMaxEventsInAnswer = 1000;

/// Of its thread, for each question after a copy: other commands wait no longer.
inline constexpr Duration kBackupStep = std::chrono::milliseconds(40);
/// A copy that nobody asks for any more is removed after so long.
inline constexpr Duration kBackupPatience = std::chrono::seconds(10);

/// Runs that are made small at once, about.
inline constexpr std::uint64_t kThinnedAtOnce = 5000;

/// Pure handlers. Borrows the database and the clock, which must outlive it. One thread only.
class StoreService {
 public:
  /// `backup_step`: how long one question after a copy may take.
  StoreService(Database& database, const Clock& clock, Duration backup_step = kBackupStep);

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
  Result<schemas::FrameOutcomes> on(const schemas::QueryFrames& query) const;

  /// Long texts are cut.
  Result<schemas::EventTable> on(const schemas::QueryEvents& query) const;

  /// Copies a part of the file (kBackupStep). One copy at a time: fails with kConflict while another is being
  /// made, else as Backup.
  Result<schemas::BackupProgress> on(const schemas::BackupStore& command);
  /// Makes runs small that were recorded longer ago than `keep`, as many as take some hundredths of a second;
  /// how many it were. To be called about every second. Fails as thin_runs.
  Result<std::uint64_t> thin(Duration keep);

  /// Gives up a copy that nobody asks for any more. To be called about every second.
  void look_after_backup();

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
  std::unique_ptr<Backup> backup_;  ///< that is being made
  MonotonicTime backup_asked_{};
  Duration backup_step_;
};

}  // namespace synergy::store
