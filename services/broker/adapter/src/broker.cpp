#include "synergy/broker_adapter/broker.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "synergy/runtime/running.hpp"

namespace synergy::broker_adapter {
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

Status Broker::open(const runtime::RunFolder& folder) {
  limit_descriptors();
  auto bound = bus::Forwarder::bind(
      folder.endpoints(), bus::ShareLimits::mesh(), {},
      [path = folder.path()](pid_t process) { return runtime::names_of(path, process); });
  if (!bound) return bound.error();
  forwarder_ = std::move(*bound);
  return {};
}

Status Broker::run(runtime::Context& context) {
  auto& bus = context.bus();
  bus.serve<schemas::Join>(
      schemas::topics::command("broker"),
      [&bus](const schemas::Join&) -> Result<schemas::Joined> { return schemas::Joined{bus.instance()}; });
  context.every(kTellEvery, [this, &bus] { publish_state(bus); });
  context.every(kTellEvery, [this, &context] { log_refusals(context.log()); });
  context.every(kTellEvery, [this, &context] {  // who starts it again gives the mesh a bus that forwards
    if (const auto why = forwarder_->failure(); !why.empty())
      context.stop(Error{ErrorCode::kEnvironment, "the forwarder stopped: " + why});
  });
  context.report([this] { return forwarder_->counters(); });
  publish_state(bus);
  context.ready();
  return context.run();
}

void Broker::publish_state(bus::Participant& bus) const {
  // A full queue is the bus's to handle: state is kept and sent when there is room.
  (void)bus.publish(schemas::topics::kBroker, schemas::BrokerState{bus.instance(), forwarder_->counters()});
}

void Broker::log_refusals(runtime::Log& log) {
  const auto count = forwarder_->counters().at("refused.packets");
  if (count == refused_) return;
  log.warn("refused", {{"packets", count - refused_}, {"last", forwarder_->last_refusal()}});
  refused_ = count;
}

}  // namespace synergy::broker_adapter
