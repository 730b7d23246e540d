#include "bare_proxy.hpp"

#include "uninterrupted.hpp"
#include "zmq_options.hpp"

namespace synergy::bus_bench {

BareProxy::BareProxy(const bus::Endpoints& endpoints) {
  bus::set_common_options(from_publishers_);
  bus::set_common_options(to_subscribers_);
  to_subscribers_.bind(endpoints.subscribe);
  from_publishers_.bind(endpoints.publish);
  thread_ = std::thread([this] { run(); });
}

BareProxy::~BareProxy() {
  context_.shutdown();  // the proxy ends with ETERM
  thread_.join();
}

void BareProxy::run() {
  try {
    bus::uninterrupted([this] { zmq::proxy(from_publishers_, to_subscribers_); });
  } catch (const zmq::error_t& error) {
    if (error.num() != ETERM) std::fprintf(stderr, "the bare proxy stopped: %s\n", error.what());
  }
  from_publishers_.close();
  to_subscribers_.close();
}

}  // namespace synergy::bus_bench
