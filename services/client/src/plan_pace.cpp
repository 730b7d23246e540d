#include "synergy/client/plan_pace.hpp"

#include <algorithm>

#include "synergy/base/statistics.hpp"
#include "synergy/client/duration.hpp"

namespace synergy::client {
namespace {

using schemas::CollaborationPlan;
using schemas::RunRecord;
using Records = std::vector<const RunRecord*>;

/// A distance between the ends of two results that is longer than this is a pause.
Duration longest_step(std::vector<Duration> steps, const schemas::PipelinePlan* plan) {
  std::sort(steps.begin(), steps.end());
  auto usual = percentile(steps, 50);
  if (plan != nullptr && plan->runs_per_second > 0)
    usual = std::max({usual, plan->cycle, period_of(plan->runs_per_second)});
  return std::max(kLeastPause, Duration(std::int64_t(kPauseFactor * double(usual.count()))));
}

void add_rate(const Records& completed, const schemas::PipelinePlan* plan, PlanPace& pace) {
  std::vector<Duration> steps;  // backwards where runs overtook each other, or the clock began anew
  for (std::size_t i = 1; i < completed.size(); ++i)
    steps.push_back(std::chrono::abs(completed[i]->ended - completed[i - 1]->ended));
  const auto pause = longest_step(steps, plan);
  std::uint64_t counted = 0;
  Duration time{0};
  for (std::size_t begin = 0, end = 1; begin < completed.size(); begin = end++) {
    auto first = completed[begin]->ended, last = first;
    for (; end < completed.size() && steps[end - 1] <= pause; ++end) {
      first = std::min(first, completed[end]->ended);
      last = std::max(last, completed[end]->ended);
    }
    counted += end - begin - 1;
    time += last - first;
    if (end == completed.size()) break;
    ++pace.pauses;
    pace.paused_us += std::max(0.0, microseconds(completed[end]->ended - completed[end - 1]->ended));
  }
  pace.measured_us = microseconds(time);
  if (counted > 0 && time > Duration(0)) pace.runs_per_second = double(counted) / seconds(time);
}

void add_latencies(const Records& completed, PlanPace& pace) {
  std::vector<double> latencies;
  double energy = 0;
  for (const auto* run : completed) {
    latencies.push_back(microseconds(run->ended - run->began));
    energy += run->energy_uj;
  }
  if (latencies.empty()) return;
  std::sort(latencies.begin(), latencies.end());
  pace.latency_p50_us = percentile(latencies, 50);
  pace.latency_p90_us = percentile(latencies, 90);
  pace.latency_p99_us = percentile(latencies, 99);
  pace.latency_max_us = latencies.back();
  pace.energy_uj = energy / double(latencies.size());
}

PlanPace pace_of(std::uint64_t id, const Records& runs, const schemas::PipelinePlan* plan) {
  PlanPace pace;
  pace.plan_id = id;
  pace.first_run = runs.front()->run;
  pace.last_run = runs.back()->run;
  auto since = runs.front()->recorded, until = since;
  Records completed;
  for (const auto* run : runs) {
    since = std::min(since, run->recorded);
    until = std::max(until, run->recorded);
    if (run->outcome == schemas::RunOutcome::kCompleted) completed.push_back(run);
  }
  pace.completed = completed.size();
  pace.failed = runs.size() - completed.size();
  pace.since = utc_text(since);
  pace.until = utc_text(until);
  if (plan != nullptr) pace.plan_runs_per_second = plan->runs_per_second;
  add_rate(completed, plan, pace);
  add_latencies(completed, pace);
  return pace;
}

}  // namespace

std::vector<PlanPace> paces_of(const std::vector<RunRecord>& runs,
                               const std::map<std::uint64_t, CollaborationPlan>& plans) {
  std::map<std::uint64_t, Records> by_plan;
  for (const auto& run : runs) by_plan[run.plan_id].push_back(&run);
  std::vector<PlanPace> paces;
  for (const auto& [id, records] : by_plan) {
    const auto plan = plans.find(id);
    paces.push_back(
        pace_of(id, records, plan == plans.end() ? nullptr : plan->second.find(records.front()->app)));
  }
  return paces;
}

}  // namespace synergy::client
