// The broker: forwards every packet, keeps the latest of each state topic, and confirms who joins.
#include "synergy/broker_adapter/broker.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  broker_adapter::Broker broker;
  runtime::ServiceInfo info{"broker",
                            "Forwards the messages of one mesh and keeps the latest state for late joiners."};
  info.before_bus = [&](const runtime::RunFolder& folder) { return broker.open(folder); };
  return runtime::service_main(
      argc, argv, info, [](runtime::Options&) {},
      [&](runtime::Context& context) { return broker.run(context); });
}
