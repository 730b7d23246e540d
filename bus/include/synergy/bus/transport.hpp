// The two sockets that join a participant to the broker, as one thing that sends and receives packets.
//
// What a reader gets wrong: sending never waits and never blocks. A full queue is an answer (kOverloaded),
// and what to do then is decided above, by topic class (participant.hpp).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::bus {

/// Where the broker listens: participants send to `publish` and receive from `subscribe`.
struct Endpoints {
  std::string publish, subscribe;

  /// Two ipc sockets in `folder`, which must be private to the user (0700): whoever can connect takes part.
  static Endpoints in(const std::filesystem::path& folder);
};

/// Fails when an ipc path is longer than the operating system allows.
[[nodiscard]] Status check(const Endpoints& endpoints);

struct Packet {
  std::string topic;
  schemas::Bytes payload;
};

/// Messages queued per connection before the bus says overloaded (sending) or drops and lets the sequence
/// numbers show it (receiving). Large enough for 50 ms at 100 000 messages a second.
inline constexpr int kHighWaterMark = 5000;

/// Connected to a broker that may come later, go and return: ZeroMQ reconnects by itself, and subscribes
/// again.
///
/// Owns its sockets and their context; belongs to one thread. Destroying it drops what was not sent yet after
/// at most kLinger.
class Transport {
 public:
  static constexpr Duration kLinger = std::chrono::milliseconds(200);

  [[nodiscard]] static Result<std::unique_ptr<Transport>> connect(const Endpoints& endpoints);
  virtual ~Transport() = default;

  /// All topics that begin with `prefix` from now on (until then: none).
  virtual void subscribe(const std::string& prefix) = 0;

  /// kOverloaded: the queue to the broker is full, nothing was sent.
  virtual Status send(const std::string& topic, std::span<const std::uint8_t> payload) = 0;

  /// The next packet that has arrived, if any. Packets that are not two frames are dropped and counted; after
  /// many of them in a row this says that there is none, and wait() returns at once.
  virtual std::optional<Packet> receive() = 0;
  [[nodiscard]] virtual std::uint64_t malformed() const = 0;

  /// Waits until a packet may be there or one of `fds` can be read.
  virtual void wait(std::span<const int> fds) = 0;
};

}  // namespace synergy::bus
