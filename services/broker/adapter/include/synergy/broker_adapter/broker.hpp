// The broker's process: the forwarder of one mesh, and a participant of it that confirms who joins.
#pragma once

#include <cstdint>
#include <memory>

#include "synergy/bus/forwarder.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::broker_adapter {

/// How often `state/broker` is published, and refused packets are logged.
inline constexpr Duration kTellEvery = std::chrono::seconds(1);

/// Owns the forwarder, which runs on a thread of its own from open() on. One thread.
class Broker {
 public:
  /// Opens the mesh's sockets in `folder`, and limits the file descriptors of this process. Fails as
  /// bus::Forwarder::bind().
  Status open(const runtime::RunFolder& folder);
  /// Serves `bus.join`; after open(). Returns when the loop ends, with its status.
  Status run(runtime::Context& context);

 private:
  void publish_state(bus::Participant& bus) const;
  void log_refusals(runtime::Log& log);

  std::unique_ptr<bus::Forwarder> forwarder_;
  std::uint64_t refused_ = 0;  ///< packets that were logged
};

}  // namespace synergy::broker_adapter
