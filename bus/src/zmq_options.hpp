// Options every socket of the bus gets before it connects or binds, each with the reason in bus/README.md.
#pragma once

#include <zmq.hpp>

#include "synergy/bus/transport.hpp"
#include "synergy/schemas/envelope.hpp"

namespace synergy::bus {

inline void set_common_options(zmq::socket_t& socket) {
  const int linger = int(std::chrono::duration_cast<std::chrono::milliseconds>(Transport::kLinger).count());
  socket.set(zmq::sockopt::linger, linger);
  socket.set(zmq::sockopt::sndhwm, kHighWaterMark);
  socket.set(zmq::sockopt::rcvhwm, kHighWaterMark);
  // No HEARTBEAT_IVL: when a peer dies before a full receive queue, libzmq 4.3.4 aborts this process as the
  // next of its heartbeats falls due.
  socket.set(zmq::sockopt::reconnect_ivl, 20);
  socket.set(zmq::sockopt::reconnect_ivl_max, 500);
  // ZeroMQ disconnects a sender of more than this; twice our limit, so that our own check answers first.
  socket.set(zmq::sockopt::maxmsgsize, std::int64_t(2 * schemas::kMaxMessageBytes));
}

}  // namespace synergy::bus
