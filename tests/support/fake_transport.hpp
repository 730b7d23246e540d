// A transport that the test holds, and packets as strangers would seal them.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/bus/transport.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/envelope.hpp"

namespace synergy::bus {

using schemas::Bytes;
using schemas::Envelope;

/// What stands in the place of the sockets where a test must see and steer each packet.
class FakeTransport final : public Transport {
 public:
  struct Wire {
    std::vector<std::string> subscriptions;
    std::vector<Packet> sent;
    std::deque<Packet> arriving;
    bool full = false;
    std::uint64_t malformed = 0;
    int waits = 0;
    /// Stands in for waiting where it is set: called whenever nothing has arrived.
    std::function<void()> on_idle;
  };
  explicit FakeTransport(Wire& wire) : wire_(wire) {}

  void subscribe(const std::string& prefix) override { wire_.subscriptions.push_back(prefix); }
  Status send(const std::string& topic, std::span<const std::uint8_t> payload) override {
    if (wire_.full) return Error{ErrorCode::kOverloaded, "full"};
    wire_.sent.push_back({topic, {payload.begin(), payload.end()}});
    return {};
  }
  std::optional<Packet> receive() override {
    if (wire_.arriving.empty()) return std::nullopt;
    auto packet = std::move(wire_.arriving.front());
    wire_.arriving.pop_front();
    return packet;
  }
  [[nodiscard]] std::uint64_t malformed() const override { return wire_.malformed; }
  void wait(std::span<const int> fds) override {
    ++wire_.waits;
    if (!wire_.arriving.empty()) return;
    if (wire_.on_idle) return wire_.on_idle();
    std::vector<pollfd> items;
    for (const int fd : fds) items.push_back({fd, POLLIN, 0});
    (void)::poll(items.data(), items.size(), 30000);
  }

 private:
  Wire& wire_;
};

/// The envelope of a packet.
inline Envelope envelope_of(const Packet& packet) {
  Envelope seen;
  const auto status = schemas::open(packet.payload, [&](const Envelope& envelope, schemas::Node) -> Status {
    seen = envelope;
    return {};
  });
  EXPECT_TRUE(status) << status.error().message;
  return seen;
}

/// The message in a packet; a failed test when it is another one.
template <schemas::Message T>
T message_of(const Packet& packet) {
  T message{};
  const auto status =
      schemas::open(packet.payload, [&](const Envelope& envelope, schemas::Node body) -> Status {
        if (auto readable = schemas::check_readable<T>(envelope); !readable) return readable;
        return schemas::decode(body, message);
      });
  EXPECT_TRUE(status) << status.error().message;
  return message;
}

/// A message as a stranger named `sender` would seal it.
template <schemas::Message T>
Bytes sealed(const T& message, const std::string& sender = "stranger", std::uint64_t sequence = 0,
             const std::string& request_id = {}, UnixTime deadline = {}) {
  Envelope envelope;
  envelope.sender = sender;
  envelope.instance = 1;
  envelope.sequence = sequence;
  envelope.request_id = request_id;
  envelope.deadline_unix_ns = deadline;
  return schemas::seal(envelope, message);
}

}  // namespace synergy::bus
