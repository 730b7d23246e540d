// What the API asks of the mesh. Each call blocks until there is an answer or its deadline; many threads may
// call at a time. Two implementations: the bus (adapter/), and the tests' own.
#pragma once

#include <cstdint>

#include "synergy/base/result.hpp"
#include "synergy/gateway/comparison.hpp"
#include "synergy/gateway/device_move.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::gateway {

class Mesh {
 public:
  virtual ~Mesh() = default;
  // Of the dispatcher.
  virtual Result<schemas::AppSubmitted> ask(const schemas::AppSubmit& command) = 0;
  virtual Result<schemas::AppForecast> ask(const schemas::AppTry& command) = 0;
  virtual Result<schemas::AppStopped> ask(const schemas::AppStop& command) = 0;
  virtual Result<schemas::CollaborationPlan> ask(const schemas::PlanAgain& command) = 0;
  // Of the store.
  virtual Result<schemas::PlanHistory> ask(const schemas::QueryHistory& query) = 0;
  virtual Result<schemas::CollaborationPlan> ask(const schemas::QueryPlan& query) = 0;
  virtual Result<schemas::RunTable> ask(const schemas::QueryRuns& query) = 0;
  virtual Result<schemas::EventTable> ask(const schemas::QueryEvents& query) = 0;
  virtual Result<schemas::FrameOutcomes> ask(const schemas::QueryFrames& query) = 0;
  /// Of a device's executor.
  virtual Result<schemas::FrameFed> ask(const DeviceId& device, const schemas::FrameFeed& frame) = 0;
  virtual Result<schemas::TaskTable> ask(const DeviceId& device, const schemas::QueryTasks& query) = 0;
  /// Ends or starts the processes of an emulated device, one of the body.
  virtual Status move(const DeviceId& device, DeviceMove move) = 0;
  /// What these policies make of the apps that the plan serves; empty: all policies. Searches here, not in
  /// the planner, which the mesh may need.
  virtual Result<Comparison> compare(const std::vector<std::string>& policies) = 0;
  /// What is known of that for the plan already, without searching.
  virtual Comparison compared() = 0;
};

}  // namespace synergy::gateway
