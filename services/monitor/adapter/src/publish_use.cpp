#include "parts.hpp"

namespace synergy::monitor_adapter {

namespace topics = schemas::topics;

void publish_use(runtime::Context& context, monitor::Usage& usage, const schemas::BodyView& body) {
  auto& bus = context.bus();
  const auto now = [&context] { return context.clock().monotonic(); };
  bus.subscribe<schemas::Health>(
      topics::kHealthPrefix,
      [&usage, now](const auto&, const schemas::Health& health) { usage.hear(health, now()); });
  bus.subscribe<schemas::RunResult>(
      topics::kResultPrefix,
      [&usage, now](const auto&, const schemas::RunResult& result) { usage.hear(result, now()); });
  bus.subscribe<schemas::RunFailed>(
      topics::kFailedPrefix,
      [&usage, now](const auto&, const schemas::RunFailed& failed) { usage.hear(failed, now()); });
  bus.subscribe<schemas::CollaborationPlan>(
      topics::kPlan, [&usage](const auto&, const schemas::CollaborationPlan& plan) { usage.hear(plan); });
  context.every(monitor::kUsePeriod, [&bus, &usage, &body, now] {
    usage.hear(body);
    (void)bus.publish(topics::kUse, usage.use(now()));  // state: the newest goes when there is room
  });
}

}  // namespace synergy::monitor_adapter
