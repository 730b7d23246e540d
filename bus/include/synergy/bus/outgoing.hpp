// What a participant sends, and what waits to be sent: the rules of the topic classes at a full queue.
//
//   state      the newest of each topic waits, and takes the place of the one before; all are remembered, for
//   a
//              broker that restarted
//   event, run      wait in order in the outbox, up to kMaxOutbox; also until the broker confirmed this
//              participant, because ZeroMQ would drop them without a word
//   command, answer, telemetry   are dropped: the first two are repeated anyway, and of the last the next
//   follows
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/bus/transport.hpp"

namespace synergy::bus {

inline constexpr std::size_t kMaxOutbox = 10000;

/// Fails with kInvalid when the message is larger than kMaxMessageBytes or its topic than kMaxTopicBytes: the
/// broker would drop it, without a word to anyone.
[[nodiscard]] Status check_size(const std::string& topic, const schemas::Bytes& payload);

/// Borrows the transport, which must outlive it. One thread. Nothing here blocks.
class Outgoing {
 public:
  explicit Outgoing(Transport& transport) : transport_(transport) {}

  /// Sends by the rule of the topic's class, now or from flush(). Fails as check_size(), and with kOverloaded
  /// where it is dropped; what fails is counted and forgotten.
  Status transmit(const std::string& topic, schemas::Bytes payload);
  /// Sends now, whatever the class, and remembers nothing. Fails in the same way; kOverloaded: the queue is
  /// full.
  Status send_as_is(const std::string& topic, const schemas::Bytes& payload);

  /// The broker confirmed this participant, or another broker did: the own states are sent (again), and what
  /// waits goes with the next flush().
  void confirmed();

  /// Sends what waits, as far as there is room.
  void flush();
  /// Whether flush() would try to send something now.
  [[nodiscard]] bool has_to_flush() const;

  /// `bus.sent`, `bus.bytes_sent`, `bus.dropped`.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

 private:
  struct Waiting {
    std::string topic;
    schemas::Bytes payload;
  };
  /// Hands one packet to the transport and counts it; false when the queue to the broker is full.
  bool send_now(const std::string& topic, const schemas::Bytes& payload);

  Transport& transport_;
  bool confirmed_ = false;
  std::map<std::string, schemas::Bytes> states_;  ///< own state topics, as last published
  std::map<std::string, schemas::Bytes> states_to_send_;
  std::deque<Waiting> outbox_;
  std::uint64_t sent_ = 0, bytes_sent_ = 0, dropped_ = 0;
};

}  // namespace synergy::bus
