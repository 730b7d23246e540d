#include "backlog.hpp"

#include <utility>

namespace synergy::bus {

struct Backlog::Packet {
  zmq::message_t payload;
  std::shared_ptr<std::atomic<std::size_t>> bytes;

  static void free(void* /*data*/, void* hint) {
    const std::unique_ptr<Packet> packet(static_cast<Packet*>(hint));
    *packet->bytes -= packet->payload.size();
  }
};

zmq::message_t Backlog::counted(zmq::message_t payload) {
  if (payload.size() < kCounted) return payload;
  auto packet = std::make_unique<Packet>(Packet{std::move(payload), bytes_});
  zmq::message_t message(packet->payload.data(), packet->payload.size(), &Packet::free, packet.get());
  *bytes_ += packet->payload.size();
  (void)packet.release();  // the message's, from here on
  return message;
}

}  // namespace synergy::bus
