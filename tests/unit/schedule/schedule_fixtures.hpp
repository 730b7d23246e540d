// Plans for the tests of scheduling: steps as the planner makes them, with durations and sizes drawn at
// random, the same for the same seed on every machine.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "synergy/base/splitmix64.hpp"
#include "synergy/schedule/executable.hpp"

namespace synergy::schedule_test {

class Random : public SplitMix64 {
 public:
  using SplitMix64::SplitMix64;
  bool one_in(std::uint64_t n) { return below(n) == 0; }
};

inline constexpr std::uint64_t kSram = 96 * 1024;

inline DeviceId device(std::uint64_t n) { return DeviceId("d" + std::to_string(n)); }

inline schedule::Sram sram(std::uint64_t devices, std::uint64_t bytes = 4 * kSram) {
  schedule::Sram all;
  for (std::uint64_t n = 0; n < devices; ++n) all[device(n)] = bytes;
  return all;
}

class Steps {
 public:
  explicit Steps(schemas::ExecutionPlan& plan) : plan_(plan) {}
  schemas::Step& add(schemas::TaskKind kind, const DeviceId& at, std::int64_t us, std::uint64_t bytes = 0) {
    schemas::Step step;
    step.kind = kind;
    step.device = at;
    step.duration = std::chrono::microseconds(us);
    step.bytes = bytes;
    plan_.steps.push_back(step);
    plan_.latency += step.duration;
    return plan_.steps.back();
  }

 private:
  schemas::ExecutionPlan& plan_;
};

/// One way over up to three devices; every tensor may be stored, streamed, or (at speed 0) move in no time.
inline schemas::ExecutionPlan random_execution(Random& random, std::uint64_t devices,
                                               std::uint64_t input_bytes) {
  using schemas::TaskKind;
  schemas::ExecutionPlan plan;
  std::vector<std::uint64_t> order(devices);
  for (std::uint64_t n = 0; n < devices; ++n) order[n] = n;
  for (auto n = devices; n > 1; --n) std::swap(order[n - 1], order[random.below(n)]);
  const auto chunks = 1 + random.below(std::min<std::uint64_t>(3, devices));
  const auto move_us = [speed = random.below(3)](std::uint64_t bytes) {
    return std::int64_t(speed == 0 ? 0 : 100 + bytes / (speed == 1 ? 90 : 1000) * (speed == 1 ? 1000 : 1));
  };
  Steps steps(plan);
  plan.source = device(random.below(devices));
  plan.target = device(random.below(devices));
  auto at = plan.source;
  auto bytes = input_bytes;
  bool unload_pending = false;  // the tensor is still in the accelerator of `at`
  steps.add(TaskKind::kSense, at, std::int64_t(50 + random.below(500)));
  steps.add(TaskKind::kPrepare, at, std::int64_t(random.below(1000)));
  for (std::uint32_t c = 0; c < chunks; ++c) {
    const auto to = device(order[c]);
    plan.chunks.push_back({to, c, c});
    const bool streamed = to != at && bytes > kSram;
    if (to != at && !streamed) steps.add(TaskKind::kTransfer, at, move_us(bytes), bytes).to = to;
    if (random.one_in(2)) steps.add(TaskKind::kSwitch, to, std::int64_t(random.below(300))).chunk = c;
    if (streamed) {
      auto& step = steps.add(TaskKind::kTransfer, at, move_us(bytes) + 500, bytes);
      step.to = to;
      step.loads = true;
      step.unloads = unload_pending;
      step.chunk = unload_pending ? c - 1 : c;
    } else {
      steps.add(TaskKind::kLoad, to, std::int64_t(10 + random.below(800)), bytes).chunk = c;
    }
    steps.add(TaskKind::kInfer, to, std::int64_t(100 + random.below(9000))).chunk = c;
    at = to;
    bytes = 100 + random.below(random.one_in(4) ? 200'000 : 30'000);
    const bool last = c + 1 == chunks;
    unload_pending = !last && bytes > kSram;
    if (unload_pending) continue;
    if (last) bytes = std::min(bytes, kSram);
    steps.add(TaskKind::kUnload, at, std::int64_t(10 + random.below(500)), bytes).chunk = c;
    steps.add(TaskKind::kUnpack, at, std::int64_t(random.below(900))).chunk = c;
  }
  if (at != plan.target) steps.add(TaskKind::kTransfer, at, move_us(16), 16).to = plan.target;
  steps.add(TaskKind::kInteract, plan.target, std::int64_t(300 + random.below(3000)));
  return plan;
}

inline schemas::CollaborationPlan random_plan(Random& random, std::uint64_t devices, std::uint64_t pipelines,
                                              bool mixed) {
  schemas::CollaborationPlan plan;
  for (std::uint64_t p = 0; p < pipelines; ++p) {
    schemas::PipelinePlan pipeline;
    pipeline.app = AppId("app" + std::to_string(p));
    pipeline.input_bytes = 500 + random.below(random.one_in(3) ? 120'000 : 10'000);
    pipeline.executions.push_back(random_execution(random, devices, pipeline.input_bytes));
    pipeline.sequence = {0};
    if (mixed) {
      pipeline.executions.push_back(random_execution(random, devices, pipeline.input_bytes));
      pipeline.sequence =
          p % 2 == 0 ? std::vector<std::uint32_t>{0, 1, 0} : std::vector<std::uint32_t>{0, 1, 1};
      pipeline.runs_per_cycle = 3;
    }
    plan.pipelines.push_back(pipeline);
  }
  return plan;
}

/// The same pipeline on other devices.
inline void move_devices(schemas::PipelinePlan& pipeline, std::uint64_t by) {
  const auto move = [by](DeviceId& id) {
    if (!id.empty()) id = device(std::stoull(id.text().substr(1)) + by);
  };
  for (auto& execution : pipeline.executions) {
    move(execution.source);
    move(execution.target);
    for (auto& chunk : execution.chunks) move(chunk.device);
    for (auto& step : execution.steps) {
      move(step.device);
      move(step.to);
    }
  }
}

/// Cycles of several runs, each pipeline's number drawn at random.
inline void draw_runs(Random& random, schemas::CollaborationPlan& plan, std::uint64_t most) {
  for (auto& pipeline : plan.pipelines) {
    pipeline.runs_per_cycle = std::uint32_t(1 + random.below(most));
    pipeline.sequence.clear();
    if (pipeline.executions.size() == 1) continue;
    pipeline.runs_per_cycle = std::max(2u, pipeline.runs_per_cycle);
    for (std::uint32_t run = 0; run < pipeline.runs_per_cycle; ++run)
      pipeline.sequence.push_back(run < 2 ? run : std::uint32_t(random.below(2)));
  }
}

/// Runs per second of a pipeline whose group has that cycle.
inline double rate_of(const schemas::PipelinePlan& pipeline, const schedule::GroupRate& rate) {
  return pipeline.runs_per_cycle * 1e9 / rate.cycle_ns;
}

/// The predictions that follow from what became of the pipelines' groups.
inline void predict(schemas::CollaborationPlan& plan, const std::vector<schedule::Executable>& made) {
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    plan.pipelines[p].cycle = Duration(std::llround(made[p].rate.cycle_ns));
    plan.pipelines[p].runs_per_second = rate_of(plan.pipelines[p], made[p].rate);
  }
}

}  // namespace synergy::schedule_test
