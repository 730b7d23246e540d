// Joining: who has joined misses nothing, and has the latest state already.
#include <atomic>
#include <thread>

#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

TEST_F(BusTest, WhoHasJoinedGetsTheVeryFirstMessageInTwoHundredRepetitions) {
  start_broker();
  auto& sender = joined("sender");
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const std::string topic =
        "health/" + std::to_string(i);  // telemetry: neither kept nor repeated by anybody
    std::uint64_t got = 0;
    auto& late = joined("late" + std::to_string(i), [&](Participant& bus) {
      bus.subscribe<Note>(topic, [&](const Envelope&, const Note& note) { got = note.number; });
    });
    ASSERT_TRUE(sender.publish(topic, Note{i, {}}));
    ASSERT_TRUE(run_until([&] { return got != 0; })) << "repetition " << i;
    ASSERT_EQ(got, i);
    leave(late);
  }
}

TEST_F(BusTest, ALateJoinerHasTheLastValueOfEveryStateTopicBeforeItHasJoined) {
  constexpr std::uint64_t kTopics = 50;
  start_broker();
  auto& owner = joined("owner");
  for (std::uint64_t value = 1; value <= 3; ++value)
    for (std::uint64_t i = 0; i < kTopics; ++i)
      ASSERT_TRUE(owner.publish("state/" + std::to_string(i), Note{value, {}}));
  ASSERT_TRUE(owner.publish("event/all sent", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("messages.event") == 1; }));

  std::map<std::string, std::uint64_t> seen;
  auto& late = participant("late");
  late.tap("state/", [&](const Packet& packet) {
    if (packet.topic != schemas::topics::kBroker) seen[packet.topic] = message_of<Note>(packet).number;
  });
  late.join();
  ASSERT_TRUE(run_until([&] { return late.joined(); }));
  EXPECT_EQ(seen.size(), kTopics);
  for (const auto& [topic, value] : seen) EXPECT_EQ(value, 3u) << topic;
}

TEST_F(BusTest, TheStateComesBeforeTheJoiningEvenThroughABrokerThatIsNeverIdle) {
  start_broker();
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/plan", Note{7, {}}));
  ASSERT_TRUE(owner.publish("event/all sent", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("messages.event") == 1; }));
  // A thread that sends without end keeps a backlog in the broker, so that it never waits for anything new.
  std::atomic<bool> enough{false};
  std::thread flood([&, endpoints = endpoints_] {
    RawPublisher publisher(endpoints);
    for (std::uint64_t sent = 0; !enough;) {
      if (sent - broker_->counter("messages.telemetry") > 100000) continue;
      for (int burst = 0; burst < 1000; ++burst, ++sent) publisher.send({"health/flood", "x"});
    }
  });
  std::vector<int> without_state;
  for (int i = 0; i < 10; ++i) {
    bool has_state = false;
    auto& late = joined("late" + std::to_string(i), [&](Participant& bus) {
      bus.subscribe<Note>("state/plan", [&](const Envelope&, const Note&) { has_state = true; });
    });
    if (!has_state) without_state.push_back(i);
    leave(late);
  }
  enough = true;
  flood.join();
  EXPECT_EQ(without_state, std::vector<int>());
}

TEST_F(BusTest, APlainSubscriberGetsTheCachedStateWithoutAnyHandshake) {
  start_broker();
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/plan", Note{7, {}}));
  ASSERT_TRUE(owner.publish("event/all sent", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("messages.event") == 1; }));
  RawSubscriber stranger(endpoints_, "state/plan");
  std::optional<Packet> packet;
  ASSERT_TRUE(run_until([&] { return (packet = stranger.receive()).has_value(); }));
  EXPECT_EQ(packet->topic, "state/plan");
  EXPECT_EQ(message_of<Note>(*packet).number, 7u);
}

TEST_F(BusTest, StateSentAgainForOthersIsDeliveredOnce) {
  start_broker();
  auto& owner = joined("owner");
  int states = 0, events = 0;
  auto& reader = joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("state/plan", [&](const Envelope&, const Note&) { ++states; });
    bus.subscribe<Note>("event/end", [&](const Envelope&, const Note&) { ++events; });
  });
  ASSERT_TRUE(owner.publish("state/plan", Note{7, {}}));
  ASSERT_TRUE(run_until([&] { return states == 1; }));
  for (int i = 0; i < 5; ++i) {
    RawSubscriber another(endpoints_,
                          "state/plan");  // its subscription makes the broker send the state again
    ASSERT_TRUE(run_until([&] { return another.receive().has_value(); }));
  }
  ASSERT_TRUE(owner.publish("event/end", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return events == 1; }));
  EXPECT_EQ(states, 1);
  EXPECT_GE(reader.counters().at("bus.repeated"), 5u);
  EXPECT_EQ(reader.counters().at("bus.gaps"), 0u);
}

TEST_F(BusTest, EventsAndTensorsPublishedBeforeJoiningArriveInOrder) {
  auto& early = participant("early");
  for (std::uint64_t i = 1; i <= 100; ++i) {
    ASSERT_TRUE(early.publish("event/a", Note{i, {}}));
    ASSERT_TRUE(early.publish("run/ring", Note{i, {}}));
  }
  start_broker();
  std::vector<std::uint64_t> events, tensors, all;
  for (std::uint64_t i = 1; i <= 101; ++i) all.push_back(i);
  joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note& note) { events.push_back(note.number); });
    bus.subscribe<Note>("run/ring",
                        [&](const Envelope&, const Note& note) { tensors.push_back(note.number); });
  });
  EXPECT_FALSE(early.joined());
  EXPECT_TRUE(events.empty());
  early.join();
  ASSERT_TRUE(run_until([&] { return early.joined(); }));
  ASSERT_TRUE(early.publish("event/a", Note{101, {}}));
  ASSERT_TRUE(early.publish("run/ring", Note{101, {}}));
  ASSERT_TRUE(run_until([&] { return events.size() >= 101 && tensors.size() >= 101; }));
  EXPECT_EQ(events, all);
  EXPECT_EQ(tensors, all);
}

TEST_F(BusTest, JoiningWaitsForABrokerThatComesLater) {
  auto& early = participant("early");
  early.join();
  clock_.advance(std::chrono::seconds(60));
  early.tick();
  EXPECT_FALSE(early.joined());
  start_broker();
  ASSERT_TRUE(run_until([&] { return early.joined(); }));
  EXPECT_EQ(early.epoch(), broker_->bus().instance());
}

TEST_F(BusTest, ASubscriberOfATopicDoesNotGetLongerOnes) {
  start_broker();
  std::vector<std::uint64_t> ring;
  auto& executor = joined("executor/ring", [&](Participant& bus) {
    bus.serve<Ask>("cmd/executor/ring", [&](const Ask& ask) -> Result<Told> {
      ring.push_back(ask.number);
      return Told{ask.number};
    });
  });
  RawPublisher stranger(endpoints_);
  stranger.send("cmd/executor/ring2", sealed(Ask{2}, "stranger", 0, "a"));
  stranger.send("cmd/executor/ring/x", sealed(Ask{3}, "stranger", 0, "b"));
  stranger.send("cmd/executor/ring", sealed(Ask{1}, "stranger", 0, "c"));
  ASSERT_TRUE(run_until([&] { return !ring.empty(); }));
  EXPECT_EQ(ring, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(executor.counters().at("bus.unknown"), 0u);
  EXPECT_EQ(executor.counters().at("bus.invalid"), 0u);
}

TEST_F(BusTest, ATopicThatEndsInASlashStandsForAllBelowIt) {
  start_broker();
  std::vector<std::uint64_t> got;
  joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/result/",
                        [&](const Envelope&, const Note& note) { got.push_back(note.number); });
  });
  RawPublisher stranger(endpoints_);
  stranger.send("event/result", sealed(Note{1, {}}));
  stranger.send("event/results/a", sealed(Note{2, {}}));
  stranger.send("event/result/a", sealed(Note{3, {}}));
  stranger.send("event/result/b/c", sealed(Note{4, {}}));
  ASSERT_TRUE(run_until([&] { return got.size() >= 2; }));
  EXPECT_EQ(got, (std::vector<std::uint64_t>{3, 4}));
}

}  // namespace
}  // namespace synergy::bus
