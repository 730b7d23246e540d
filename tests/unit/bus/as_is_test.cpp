// Packets as they are: what a recorder sees of the bus, and what a replay puts on it.
#include <gmock/gmock.h>

#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

using ::testing::Contains;
using ::testing::Not;

class AsIsTest : public BusTest {
 protected:
  AsIsTest() { start_broker(); }
};

TEST_F(AsIsTest, ATapOfEverythingSeesStatesOfBeforeCommandsAndAnswersOfOthers) {
  auto& server = joined("server", [](Participant& bus) {
    bus.serve<Ask>("cmd/server", [](const Ask& ask) -> Result<Told> { return Told{ask.number}; });
  });
  ASSERT_TRUE(server.publish("state/x", Note{1, "before the tap"}));
  auto& client = joined("client");
  std::vector<std::string> topics;
  joined("recorder", [&](Participant& bus) {
    bus.tap("", [&](const Packet& packet) { topics.push_back(packet.topic); });
  });
  EXPECT_THAT(topics, Contains("state/x")) << "what the broker kept comes before it has joined";
  std::optional<Result<Told>> answer;
  client.call<Ask>("cmd/server", Ask{7}, std::chrono::seconds(5),
                   [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(client.publish("event/e", Note{2, ""}));
  ASSERT_TRUE(run_until([&] { return std::find(topics.begin(), topics.end(), "event/e") != topics.end(); }));
  EXPECT_THAT(topics, Contains("cmd/server"));
  EXPECT_THAT(topics, Contains("@client/reply"));
}

TEST_F(AsIsTest, APacketArrivesUnchangedAndIsNoStateOfWhoSentIt) {
  std::vector<Packet> seen;
  joined("listener", [&](Participant& bus) {
    bus.tap("state/x", [&](const Packet& packet) { seen.push_back(packet); });
  });
  auto& sender = joined("sender");
  const auto payload = sealed(Note{1, "of long ago"}, "somebody", 17);
  ASSERT_TRUE(sender.publish_as_is("state/x", payload));
  ASSERT_TRUE(run_until([&] { return !seen.empty(); }));
  EXPECT_EQ(seen[0].payload, payload);

  // A broker that restarts is given a participant's own states again, by name: x would come before y.
  ASSERT_TRUE(sender.publish("state/y", Note{2, "its own"}));
  const auto before = sender.epoch();
  broker_.reset();
  start_broker();
  ASSERT_TRUE(run_until([&] { return sender.epoch() != before; }));
  std::vector<std::string> topics;
  joined("late", [&](Participant& bus) {
    bus.tap("state/", [&](const Packet& packet) { topics.push_back(packet.topic); });
  });
  ASSERT_TRUE(run_until([&] { return std::find(topics.begin(), topics.end(), "state/y") != topics.end(); }));
  EXPECT_THAT(topics, Not(Contains("state/x")));
}

TEST(AsIs, AFullQueueIsToldAndNothingIsKept) {
  FakeTransport::Wire wire;
  ManualClock clock;
  Participant bus(std::make_unique<FakeTransport>(wire), clock, "me");
  wire.full = true;
  for (const auto* topic : {"event/x", "state/x", "run/x"}) {
    const auto status = bus.publish_as_is(topic, {1, 2, 3});
    ASSERT_FALSE(status) << topic;
    EXPECT_EQ(status.error().code, ErrorCode::kOverloaded);
  }
  wire.full = false;
  bus.tick();
  EXPECT_TRUE(wire.sent.empty());
  ASSERT_TRUE(bus.publish_as_is("event/x", {1, 2, 3}));
  ASSERT_EQ(wire.sent.size(), 1u);
  EXPECT_EQ(wire.sent[0].payload, (Bytes{1, 2, 3}));
  EXPECT_EQ(bus.publish_as_is("event/x", Bytes(schemas::kMaxMessageBytes + 1)).error().code,
            ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::bus
