// The broker that ours is compared with: zmq::proxy between an XSUB and an XPUB, and nothing else.
#pragma once

#include <thread>
#include <zmq.hpp>

#include "synergy/bus/transport.hpp"

namespace synergy::bus_bench {

/// Forwards on a thread of its own until its destruction. Throws zmq::error_t when it can not bind.
class BareProxy {
 public:
  explicit BareProxy(const bus::Endpoints& endpoints);
  ~BareProxy();
  BareProxy(const BareProxy&) = delete;
  BareProxy& operator=(const BareProxy&) = delete;

 private:
  void run();

  zmq::context_t context_{1};
  zmq::socket_t from_publishers_{context_, zmq::socket_type::xsub};
  zmq::socket_t to_subscribers_{context_, zmq::socket_type::xpub};
  std::thread thread_;
};

}  // namespace synergy::bus_bench
