// The bytes that wait at the broker for subscribers who have not taken them yet.
//
// ZeroMQ bounds the queue of each subscriber by a number of packets, and packets have up to 4 MiB. So the
// forwarder counts bytes itself: each large packet goes out as a message whose memory tells when ZeroMQ lets
// go of it, which is when the last subscriber has taken it or was cut.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <zmq.hpp>

namespace synergy::bus {

/// One thread adds; ZeroMQ's threads take away.
class Backlog {
 public:
  /// Smaller packets are not counted: a queue of kHighWaterMark of them has 20 MiB at most.
  static constexpr std::size_t kCounted = 4096;

  /// The packet to send in the place of `payload`: the same bytes, not copied, counted until ZeroMQ frees
  /// them. A payload of fewer than kCounted bytes is returned as it is.
  [[nodiscard]] zmq::message_t counted(zmq::message_t payload);

  /// Bytes counted that were not taken yet, whatever the number of subscribers: they share one copy.
  [[nodiscard]] std::size_t bytes() const { return *bytes_; }

 private:
  struct Packet;
  /// Shared with the packets under way: ZeroMQ may free the last ones after this object is gone.
  std::shared_ptr<std::atomic<std::size_t>> bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace synergy::bus
