// One way from a publisher over a broker to a subscriber, as the measuring sees it.
#pragma once

#include <cstdint>
#include <memory>

#include "synergy/base/result.hpp"
#include "synergy/bus/transport.hpp"

namespace synergy::bus_bench {

/// The sending half and the receiving half may be used by two threads at the same time, each by one.
class Path {
 public:
  virtual ~Path() = default;

  /// From now on each message has a payload of so many bytes. While no message is on its way.
  virtual void resize(std::uint64_t payload_bytes) = 0;

  virtual Status send() = 0;
  /// Bytes behind the topics of all messages that were sent.
  [[nodiscard]] virtual std::uint64_t bytes_sent() const = 0;

  /// Takes one message, if one is there; false for one of another payload's size, too.
  virtual bool receive() = 0;
  /// Waits until a message may be there or `watchdog` can be read.
  virtual void wait(int watchdog) = 0;
};

/// What travels on all paths.
inline constexpr const char* kTopic = "run/bench";

/// Participants over the Forwarder. These fail with kEnvironment when sockets can not be made, with kInternal
/// when no message comes through.
[[nodiscard]] Result<std::unique_ptr<Path>> make_our_path(const bus::Endpoints& endpoints);
/// Bare sockets over the Forwarder.
[[nodiscard]] Result<std::unique_ptr<Path>> make_forwarder_path(const bus::Endpoints& endpoints);
/// Bare sockets over zmq::proxy. Throws zmq::error_t when sockets can not be made.
[[nodiscard]] Result<std::unique_ptr<Path>> make_bare_path(const bus::Endpoints& endpoints);

}  // namespace synergy::bus_bench
