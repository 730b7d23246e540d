// What is sent and what waits, by the class of the topic.
#include "synergy/bus/outgoing.hpp"

#include "fake_transport.hpp"

namespace synergy::bus {
namespace {

class OutgoingTest : public ::testing::Test {
 protected:
  static Bytes bytes(std::uint8_t value) { return {value}; }
  /// The topics that were sent, in order, each with its first byte: `state/a 1`.
  [[nodiscard]] std::vector<std::string> sent() const {
    std::vector<std::string> all;
    for (const auto& packet : wire_.sent)
      all.push_back(packet.topic + " " + std::to_string(packet.payload.at(0)));
    return all;
  }

  FakeTransport::Wire wire_;
  FakeTransport transport_{wire_};
  Outgoing outgoing_{transport_};
};

TEST_F(OutgoingTest, EventsAndTensorsWaitUntilTheBrokerHasConfirmedStatesAndCommandsDoNot) {
  EXPECT_TRUE(outgoing_.transmit("event/result/a", bytes(1)));
  EXPECT_TRUE(outgoing_.transmit("run/a", bytes(2)));
  EXPECT_TRUE(outgoing_.transmit("cmd/a", bytes(3)));
  EXPECT_TRUE(outgoing_.transmit("state/a", bytes(4)));
  outgoing_.flush();
  EXPECT_EQ(sent(), (std::vector<std::string>{"cmd/a 3", "state/a 4"}));
  EXPECT_FALSE(outgoing_.has_to_flush()) << "nothing can be done about what waits";
  outgoing_.confirmed();
  EXPECT_TRUE(outgoing_.has_to_flush());
  outgoing_.flush();
  EXPECT_EQ(sent(),
            (std::vector<std::string>{"cmd/a 3", "state/a 4", "state/a 4", "event/result/a 1", "run/a 2"}))
      << "a state is sent again to a broker that confirms";
  EXPECT_FALSE(outgoing_.has_to_flush());
}

TEST_F(OutgoingTest, AtAFullQueueTheNewestStateWaitsAndCommandsAreDropped) {
  outgoing_.confirmed();
  wire_.full = true;
  EXPECT_TRUE(outgoing_.transmit("state/a", bytes(1)));
  EXPECT_TRUE(outgoing_.transmit("state/a", bytes(2)));
  for (const auto* topic : {"cmd/a", "@a/reply", "health/a"}) {
    const auto status = outgoing_.transmit(topic, bytes(3));
    ASSERT_FALSE(status) << topic;
    EXPECT_EQ(status.error().code, ErrorCode::kOverloaded);
  }
  EXPECT_EQ(outgoing_.counters().at("bus.dropped"), 3u);
  wire_.full = false;
  outgoing_.flush();
  EXPECT_EQ(sent(), (std::vector<std::string>{"state/a 2"}));
}

TEST_F(OutgoingTest, TheOutboxIsBounded) {
  for (std::size_t i = 0; i < kMaxOutbox; ++i) ASSERT_TRUE(outgoing_.transmit("event/result/a", bytes(1)));
  EXPECT_FALSE(outgoing_.transmit("event/result/a", bytes(2)));
  outgoing_.confirmed();
  outgoing_.flush();
  EXPECT_EQ(wire_.sent.size(), kMaxOutbox);
}

TEST_F(OutgoingTest, WhatIsTooLargeIsRefusedAndWhatIsSentAsItIsIsNotRemembered) {
  EXPECT_EQ(outgoing_.transmit("state/a", Bytes(schemas::kMaxMessageBytes + 1)).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(outgoing_.send_as_is(std::string(schemas::kMaxTopicBytes + 1, 't'), bytes(1)).error().code,
            ErrorCode::kInvalid);
  EXPECT_TRUE(outgoing_.send_as_is("state/a", bytes(5)));
  outgoing_.confirmed();
  EXPECT_EQ(sent(), (std::vector<std::string>{"state/a 5"})) << "sent again as an own state";
  wire_.full = true;
  EXPECT_EQ(outgoing_.send_as_is("event/result/a", bytes(1)).error().code, ErrorCode::kOverloaded);
  wire_.full = false;
  EXPECT_FALSE(outgoing_.has_to_flush());
  EXPECT_EQ(outgoing_.counters().at("bus.sent"), 1u);
  EXPECT_EQ(outgoing_.counters().at("bus.bytes_sent"), 1u);
}

}  // namespace
}  // namespace synergy::bus
