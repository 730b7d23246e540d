// The mesh as the API asks it, over the bus: each question is handed to the service's loop, and its thread
// waits.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "devices.hpp"
#include "synergy/gateway/comparer.hpp"
#include "synergy/gateway/mesh.hpp"
#include "synergy/runtime/context.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::gateway_adapter {

/// The dispatcher answers when it has decided, which takes as long as planning does (10 s at most) and more
/// where others decide before.
inline constexpr Duration kDecisionTime = std::chrono::seconds(60);
inline constexpr Duration kStoreTime = std::chrono::seconds(10);
inline constexpr Duration kFeedTime = std::chrono::seconds(10);
inline constexpr Duration kTasksTime = std::chrono::seconds(3);

/// Borrows the context. Every call blocks; any thread but the loop's.
class MeshOnBus final : public gateway::Mesh {
 public:
  MeshOnBus(runtime::Context& context, gateway::Comparer& comparer)
      : context_(context), comparer_(comparer), devices_(context.folder().path()) {}

  Result<schemas::AppSubmitted> ask(const schemas::AppSubmit& command) override {
    return dispatcher(command);
  }
  Result<schemas::AppForecast> ask(const schemas::AppTry& command) override { return dispatcher(command); }
  Result<schemas::AppStopped> ask(const schemas::AppStop& command) override { return dispatcher(command); }
  Result<schemas::CollaborationPlan> ask(const schemas::PlanAgain& command) override {
    return dispatcher(command);
  }
  Result<schemas::PlanHistory> ask(const schemas::QueryHistory& query) override { return store(query); }
  Result<schemas::CollaborationPlan> ask(const schemas::QueryPlan& query) override { return store(query); }
  Result<schemas::RunTable> ask(const schemas::QueryRuns& query) override { return store(query); }
  Result<schemas::EventTable> ask(const schemas::QueryEvents& query) override { return store(query); }
  Result<schemas::FrameOutcomes> ask(const schemas::QueryFrames& query) override { return store(query); }
  Result<schemas::FrameFed> ask(const DeviceId& device, const schemas::FrameFeed& frame) override {
    return on_loop(schemas::topics::executor(device), frame, kFeedTime);
  }
  Result<schemas::TaskTable> ask(const DeviceId& device, const schemas::QueryTasks& query) override {
    return on_loop(schemas::topics::executor(device), query, kTasksTime);
  }
  Status move(const DeviceId& device, gateway::DeviceMove move) override {
    return devices_.move(device, move);
  }
  Result<gateway::Comparison> compare(const std::vector<std::string>& policies) override {
    return comparer_.compare(policies);
  }
  gateway::Comparison compared() override { return comparer_.known(); }

  /// Every question that waits is answered that the gateway ends, and every later one.
  void close() { closed_ = true; }

 private:
  template <schemas::Command C>
  Result<typename C::Reply> dispatcher(const C& command) {
    return on_loop(schemas::topics::command(schemas::process::kDispatcher), command, kDecisionTime);
  }
  template <schemas::Command C>
  Result<typename C::Reply> store(const C& query) {
    return on_loop(schemas::topics::command(schemas::process::kStore), query, kStoreTime);
  }
  template <schemas::Command C>
  Result<typename C::Reply> on_loop(const std::string& topic, const C& command, Duration time);

  runtime::Context& context_;
  gateway::Comparer& comparer_;
  Devices devices_;
  std::atomic<bool> closed_{false};
};

}  // namespace synergy::gateway_adapter
