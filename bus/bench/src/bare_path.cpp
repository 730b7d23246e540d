// A plain PUB and a plain SUB over either broker: what ZeroMQ costs without our envelopes.
#include <array>
#include <variant>

#include "bare_proxy.hpp"
#include "path.hpp"
#include "synergy/bus/forwarder.hpp"
#include "uninterrupted.hpp"
#include "zmq_options.hpp"

namespace synergy::bus_bench {
namespace {

using Broker = std::variant<std::unique_ptr<bus::Forwarder>, std::unique_ptr<BareProxy>>;

class BarePath final : public Path {
 public:
  BarePath(const bus::Endpoints& endpoints, Broker broker) : broker_(std::move(broker)) {
    bus::set_common_options(publish_);
    bus::set_common_options(subscribe_);
    publish_.connect(endpoints.publish);
    subscribe_.connect(endpoints.subscribe);
    subscribe_.set(zmq::sockopt::subscribe, topic_);
  }

  void resize(std::uint64_t payload_bytes) override { payload_.assign(payload_bytes, 'x'); }

  Status send() override {
    bus::send(publish_, zmq::buffer(topic_), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    bus::send(publish_, zmq::buffer(payload_), zmq::send_flags::dontwait);
    bytes_sent_ += payload_.size();
    return {};
  }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return bytes_sent_; }

  bool receive() override {
    zmq::message_t topic, payload;
    if (!bus::receive(subscribe_, topic, zmq::recv_flags::dontwait)) return false;
    return bus::receive(subscribe_, payload, zmq::recv_flags::dontwait) && payload.size() == payload_.size();
  }

  void wait(int watchdog) override {
    std::array<zmq::pollitem_t, 2> items{
        {{subscribe_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, watchdog, ZMQ_POLLIN, 0}}};
    bus::uninterrupted([&] { return zmq::poll(items, std::chrono::milliseconds(-1)); });
  }

 private:
  Broker broker_;
  // A context for each, as two processes would have.
  zmq::context_t publisher_context_{1}, subscriber_context_{1};
  zmq::socket_t publish_{publisher_context_, zmq::socket_type::pub};
  zmq::socket_t subscribe_{subscriber_context_, zmq::socket_type::sub};
  const std::string topic_ = kTopic;
  std::string payload_;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace

Result<std::unique_ptr<Path>> make_forwarder_path(const bus::Endpoints& endpoints) {
  auto bound = bus::Forwarder::bind(endpoints, bus::ShareLimits::none());
  if (!bound) return bound.error();
  return std::unique_ptr<Path>(std::make_unique<BarePath>(endpoints, std::move(*bound)));
}

Result<std::unique_ptr<Path>> make_bare_path(const bus::Endpoints& endpoints) {
  return std::unique_ptr<Path>(std::make_unique<BarePath>(endpoints, std::make_unique<BareProxy>(endpoints)));
}

}  // namespace synergy::bus_bench
