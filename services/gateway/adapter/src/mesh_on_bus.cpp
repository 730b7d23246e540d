#include "mesh_on_bus.hpp"

namespace synergy::gateway_adapter {
namespace {

/// How long a thread waits before it looks whether the gateway ends.
constexpr auto kLook = std::chrono::milliseconds(50);
/// The call on the bus has a deadline of its own; this long after it nobody waits any more.
constexpr Duration kGrace = std::chrono::seconds(1);

}  // namespace

template <schemas::Command C>
Result<typename C::Reply> MeshOnBus::on_loop(const std::string& topic, const C& command, Duration time) {
  using Reply = Result<typename C::Reply>;
  const auto reply =
      std::make_shared<std::promise<Reply>>();  // shared with the loop, which may answer too late
  auto waited = reply->get_future();
  const auto until = context_.clock().monotonic() + time;
  context_.post([&context = context_, topic, command, until, reply] {
    const auto left = until - context.clock().monotonic();
    if (left <= Duration{})
      return reply->set_value(Error{ErrorCode::kTimeout, "the gateway had no time to ask in"});
    context.bus().call(topic, command, left, [reply](Reply answer) { reply->set_value(std::move(answer)); });
  });
  while (waited.wait_for(kLook) != std::future_status::ready) {
    if (closed_) return Error{ErrorCode::kUnavailable, "the gateway is ending; try again in a second"};
    if (context_.clock().monotonic() > until + kGrace)
      return Error{ErrorCode::kTimeout,
                   "no answer on '" + topic + "' in time; it may have been acted on all the same"};
  }
  return waited.get();
}

template Result<schemas::AppSubmitted> MeshOnBus::on_loop(const std::string&, const schemas::AppSubmit&,
                                                          Duration);
template Result<schemas::AppForecast> MeshOnBus::on_loop(const std::string&, const schemas::AppTry&,
                                                         Duration);
template Result<schemas::AppStopped> MeshOnBus::on_loop(const std::string&, const schemas::AppStop&,
                                                        Duration);
template Result<schemas::CollaborationPlan> MeshOnBus::on_loop(const std::string&, const schemas::PlanAgain&,
                                                               Duration);
template Result<schemas::PlanHistory> MeshOnBus::on_loop(const std::string&, const schemas::QueryHistory&,
                                                         Duration);
template Result<schemas::CollaborationPlan> MeshOnBus::on_loop(const std::string&, const schemas::QueryPlan&,
                                                               Duration);
template Result<schemas::RunTable> MeshOnBus::on_loop(const std::string&, const schemas::QueryRuns&,
                                                      Duration);
template Result<schemas::EventTable> MeshOnBus::on_loop(const std::string&, const schemas::QueryEvents&,
                                                        Duration);
template Result<schemas::FrameOutcomes> MeshOnBus::on_loop(const std::string&, const schemas::QueryFrames&,
                                                           Duration);
template Result<schemas::FrameFed> MeshOnBus::on_loop(const std::string&, const schemas::FrameFeed&,
                                                      Duration);
template Result<schemas::TaskTable> MeshOnBus::on_loop(const std::string&, const schemas::QueryTasks&,
                                                       Duration);

}  // namespace synergy::gateway_adapter
