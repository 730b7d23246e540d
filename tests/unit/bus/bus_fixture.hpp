// A bus in a temporary folder: a real broker, participants that one loop steps, and bare ZeroMQ sockets that
// play strangers and vandals.
//
// Time is a ManualClock which run_until() moves ahead twenty times as fast as the host's, so that retries do
// not make tests slow; run_until_clock_still() leaves it alone. Both end in failure under a watchdog, never
// by sleeping.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "fake_transport.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/bus/forwarder.hpp"
#include "synergy/bus/participant.hpp"
#include "synergy/bus/transport.hpp"
#include "synergy/schemas/describe.hpp"
#include "temporary_folder.hpp"

namespace synergy::bus {

/// A message of the tests.
struct Note {
  std::uint64_t number = 0;
  std::string text;
  static constexpr schemas::MessageName kMessage{"test.note"};
  static void fields(auto& f) {
    f.required("number", &Note::number, "which one");
    f.optional("text", &Note::text, "what it says");
  }
};

/// A command of the tests and its answer.
struct Told {
  std::uint64_t number = 0;
  static constexpr schemas::MessageName kMessage{"test.told"};
  static void fields(auto& f) { f.required("number", &Told::number, "which one"); }
};
struct Ask {
  std::uint64_t number = 0;
  static constexpr schemas::MessageName kMessage{"test.ask"};
  using Reply = Told;
  static void fields(auto& f) { f.required("number", &Ask::number, "which one"); }
};

/// The forwarder and the participant that confirms who joins: what the broker process is made of.
class Broker {
 public:
  Broker(const Endpoints& endpoints, const Clock& clock, const ShareLimits& share,
         const WaitingLimits& waiting, Rights::Names names) {
    auto bound = Forwarder::bind(endpoints, share, waiting, std::move(names));
    if (!bound) throw std::runtime_error(bound.error().message);
    forwarder_ = std::move(*bound);
    auto transport = Transport::connect(endpoints);
    if (!transport) throw std::runtime_error(transport.error().message);
    bus_ = std::make_unique<Participant>(std::move(*transport), clock, "broker");
    bus_->serve<schemas::Join>("cmd/broker", [this](const schemas::Join&) -> Result<schemas::Joined> {
      return schemas::Joined{bus_->instance()};
    });
    (void)bus_->publish(schemas::topics::kBroker, schemas::BrokerState{bus_->instance(), {}});
    bus_->join();
  }

  [[nodiscard]] Forwarder& forwarder() { return *forwarder_; }
  [[nodiscard]] Participant& bus() { return *bus_; }
  [[nodiscard]] std::uint64_t counter(const std::string& name) const {
    return forwarder_->counters().at(name);
  }

 private:
  std::unique_ptr<Forwarder> forwarder_;
  std::unique_ptr<Participant> bus_;
};

class BusTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::seconds kWatchdog{30};

  /// A participant that is not on the bus yet; stepped by the loop until the test ends.
  Participant& participant(const std::string& name) {
    auto transport = Transport::connect(endpoints_);
    if (!transport) throw std::runtime_error(transport.error().message);
    return *participants_.emplace_back(std::make_unique<Participant>(std::move(*transport), clock_, name));
  }
  /// A participant that joins, and has joined when this returns.
  Participant& joined(const std::string& name, const std::function<void(Participant&)>& subscribe = {}) {
    auto& one = participant(name);
    if (subscribe) subscribe(one);
    one.join();
    EXPECT_TRUE(run_until([&] { return one.joined(); })) << name << " does not join";
    return one;
  }
  void leave(Participant& gone) {
    std::erase_if(participants_, [&](const auto& one) { return one.get() == &gone; });
  }

  Broker& start_broker(const ShareLimits& share = ShareLimits::mesh(), const WaitingLimits& waiting = {},
                       Rights::Names names = {}) {
    broker_ = std::make_unique<Broker>(endpoints_, clock_, share, waiting, std::move(names));
    return *broker_;
  }

  /// Steps everybody, a packet at a time, until `condition` holds. False: the watchdog ended it.
  bool run_until(const std::function<bool()>& condition) { return run(condition, 20); }
  bool run_until_clock_still(const std::function<bool()>& condition) { return run(condition, 0); }

  test_support::TemporaryFolder folder_;
  Endpoints endpoints_ = Endpoints::in(folder_.path());
  ManualClock clock_;
  std::unique_ptr<Broker> broker_;

 private:
  bool run(const std::function<bool()>& condition, int speed) {
    const auto start = std::chrono::steady_clock::now();
    auto before = start;
    while (!condition()) {
      bool idle = !broker_ || !broker_->bus().step();
      if (broker_) broker_->bus().tick();
      for (std::size_t i = 0; i < participants_.size(); ++i) {
        if (participants_[i]->step()) idle = false;
        participants_[i]->tick();
      }
      if (idle) std::this_thread::yield();
      const auto now = std::chrono::steady_clock::now();
      clock_.advance(speed * (now - before));
      before = now;
      if (now - start > kWatchdog) return false;
    }
    return true;
  }

  std::vector<std::unique_ptr<Participant>> participants_;
};

/// A bare socket to the publishers' side. XPUB, because it tells when the broker's subscription has come:
/// from then on nothing that is sent is lost.
class RawPublisher {
 public:
  explicit RawPublisher(const Endpoints& endpoints) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::sndhwm, 0);
    socket_.set(zmq::sockopt::rcvtimeo, 30000);
    socket_.connect(endpoints.publish);
    zmq::message_t subscription;
    if (!socket_.recv(subscription)) throw std::runtime_error("the broker does not subscribe");
  }
  void send(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      socket_.send(zmq::buffer(frames[i]),
                   i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
  void send(const std::string& topic, const Bytes& payload) {
    send({topic, {payload.begin(), payload.end()}});
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_{context_, zmq::socket_type::xpub};
};

/// A bare socket to the subscribers' side, as any program could open one.
class RawSubscriber {
 public:
  RawSubscriber(const Endpoints& endpoints, const std::string& prefix) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvhwm, 0);
    socket_.set(zmq::sockopt::subscribe, prefix);
    socket_.connect(endpoints.subscribe);
  }
  /// The next packet, if one is there.
  std::optional<Packet> receive() {
    zmq::message_t topic, payload;
    if (!socket_.recv(topic, zmq::recv_flags::dontwait)) return std::nullopt;
    EXPECT_TRUE(topic.more());
    EXPECT_TRUE(socket_.recv(payload));
    EXPECT_FALSE(payload.more());
    const auto* bytes = payload.data<std::uint8_t>();
    return Packet{topic.to_string(), {bytes, bytes + payload.size()}};
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_{context_, zmq::socket_type::sub};
};

}  // namespace synergy::bus
