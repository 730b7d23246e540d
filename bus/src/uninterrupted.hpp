// Socket calls that a signal handler does not end: ZeroMQ reports EINTR wherever a call had to wait for its
// own threads, also where the caller asked it not to block.
#pragma once

#include <cerrno>
#include <zmq.hpp>

namespace synergy::bus {

/// Calls again as long as a signal came in between.
template <class Call>
auto uninterrupted(Call call) {
  while (true) {
    try {
      return call();
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
  }
}

inline zmq::recv_result_t receive(zmq::socket_t& socket, zmq::message_t& message, zmq::recv_flags flags) {
  return uninterrupted([&] { return socket.recv(message, flags); });
}

inline zmq::send_result_t send(zmq::socket_t& socket, zmq::const_buffer bytes, zmq::send_flags flags) {
  return uninterrupted([&] { return socket.send(bytes, flags); });
}

}  // namespace synergy::bus
