// How fast each plan served an app, from the records of its runs.
//
// What a reader gets wrong: the rate is not runs over time. Time in which the mesh or the app was at rest is
// no time of the plan's, so runs are taken in stretches. A stretch is a row of results of one plan in which
// no two that follow each other end farther apart than a pause: 1 s, and three times the usual distance (the
// median of all distances under that plan; the plan's cycle where that is longer). The rate is the number of
// distances within stretches over their time. All of it is model time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::client {

inline constexpr Duration kLeastPause = std::chrono::seconds(1);
inline constexpr double kPauseFactor = 3;

/// What is missing is not known: there was no result, or no two that follow each other.
struct PlanPace {
  std::uint64_t plan_id = 0;  ///< 0: runs that failed and that no plan had
  std::uint64_t completed = 0, failed = 0, first_run = 0, last_run = 0;
  std::string since, until;
  std::optional<double> runs_per_second, plan_runs_per_second;
  std::optional<double> latency_p50_us, latency_p90_us, latency_p99_us, latency_max_us;
  std::optional<double> energy_uj;
  double measured_us = 0, paused_us = 0;
  std::uint64_t pauses = 0;

  static void fields(auto& f) {
    using P = PlanPace;
    f.required("plan_id", &P::plan_id, "the plan; 0: runs that failed without one");
    f.required("completed", &P::completed, "runs with a result");
    f.required("failed", &P::failed, "runs reported failed");
    f.required("first_run", &P::first_run, "number of the first");
    f.required("last_run", &P::last_run, "number of the last");
    f.required("since", &P::since, "when the first was recorded, UTC");
    f.required("until", &P::until, "when the last was recorded, UTC");
    f.required("runs_per_second", &P::runs_per_second,
               "model time, pauses left out; null: fewer than two results");
    f.required("plan_runs_per_second", &P::plan_runs_per_second,
               "what the plan gives the app; null: the store does not know the plan");
    f.required("plan_rounds_per_second", &P::plan_runs_per_second, "old name of plan_runs_per_second");
    f.required("latency_p50_us", &P::latency_p50_us, "model time, queueing included; null: no result");
    f.required("latency_p90_us", &P::latency_p90_us, "model time");
    f.required("latency_p99_us", &P::latency_p99_us, "model time");
    f.required("latency_max_us", &P::latency_max_us, "model time");
    f.required("energy_uj", &P::energy_uj, "tasks of a run, mean");
    f.required("energy_tasks_uj", &P::energy_uj, "old name of energy_uj");
    f.required("measured_us", &P::measured_us, "model time that the rate is over");
    f.required("pauses", &P::pauses, "times that nothing ended for long");
    f.required("paused_us", &P::paused_us, "model time of these; 0 where the clock began anew");
  }
};

/// One for each plan of the runs, by number, so that the newest is last. `runs` by number; `plans` by theirs,
/// those that are known.
[[nodiscard]] std::vector<PlanPace> paces_of(
    const std::vector<schemas::RunRecord>& runs,
    const std::map<std::uint64_t, schemas::CollaborationPlan>& plans);

}  // namespace synergy::client
