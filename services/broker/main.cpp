// The broker: forwards every packet, keeps the latest of each state topic, and confirms who joins.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "synergy/bus/forwarder.hpp"
#include "synergy/runtime/running.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

namespace {

/// The broker's share of the host's file descriptors, whatever the shell that started it allows: a process of
/// a mesh takes two, and each connection about 23 KB. Those beyond are refused (bus/README.md).
void limit_descriptors() {
  constexpr rlim_t kDescriptors = 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(kDescriptors, limit.rlim_max);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);  // the old limit holds where it fails, and refuses as well
}

}  // namespace

int main(int argc, char** argv) {
  std::unique_ptr<bus::Forwarder> forwarder;
  runtime::ServiceInfo info{"broker",
                            "Forwards the messages of one mesh and keeps the latest state for late joiners."};
  info.before_bus = [&](const runtime::RunFolder& folder) -> Status {
    limit_descriptors();
    auto bound = bus::Forwarder::bind(
        folder.endpoints(), bus::ShareLimits::mesh(), {},
        [path = folder.path()](pid_t process) { return runtime::names_of(path, process); });
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
        context.every(std::chrono::seconds(1), [&, refused = std::uint64_t(0)]() mutable {
          const auto count = forwarder->counters().at("refused.packets");
          if (count == refused) return;
          context.log().warn("refused", {{"packets", count - refused}, {"last", forwarder->last_refusal()}});
          refused = count;
        });
        context.report([&] { return forwarder->counters(); });
        publish_state();
        context.ready();
        return context.run();
      });
}
