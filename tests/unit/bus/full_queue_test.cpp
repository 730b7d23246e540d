// A full queue to the broker: what happens then is decided by the topic's class.
#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

class FullQueueTest : public ::testing::Test {
 protected:
  FullQueueTest() {
    bus_.join();
    wire_.arriving.push_back(
        {"@one/reply", sealed(schemas::Joined{7}, "broker", 0, envelope_of(wire_.sent.back()).request_id)});
    while (bus_.step()) {
    }
    EXPECT_TRUE(bus_.joined());
    wire_.sent.clear();
    wire_.full = true;
  }
  /// There is room again.
  void drain() {
    wire_.full = false;
    bus_.tick();
  }
  [[nodiscard]] std::vector<std::uint64_t> numbers_sent() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& packet : wire_.sent) numbers.push_back(message_of<Note>(packet).number);
    return numbers;
  }

  FakeTransport::Wire wire_;
  ManualClock clock_;
  Participant bus_{std::make_unique<FakeTransport>(wire_), clock_, "one"};
};

TEST_F(FullQueueTest, OfAStateOnlyTheNewestWaits) {
  for (std::uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(bus_.publish("state/plan", Note{i, {}}));
  EXPECT_LE(bus_.next_deadline(), clock_.monotonic() + 1ms);
  drain();
  EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(bus_.next_deadline(), MonotonicTime::max());
}

TEST_F(FullQueueTest, AStateThatWaitedIsNotSentAfterANewerOne) {
  EXPECT_TRUE(bus_.publish("state/plan", Note{1, {}}));
  wire_.full = false;
  EXPECT_TRUE(bus_.publish("state/plan", Note{2, {}}));
  bus_.tick();
  ASSERT_FALSE(wire_.sent.empty());
  EXPECT_EQ(numbers_sent().back(), 2u);  // the broker keeps what comes last
}

TEST_F(FullQueueTest, EventsAndTensorsWaitInOrderAndLaterOnesDoNotOvertake) {
  EXPECT_TRUE(bus_.publish("event/a", Note{1, {}}));
  EXPECT_TRUE(bus_.publish("run/a", Note{2, {}}));
  wire_.full = false;
  EXPECT_TRUE(bus_.publish("event/a", Note{3, {}}));
  bus_.tick();
  EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(FullQueueTest, TheOutboxHasALimitThatIsToldAndCounted) {
  for (std::size_t i = 0; i < kMaxOutbox; ++i) ASSERT_TRUE(bus_.publish("event/a", Note{i, {}}));
  const auto status = bus_.publish("event/a", Note{1, {}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(bus_.counters().at("bus.dropped"), 1u);
  drain();
  EXPECT_EQ(wire_.sent.size(), kMaxOutbox);
  EXPECT_TRUE(bus_.publish("event/a", Note{1, {}}));
}

TEST_F(FullQueueTest, TelemetryIsDroppedAndCounted) {
  const auto status = bus_.publish("health/one", Note{1, {}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(bus_.counters().at("bus.dropped"), 1u);
  drain();
  EXPECT_TRUE(wire_.sent.empty());
}

TEST_F(FullQueueTest, ACommandThatFoundNoRoomIsRepeated) {
  bus_.call("cmd/two", Ask{1}, 5s, [](const Result<Told>&) {});
  EXPECT_TRUE(wire_.sent.empty());
  wire_.full = false;
  clock_.advance(kFirstRetry);
  bus_.tick();
  ASSERT_EQ(wire_.sent.size(), 1u);
  EXPECT_EQ(message_of<Ask>(wire_.sent[0]).number, 1u);
}

TEST_F(FullQueueTest, AnAnswerThatFoundNoRoomIsSentWhenTheCommandIsRepeated) {
  int served = 0;
  bus_.serve<Ask>("cmd/one", [&](const Ask&) -> Result<Told> {
    ++served;
    return Told{1};
  });
  const Packet command{"cmd/one", sealed(Ask{1}, "stranger", 0, "a")};
  wire_.arriving.push_back(command);
  ASSERT_TRUE(bus_.step());
  EXPECT_TRUE(wire_.sent.empty());
  wire_.full = false;
  wire_.arriving.push_back(command);
  ASSERT_TRUE(bus_.step());
  EXPECT_EQ(served, 1);
  ASSERT_EQ(wire_.sent.size(), 1u);
  EXPECT_EQ(message_of<Told>(wire_.sent[0]).number, 1u);
}

TEST_F(FullQueueTest, WhatWaitedIsCountedWhenItIsSent) {
  const auto before = bus_.counters();
  EXPECT_TRUE(bus_.publish("state/plan", Note{1, {}}));
  EXPECT_TRUE(bus_.publish("event/a", Note{2, {}}));
  EXPECT_EQ(bus_.counters().at("bus.sent"), before.at("bus.sent"));
  drain();
  ASSERT_EQ(wire_.sent.size(), 2u);
  EXPECT_EQ(bus_.counters().at("bus.sent"), before.at("bus.sent") + 2);
  EXPECT_EQ(bus_.counters().at("bus.bytes_sent"),
            before.at("bus.bytes_sent") + wire_.sent[0].payload.size() + wire_.sent[1].payload.size());
}

}  // namespace
}  // namespace synergy::bus
