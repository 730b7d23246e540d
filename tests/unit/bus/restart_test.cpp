// The broker goes and comes back: its cache is empty then, and the owners of the states fill it again.
#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

class RestartTest : public BusTest {
 protected:
  /// Ends the broker and starts another at the same endpoints.
  void restart_broker() {
    broker_.reset();
    start_broker();
  }
};

TEST_F(RestartTest, ParticipantsJoinAgainUnderTheNewEpoch) {
  start_broker();
  auto& one = joined("one");
  const auto before = one.epoch();
  EXPECT_EQ(before, broker_->bus().instance());
  restart_broker();
  ASSERT_NE(broker_->bus().instance(), before);
  ASSERT_TRUE(run_until([&] { return one.epoch() != before; }));
  EXPECT_EQ(one.epoch(), broker_->bus().instance());
}

TEST_F(RestartTest, StatesArePublishedAgainAndALateJoinerSeesThem) {
  start_broker();
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/plan", Note{1, {}}));
  ASSERT_TRUE(owner.publish("state/plan", Note{2, {}}));
  ASSERT_TRUE(owner.publish("state/apps", Note{3, {}}));
  const auto before = owner.epoch();
  restart_broker();
  ASSERT_TRUE(run_until([&] { return owner.epoch() != before && broker_->counter("cached.topics") == 3; }));

  std::map<std::string, std::uint64_t> seen;
  joined("late", [&](Participant& bus) {
    for (const std::string topic : {"state/plan", "state/apps"})
      bus.subscribe<Note>(topic,
                          [&, topic](const Envelope&, const Note& note) { seen[topic] = note.number; });
  });
  EXPECT_EQ(seen, (std::map<std::string, std::uint64_t>{{"state/plan", 2}, {"state/apps", 3}}));
}

TEST_F(RestartTest, AStatePublishedWhileTheBrokerIsAwayArrivesWhenItReturns) {
  start_broker();
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/plan", Note{1, {}}));
  broker_.reset();
  ASSERT_TRUE(owner.publish("state/plan", Note{2, {}}));
  start_broker();
  RawSubscriber stranger(endpoints_, "state/plan");
  std::uint64_t latest = 0;
  ASSERT_TRUE(run_until([&] {
    if (const auto packet = stranger.receive()) latest = message_of<Note>(*packet).number;
    return latest == 2;
  }));
}

TEST_F(RestartTest, ASubscriberFromBeforeGetsEventsAfterAndItsStateOnlyOnce) {
  start_broker();
  auto& owner = joined("owner");
  int states = 0;
  std::uint64_t event = 0;
  auto& reader = joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("state/plan", [&](const Envelope&, const Note&) { ++states; });
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note& note) { event = note.number; });
  });
  ASSERT_TRUE(owner.publish("state/plan", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return states == 1; }));
  const auto before = owner.epoch();
  restart_broker();
  ASSERT_TRUE(run_until([&] { return owner.epoch() != before && reader.epoch() != before; }));
  ASSERT_TRUE(
      run_until([&] { return reader.counters().at("bus.repeated") >= 1; }));  // the state was sent again
  ASSERT_TRUE(owner.publish("event/a", Note{9, {}}));
  ASSERT_TRUE(run_until([&] { return event == 9; }));
  EXPECT_EQ(states, 1);
}

TEST_F(RestartTest, ASenderThatRestartedIsHeardFromItsFirstMessage) {
  start_broker();
  std::vector<std::uint64_t> states;
  auto& reader = joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("state/plan",
                        [&](const Envelope&, const Note& note) { states.push_back(note.number); });
  });
  auto* owner = &joined("owner");
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(owner->publish("state/plan", Note{i, {}}));
  ASSERT_TRUE(run_until([&] { return states.size() == 3; }));
  leave(*owner);
  owner = &joined("owner");
  ASSERT_TRUE(owner->publish("state/plan", Note{4, {}}));
  ASSERT_TRUE(run_until([&] { return states.size() >= 4; }));
  EXPECT_EQ(states, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(reader.counters().at("bus.gaps"), 0u);
}

TEST_F(RestartTest, ACommandSentWhileTheBrokerIsAwayIsAnsweredWhenItReturns) {
  start_broker();
  int served = 0;
  joined("server", [&](Participant& bus) {
    bus.serve<Ask>("cmd/server", [&](const Ask& ask) -> Result<Told> {
      ++served;
      return Told{ask.number + 1};
    });
  });
  auto& client = joined("client");
  broker_.reset();
  std::optional<Result<Told>> answer;
  client.call("cmd/server", Ask{41}, std::chrono::minutes(2),
              [&](Result<Told> told) { answer = std::move(told); });
  start_broker();
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().message;
  EXPECT_EQ((*answer)->number, 42u);
  EXPECT_EQ(served, 1);
}

}  // namespace
}  // namespace synergy::bus
