#include "synergy/bus/transport.hpp"

#include <sys/un.h>

#include <vector>
#include <zmq.hpp>

#include "uninterrupted.hpp"
#include "zmq_options.hpp"

namespace synergy::bus {
namespace {

class ZmqTransport final : public Transport {
 public:
  explicit ZmqTransport(const Endpoints& endpoints) {
    set_common_options(publish_);
    set_common_options(subscribe_);
    publish_.set(zmq::sockopt::xpub_nodrop, true);  // a full queue is told, not swallowed
    publish_.connect(endpoints.publish);
    subscribe_.connect(endpoints.subscribe);
  }

  void subscribe(const std::string& prefix) override { subscribe_.set(zmq::sockopt::subscribe, prefix); }

  Status send(const std::string& topic, std::span<const std::uint8_t> payload) override {
    const auto flags = zmq::send_flags::dontwait;
    if (!bus::send(publish_, zmq::buffer(topic), flags | zmq::send_flags::sndmore))
      return Error{ErrorCode::kOverloaded, "the queue to the broker is full"};
    // The first frame was taken, so ZeroMQ takes the rest of the message.
    bus::send(publish_, zmq::buffer(payload.data(), payload.size()), flags);
    return {};
  }

  std::optional<Packet> receive() override {
    // A call ends after so many malformed packets as well: the caller has timers to look at, and what is left
    // keeps the socket readable.
    for (int skipped = 0; skipped < kMostSkipped; ++skipped) {
      zmq::message_t topic;
      if (!bus::receive(subscribe_, topic, zmq::recv_flags::dontwait)) return std::nullopt;
      zmq::message_t payload;
      if (!topic.more() || !bus::receive(subscribe_, payload, zmq::recv_flags::dontwait) || payload.more()) {
        drop_rest(payload.more());
        ++malformed_;
        continue;
      }
      const auto* bytes = payload.data<std::uint8_t>();
      return Packet{topic.to_string(), {bytes, bytes + payload.size()}};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::uint64_t malformed() const override { return malformed_; }

  void wait(std::span<const int> fds) override {
    std::vector<zmq::pollitem_t> items{{subscribe_.handle(), 0, ZMQ_POLLIN, 0}};
    for (const int fd : fds) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
    try {
      zmq::poll(items, std::chrono::milliseconds(-1));
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;  // a signal is a reason to return, not a failure
    }
  }

 private:
  void drop_rest(bool more) {
    while (more) {
      zmq::message_t part;
      more = bus::receive(subscribe_, part, zmq::recv_flags::dontwait) && part.more();
    }
  }

  static constexpr int kMostSkipped = 256;

  zmq::context_t context_{1};
  zmq::socket_t publish_{context_, zmq::socket_type::pub};
  zmq::socket_t subscribe_{context_, zmq::socket_type::sub};
  std::uint64_t malformed_ = 0;
};

}  // namespace

Endpoints Endpoints::in(const std::filesystem::path& folder) {
  return {"ipc://" + (folder / "bus.publish").string(), "ipc://" + (folder / "bus.subscribe").string()};
}

Status check(const Endpoints& endpoints) {
  constexpr std::size_t kLongest = sizeof(sockaddr_un{}.sun_path) - 1;
  for (const auto& endpoint : {endpoints.publish, endpoints.subscribe}) {
    const auto path = endpoint.substr(std::min(endpoint.size(), std::string("ipc://").size()));
    if (path.size() > kLongest)
      return Error{ErrorCode::kEnvironment, "the socket path '" + path + "' is longer than " +
                                                std::to_string(kLongest) +
                                                " bytes; use a shorter run directory"};
  }
  return {};
}

Result<std::unique_ptr<Transport>> Transport::connect(const Endpoints& endpoints) {
  if (auto status = check(endpoints); !status) return status.error();
  try {
    return std::unique_ptr<Transport>(std::make_unique<ZmqTransport>(endpoints));
  } catch (const zmq::error_t& error) {
    return Error{ErrorCode::kEnvironment,
                 "can not connect to the bus at " + endpoints.publish + ": " + error.what()};
  }
}

}  // namespace synergy::bus
