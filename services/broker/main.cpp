// The broker: forwards every packet, keeps the latest of each state topic, and confirms who joins.
#include <chrono>
#include <memory>

#include "synergy/bus/forwarder.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  std::unique_ptr<bus::Forwarder> forwarder;
  runtime::ServiceInfo info{"broker",
                            "Forwards the messages of one mesh and keeps the latest state for late joiners."};
  info.before_bus = [&](const runtime::RunFolder& folder) -> Status {
    auto bound = bus::Forwarder::bind(folder.endpoints());
    if (!bound) return bound.error();
    forwarder = std::move(*bound);
    return {};
  };
  return runtime::service_main(
      argc, argv, info, [](runtime::Options&) {},
      [&](runtime::Context& context) {
        auto& bus = context.bus();
        bus.serve<schemas::Join>(
            schemas::topics::command("broker"),
            [&](const schemas::Join&) -> Result<schemas::Joined> { return schemas::Joined{bus.instance()}; });
        const auto publish_state = [&] {
          // A full queue is the bus's to handle: state is kept and sent when there is room.
          (void)bus.publish(schemas::topics::kBroker,
                            schemas::BrokerState{bus.instance(), forwarder->counters()});
        };
        context.every(std::chrono::seconds(1), publish_state);
        context.report([&] { return forwarder->counters(); });
        publish_state();
        context.ready();
        return context.run();
      });
}
