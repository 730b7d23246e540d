// One participant over a transport that the test holds in its hands: what it sends, when, and what it
// remembers.
#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

class ParticipantTest : public ::testing::Test {
 protected:
  /// Lets the packet arrive and be handled.
  void arrive(const std::string& topic, const Bytes& payload) {
    wire_.arriving.push_back({topic, payload});
    while (bus_.step()) {
    }
  }
  void arrive_ask(std::uint64_t number, const std::string& request_id) {
    arrive("cmd/one", sealed(Ask{number}, "stranger", 0, request_id));
  }
  /// Confirms the join that is under way, as broker `epoch`.
  void confirm(std::uint64_t epoch) {
    const auto join = std::find_if(wire_.sent.rbegin(), wire_.sent.rend(),
                                   [](const Packet& packet) { return packet.topic == "cmd/broker"; });
    ASSERT_NE(join, wire_.sent.rend());
    arrive("@one/reply", sealed(schemas::Joined{epoch}, "broker", 0, envelope_of(*join).request_id));
  }
  void serve() {
    bus_.serve<Ask>("cmd/one", [this](const Ask& ask) -> Result<Told> {
      asked_.push_back(ask.number);
      return Told{ask.number};
    });
  }
  [[nodiscard]] std::size_t sent_to(const std::string& topic) const {
    return std::size_t(std::count_if(wire_.sent.begin(), wire_.sent.end(),
                                     [&](const Packet& packet) { return packet.topic == topic; }));
  }

  FakeTransport::Wire wire_;
  ManualClock clock_;
  Participant bus_{std::make_unique<FakeTransport>(wire_), clock_, "one"};
  std::vector<std::uint64_t> asked_;
};

TEST_F(ParticipantTest, SubscribesToWhatIsMeantForItAndToTheBrokersState) {
  EXPECT_EQ(wire_.subscriptions, (std::vector<std::string>{"@one/", "state/broker"}));
}

TEST_F(ParticipantTest, EveryInstanceIsAnother) {
  FakeTransport::Wire wire;
  const Participant other(std::make_unique<FakeTransport>(wire), clock_, "one");
  EXPECT_NE(other.instance(), bus_.instance());
  EXPECT_NE(bus_.instance(), 0u);
}

TEST_F(ParticipantTest, MessagesOfATopicAreNumberedFromOneAndCommandsAreNot) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(bus_.publish("health/one", Note{1, {}}));
  ASSERT_TRUE(bus_.publish("health/two", Note{1, {}}));
  bus_.call("cmd/two", Ask{1}, 5s, [](const Result<Told>&) {});
  ASSERT_EQ(wire_.sent.size(), 4u);
  EXPECT_EQ(envelope_of(wire_.sent[0]).sequence, 1u);
  EXPECT_EQ(envelope_of(wire_.sent[1]).sequence, 2u);
  EXPECT_EQ(envelope_of(wire_.sent[2]).sequence, 1u);
  const auto command = envelope_of(wire_.sent[3]);
  EXPECT_EQ(command.sequence, 0u);
  EXPECT_EQ(command.sender, "one");
  EXPECT_EQ(command.instance, bus_.instance());
  EXPECT_EQ(command.sent_unix_ns, clock_.unix());
  EXPECT_EQ(command.deadline_unix_ns, clock_.unix() + 5s);
  EXPECT_FALSE(command.request_id.empty());
}

TEST_F(ParticipantTest, ACommandIsRepeatedAfterTwiceAsLongEachTimeUpToTheLongestPause) {
  const auto start = clock_.monotonic();
  bus_.call("cmd/two", Ask{1}, 10s, [](const Result<Told>&) {});
  std::vector<Duration> times;
  while (clock_.monotonic() - start < 9s) {
    clock_.advance(bus_.next_deadline() - clock_.monotonic());
    bus_.tick();
    times.push_back(clock_.monotonic() - start);
  }
  EXPECT_EQ(times, (std::vector<Duration>{250ms, 750ms, 1750ms, 3750ms, 5750ms, 7750ms, 9750ms}));
  ASSERT_EQ(wire_.sent.size(), 8u);
  for (const auto& packet : wire_.sent) EXPECT_EQ(packet.payload, wire_.sent.front().payload);
  EXPECT_EQ(bus_.counters().at("bus.retries"), 7u);
}

TEST_F(ParticipantTest, AnAnswerAfterTheDeadlineIsCountedAndNotDelivered) {
  int ended = 0;
  bus_.call(
      "cmd/two", Ask{1}, 1s, [&](const Result<Told>&) { ++ended; }, "request");
  clock_.advance(1s);
  bus_.tick();
  arrive("@one/reply", sealed(Told{1}, "two", 0, "request"));
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(bus_.counters().at("bus.late_answers"), 1u);
  EXPECT_EQ(bus_.counters().at("bus.late"), 0u) << "counts commands";
}

TEST_F(ParticipantTest, AnAnswerToAnotherThatATapSeesIsNotItsOwnThatCameLate) {
  std::vector<std::string> topics;
  bus_.tap("", [&](const Packet& packet) { topics.push_back(packet.topic); });
  arrive("@client/reply", sealed(Told{1}, "server", 0, "request of the client"));
  EXPECT_EQ(topics, (std::vector<std::string>{"@client/reply"}));
  EXPECT_EQ(bus_.counters().at("bus.late_answers"), 0u);
}

TEST_F(ParticipantTest, DeadlinesAreTimesOfTheBrokersClock) {
  const auto join_with_broker_at = [this](std::uint64_t epoch, Duration ahead) {
    bus_.join();
    const auto join = envelope_of(wire_.sent.back());
    EXPECT_EQ(join.deadline_unix_ns, UnixTime{}) << "joining is what tells the clock";
    Envelope answer;
    answer.sender = "broker";
    answer.instance = epoch;
    answer.request_id = join.request_id;
    answer.sent_unix_ns = clock_.unix() + ahead;
    arrive("@one/reply", schemas::seal(answer, schemas::Joined{epoch}));
  };
  const auto deadline = [this] {
    bus_.call("cmd/two", Ask{1}, 5s, [](const Result<Told>&) {});
    return envelope_of(wire_.sent.back()).deadline_unix_ns - clock_.unix();
  };
  serve();
  for (const auto ahead : {Duration(3h), Duration(-3h)}) {
    join_with_broker_at(std::uint64_t(ahead > Duration{0} ? 7 : 8), ahead);
    EXPECT_EQ(deadline(), ahead + 5s);
    asked_.clear();
    const auto suffix = std::to_string(ahead.count());
    arrive("cmd/one", sealed(Ask{1}, "x", 0, "in time" + suffix, clock_.unix() + ahead + 1s));
    arrive("cmd/one", sealed(Ask{2}, "x", 0, "late" + suffix, clock_.unix() + ahead - 1s));
    EXPECT_EQ(asked_, (std::vector<std::uint64_t>{1}));
  }
  // What an answer takes on one machine is no difference between clocks.
  join_with_broker_at(9, -1s);
  EXPECT_EQ(deadline(), 5s);
}

TEST_F(ParticipantTest, AnAnswerOfTheWrongKindIsAFailure) {
  std::optional<Result<Told>> answer;
  bus_.call(
      "cmd/two", Ask{1}, 1s, [&](Result<Told> told) { answer = std::move(told); }, "request");
  arrive("@one/reply", sealed(Note{1, {}}, "two", 0, "request"));
  ASSERT_TRUE(answer.has_value());
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().code, ErrorCode::kInvalid);
}

TEST_F(ParticipantTest, ACallbackMayMakeTheNextCall) {
  int timeouts = 0;
  std::function<void()> again = [&] {
    bus_.call("cmd/two", Ask{1}, 1s, [&](const Result<Told>&) {
      if (++timeouts < 3) again();
    });
  };
  again();
  for (int i = 0; i < 5; ++i) {
    clock_.advance(1s);
    bus_.tick();
  }
  EXPECT_EQ(timeouts, 3);
}

TEST_F(ParticipantTest, AHandlerMayAddSubscriptionsAndTapsWhileItRuns) {
  int notes = 0, taps = 0;
  std::string remembered = "a text too long to stand inside the handler itself";
  bus_.subscribe<Note>("event/a", [&, remembered](const Envelope&, const Note&) {
    for (int i = 0; i < 100; ++i)
      bus_.subscribe<Note>("event/" + std::to_string(i), [](const Envelope&, const Note&) {});
    notes += int(remembered.size());
  });
  bus_.tap("event/", [&](const Packet&) {
    for (int i = 0; i < 100; ++i) bus_.tap("state/" + std::to_string(i), [](const Packet&) {});
    ++taps;
  });
  arrive("event/a", sealed(Note{1, {}}));
  EXPECT_EQ(notes, int(remembered.size()));
  EXPECT_EQ(taps, 1);
}

TEST_F(ParticipantTest, ATapSeesEveryPacketOfItsPrefixAsItCame) {
  std::vector<std::string> seen;
  bus_.tap("event/",
           [&](const Packet& packet) { seen.emplace_back(packet.payload.begin(), packet.payload.end()); });
  arrive("event/a", Bytes{'d', 'a', 'm', 'a', 'g', 'e', 'd'});
  arrive("state/a", Bytes{'x'});
  EXPECT_EQ(seen, (std::vector<std::string>{"damaged"}));
}

TEST_F(ParticipantTest, ACommandWithANewRequestIdIsAnotherCommand) {
  serve();
  arrive_ask(1, "a");
  arrive_ask(1, "b");
  arrive_ask(1, "a");
  EXPECT_EQ(asked_.size(), 2u);
  EXPECT_EQ(sent_to("@stranger/reply"), 3u);
}

TEST_F(ParticipantTest, TheSameRequestIdFromAnotherSenderIsAnotherCommand) {
  serve();
  arrive("cmd/one", sealed(Ask{1}, "first", 0, "a"));
  arrive("cmd/one", sealed(Ask{2}, "second", 0, "a"));
  EXPECT_EQ(asked_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(ParticipantTest, AnAnswerIsKeptForItsLifeAndNotLonger) {
  serve();
  arrive_ask(1, "a");
  clock_.advance(kAnswerLife - 1ns);
  arrive_ask(2, "b");
  arrive_ask(1, "a");
  EXPECT_EQ(asked_.size(), 2u);
  clock_.advance(1ns);
  arrive_ask(3, "c");  // forgetting happens when a new command comes
  arrive_ask(1, "a");
  EXPECT_EQ(asked_.size(), 4u);
}

TEST_F(ParticipantTest, BeyondTheLimitOnAnswersTheOldestIsForgotten) {
  serve();
  for (std::size_t i = 0; i <= kMaxAnswers; ++i) arrive_ask(i, std::to_string(i));
  ASSERT_EQ(asked_.size(), kMaxAnswers + 1);
  arrive_ask(1, "1");
  EXPECT_EQ(asked_.size(), kMaxAnswers + 1);
  arrive_ask(0, "0");
  EXPECT_EQ(asked_.size(), kMaxAnswers + 2);
}

/// A command whose answer is large.
struct Fetch {
  std::uint64_t bytes = 0;
  static constexpr schemas::MessageName kMessage{"test.fetch"};
  using Reply = Note;
  static void fields(auto& f) { f.required("bytes", &Fetch::bytes, "how many"); }
};

TEST_F(ParticipantTest, BeyondTheLimitOnBytesTheOldestAnswersAreForgotten) {
  int fetched = 0;
  bus_.serve<Fetch>("cmd/one", [&](const Fetch& fetch) -> Result<Note> {
    ++fetched;
    return Note{0, std::string(fetch.bytes, 'x')};
  });
  const auto fetch = [&](const std::string& id) {
    arrive("cmd/one", sealed(Fetch{kMaxAnswerBytes / 5}, "s", 0, id));
  };
  for (const char* id : {"a", "b", "c", "d", "e", "f"}) fetch(id);
  EXPECT_EQ(fetched, 6);
  fetch("f");
  EXPECT_EQ(fetched, 6);
  fetch("a");
  EXPECT_EQ(fetched, 7);
}

TEST_F(ParticipantTest, AMessageLargerThanTheBrokerForwardsIsRefusedWithItsSize) {
  for (const char* topic : {"event/a", "state/a", "run/a", "health/a"}) {
    const auto sent = bus_.publish(topic, Note{1, std::string(schemas::kMaxMessageBytes, 'x')});
    ASSERT_FALSE(sent) << topic;
    EXPECT_EQ(sent.error().code, ErrorCode::kInvalid);
    EXPECT_NE(sent.error().message.find("at most 4194304"), std::string::npos) << sent.error().message;
  }
  EXPECT_FALSE(bus_.publish("event/" + std::string(schemas::kMaxTopicBytes, 'a'), Note{1, {}}));
  EXPECT_TRUE(wire_.sent.empty());
}

TEST_F(ParticipantTest, ACommandThatIsTooLargeFailsAtOnceButNotFromWithinTheCall) {
  std::optional<Result<Note>> answer;
  bus_.call("cmd/" + std::string(schemas::kMaxTopicBytes, 'a'), Fetch{1}, 60s,
            [&](Result<Note> note) { answer = std::move(note); });
  EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(bus_.next_deadline(), clock_.monotonic());
  bus_.tick();
  ASSERT_TRUE(answer.has_value());
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(wire_.sent.empty());
}

TEST_F(ParticipantTest, AnAnswerThatIsTooLargeBecomesAFailureThatSaysSo) {
  bus_.serve<Fetch>("cmd/one", [](const Fetch& fetch) -> Result<Note> {
    return Note{0, std::string(fetch.bytes, 'x')};
  });
  arrive("cmd/one", sealed(Fetch{schemas::kMaxMessageBytes}, "s", 0, "a"));
  ASSERT_EQ(sent_to("@s/reply"), 1u);
  const auto failure = message_of<schemas::Failure>(wire_.sent.back());
  EXPECT_EQ(failure.code, "invalid");
  EXPECT_NE(failure.message.find("at most 4194304"), std::string::npos) << failure.message;
}

TEST_F(ParticipantTest, AnErrorThatQuotesMegabytesIsCutShort) {
  bus_.serve<Ask>("cmd/one", [](const Ask&) -> Result<Told> {
    return Error{ErrorCode::kInvalid, std::string(2 * schemas::kMaxMessageBytes, 'x')};
  });
  arrive_ask(1, "a");
  ASSERT_EQ(sent_to("@stranger/reply"), 1u);
  EXPECT_LT(wire_.sent.back().payload.size(), 10'000u);
}

TEST_F(ParticipantTest, ACommandWithoutARequestIdIsRefusedEveryTime) {
  serve();
  arrive_ask(1, "");
  arrive_ask(2, "");
  EXPECT_TRUE(asked_.empty());
  ASSERT_EQ(sent_to("@stranger/reply"), 2u);
  EXPECT_NE(message_of<schemas::Failure>(wire_.sent.back()).message.find("request_id"), std::string::npos);
  EXPECT_EQ(bus_.counters().at("bus.invalid"), 2u);
}

TEST_F(ParticipantTest, EverySubscriptionToAMessageIsCalled) {
  int exact = 0, prefix = 0;
  bus_.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++exact; });
  bus_.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++exact; });
  bus_.subscribe<Note>("event/", [&](const Envelope&, const Note&) { ++prefix; });
  arrive("event/a", sealed(Note{1, {}}));
  arrive("event/b", sealed(Note{1, {}}));
  EXPECT_EQ(exact, 2);
  EXPECT_EQ(prefix, 2);
}

TEST_F(ParticipantTest, JoiningIsAskedAgainWithoutEnd) {
  bus_.join();
  bus_.join();
  EXPECT_EQ(sent_to("cmd/broker"), 1u);
  for (int i = 0; i < 100; ++i) {
    clock_.advance(bus_.next_deadline() - clock_.monotonic());
    bus_.tick();
  }
  EXPECT_GT(sent_to("cmd/broker"), 50u);
  EXPECT_FALSE(bus_.joined());
  confirm(7);
  EXPECT_EQ(bus_.epoch(), 7u);
}

TEST_F(ParticipantTest, AnotherEpochInTheBrokersStateMakesItJoinAgainAndPublishItsStatesAgain) {
  ASSERT_TRUE(bus_.publish("state/plan", Note{3, {}}));
  bus_.join();
  confirm(7);
  const auto before = sent_to("state/plan");
  arrive("state/broker", sealed(schemas::BrokerState{7, {}}, "broker", 1));
  EXPECT_EQ(sent_to("cmd/broker"), 1u);
  arrive("state/broker", sealed(schemas::BrokerState{9, {}}, "broker", 2));
  EXPECT_EQ(sent_to("cmd/broker"), 2u);
  confirm(9);
  EXPECT_EQ(bus_.epoch(), 9u);
  EXPECT_EQ(sent_to("state/plan"), before + 1);
}

TEST_F(ParticipantTest, RepeatedEventsAreDeliveredAndRepeatedStateIsNot) {
  int events = 0, states = 0;
  bus_.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++events; });
  bus_.subscribe<Note>("state/a", [&](const Envelope&, const Note&) { ++states; });
  for (const char* topic : {"event/a", "state/a"})
    for (int i = 0; i < 2; ++i) arrive(topic, sealed(Note{1, {}}, "two", 4));
  EXPECT_EQ(events, 2);
  EXPECT_EQ(states, 1);
  EXPECT_EQ(bus_.counters().at("bus.repeated"), 2u);
}

TEST_F(ParticipantTest, MissedMessagesAreCounted) {
  bus_.subscribe<Note>("event/a", [](const Envelope&, const Note&) {});
  for (const std::uint64_t sequence : {1, 2, 6}) arrive("event/a", sealed(Note{1, {}}, "two", sequence));
  EXPECT_EQ(bus_.counters().at("bus.gaps"), 3u);
}

TEST_F(ParticipantTest, PacketsThatTheTransportFoundMalformedAreCountedAsInvalid) {
  wire_.malformed = 3;
  EXPECT_EQ(bus_.counters().at("bus.invalid"), 3u);
}

TEST_F(ParticipantTest, ReceivedAndSentBytesAreCounted) {
  arrive("event/a", Bytes(10));
  ASSERT_TRUE(bus_.publish("health/one", Note{1, {}}));
  EXPECT_EQ(bus_.counters().at("bus.received"), 1u);
  EXPECT_EQ(bus_.counters().at("bus.bytes_received"), 10u);
  EXPECT_EQ(bus_.counters().at("bus.sent"), 1u);
  EXPECT_EQ(bus_.counters().at("bus.bytes_sent"), wire_.sent[0].payload.size());
}

}  // namespace
}  // namespace synergy::bus
