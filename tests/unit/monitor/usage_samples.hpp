// What the tests of Usage let it hear.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "synergy/monitor/usage.hpp"

namespace synergy::monitor {

using namespace std::chrono_literals;

inline const DeviceId kWatch("watch");
inline const AppId kDigits("digits");
inline constexpr MonotonicTime kBegin{1000s};

inline schemas::BodyView one_device(double time_scale = 1) {
  schemas::BodyView body;
  body.name = "one";
  body.time_scale = time_scale;
  body.devices = {{kWatch, "max78000", {}, {}}};
  return body;
}

inline schemas::Health beat(const std::string& process, std::map<std::string, std::uint64_t> counters,
                            std::uint64_t instance = 1) {
  schemas::Health health;
  health.process = process;
  health.instance = instance;
  health.counters = std::move(counters);
  return health;
}

inline schemas::RunResult result(std::uint64_t run, ModelTime ended, Duration latency = 40ms,
                                 Duration lag = 1ms, const AppId& app = kDigits) {
  schemas::RunResult ends;
  ends.run.key = {app, run, 1};
  ends.run.began = ended - latency;
  ends.run.energy_uj = 100 + double(run % 2) * 50;
  ends.ended = ended;
  ends.lag = lag;
  return ends;
}

inline schemas::CollaborationPlan plan(const std::vector<std::string>& apps) {
  schemas::CollaborationPlan plan;
  plan.id = 7;
  plan.rounds_per_second = 25;
  plan.planning_us = 1500;
  for (const auto& app : apps) {
    plan.pipelines.emplace_back();
    plan.pipelines.back().app = AppId(app);
    plan.pipelines.back().runs_per_second = 25;
  }
  return plan;
}

/// Hears `runs` results, one each `period` of host time, from `begin` on; returns when the last was heard.
inline MonotonicTime hear_runs(Usage& usage, MonotonicTime begin, int runs, Duration period,
                               double time_scale = 1, std::uint64_t first = 0) {
  for (int run = 0; run < runs; ++run) {
    const auto now = begin + run * period;
    const TimeScale scale(time_scale);
    usage.hear(result(first + std::uint64_t(run), scale.to_model(now)), now);
  }
  return begin + (runs - 1) * period;
}

}  // namespace synergy::monitor
