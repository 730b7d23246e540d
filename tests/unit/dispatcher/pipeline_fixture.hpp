// A pipeline as the dispatcher sees it: from the glasses over one transfer to the watch.
#pragma once

#include "synergy/schemas/plan.hpp"

namespace synergy::dispatcher_test {

using namespace std::chrono_literals;

inline const DeviceId kGlasses("glasses"), kWatch("watch");

inline schemas::PipelinePlan pipeline_of(const AppId& app) {
  schemas::PipelinePlan pipeline;
  pipeline.app = app;
  pipeline.depth = 2;
  pipeline.runs_per_second = 100;
  pipeline.cycle = 10ms;
  schemas::ExecutionPlan execution;
  execution.source = kGlasses;
  execution.target = kWatch;
  execution.steps = {{schemas::TaskKind::kSense, kGlasses, {}, 0, 1ms, 0, 0},
                     {schemas::TaskKind::kTransfer, kGlasses, kWatch, 0, 8ms, 16, 0},
                     {schemas::TaskKind::kInteract, kWatch, {}, 0, 1ms, 0, 0}};
  execution.latency = 10ms;
  pipeline.executions = {execution};
  return pipeline;
}

}  // namespace synergy::dispatcher_test
