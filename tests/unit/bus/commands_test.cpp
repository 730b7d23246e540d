// Commands: answered, carried out once though repeated, and ended at their deadline.
#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

class CommandTest : public BusTest {
 protected:
  /// A server that answers `number + 1` and notes what it was asked.
  Participant& server(const std::string& name = "server") {
    return joined(name, [this](Participant& bus) {
      bus.serve<Ask>("cmd/server", [this](const Ask& ask) -> Result<Told> {
        asked_.push_back(ask.number);
        return Told{ask.number + 1};
      });
    });
  }
  std::vector<std::uint64_t> asked_;
};

TEST_F(CommandTest, ACommandIsAnswered) {
  start_broker();
  server();
  std::optional<Result<Told>> answer;
  joined("client").call("cmd/server", Ask{1}, 60s, [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().message;
  EXPECT_EQ((*answer)->number, 2u);
  EXPECT_EQ(asked_, (std::vector<std::uint64_t>{1}));
}

// Every packet is seen here: over a real broker the first copy, sent before the cancellation, may come to a
// server as late as it likes.
TEST(CancelledCall, IsNotRepeatedAndNotAnswered) {
  ManualClock clock;
  FakeTransport::Wire wire;
  Participant client(std::make_unique<FakeTransport>(wire), clock, "client");
  bool told = false;
  const auto call = client.call("cmd/server", Ask{1}, 60s, [&](const Result<Told>&) { told = true; });
  clock.advance(10s);
  client.tick();
  ASSERT_GE(wire.sent.size(), 2u) << "not repeated while it waits";
  const std::size_t before = wire.sent.size();

  client.cancel(call);
  client.cancel(call);
  clock.advance(10s);
  client.tick();
  EXPECT_EQ(wire.sent.size(), before);
  wire.arriving.push_back({"@client/reply", sealed(Told{2}, "server", 0, call)});
  EXPECT_TRUE(client.step());
  clock.advance(100s);
  client.tick();
  EXPECT_FALSE(told);
}

TEST_F(CommandTest, AFailureArrivesWithItsCodeAndMessage) {
  start_broker();
  joined("server", [](Participant& bus) {
    bus.serve<Ask>("cmd/server", [](const Ask&) -> Result<Told> {
      return Error{ErrorCode::kNoFit, "too large"};
    });
  });
  std::optional<Result<Told>> answer;
  joined("client").call("cmd/server", Ask{1}, 60s, [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error(), (Error{ErrorCode::kNoFit, "too large"}));
}

TEST_F(CommandTest, ACommandSentTwiceIsCarriedOutOnceAndAnsweredTwiceAlike) {
  start_broker();
  server();
  RawSubscriber answers(endpoints_, "@stranger/");
  RawPublisher stranger(endpoints_);
  const auto bytes = sealed(Ask{5}, "stranger", 0, "request 1");
  std::vector<Packet> got;
  // Each copy is sent when the last one was answered; the first repeatedly, until the subscription is in
  // force.
  ASSERT_TRUE(run_until([&] {
    if (asked_.empty() || got.empty()) stranger.send("cmd/server", bytes);
    if (auto packet = answers.receive()) got.push_back(std::move(*packet));
    return !got.empty();
  }));
  const std::size_t before = got.size();
  stranger.send("cmd/server", bytes);
  stranger.send("cmd/server", bytes);
  ASSERT_TRUE(run_until([&] {
    if (auto packet = answers.receive()) got.push_back(std::move(*packet));
    return got.size() >= before + 2;
  }));
  EXPECT_EQ(asked_, (std::vector<std::uint64_t>{5}));
  for (const auto& packet : got) {
    EXPECT_EQ(packet.topic, "@stranger/reply");
    EXPECT_EQ(packet.payload, got.front().payload);
    EXPECT_EQ(message_of<Told>(packet).number, 6u);
    EXPECT_EQ(envelope_of(packet).request_id, "request 1");
  }
}

TEST_F(CommandTest, WithoutAServerACallEndsExactlyAtItsDeadline) {
  auto& client = participant("client");
  int ended = 0;
  Result<Told> answer = Error{};
  client.call("cmd/nobody", Ask{1}, 5s, [&](Result<Told> told) {
    ++ended;
    answer = std::move(told);
  });
  clock_.advance(5s - 1ns);
  client.tick();
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(client.next_deadline(), clock_.monotonic() + 1ns);
  clock_.advance(1ns);
  client.tick();
  EXPECT_EQ(ended, 1);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (Error{ErrorCode::kTimeout, "no answer on 'cmd/nobody' before the deadline"}));
  client.tick();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(client.counters().at("bus.timeouts"), 1u);
  EXPECT_EQ(client.next_deadline(), MonotonicTime::max());
}

TEST_F(CommandTest, AServerThatAppearsLaterStillAnswers) {
  start_broker();
  auto& client = joined("client");
  std::optional<Result<Told>> answer;
  client.call("cmd/server", Ask{1}, 10min, [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return client.counters().at("bus.retries") >= 3; }));
  EXPECT_FALSE(answer);
  server();
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().message;
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(CommandTest, ACommandPastItsDeadlineIsNotActedOn) {
  start_broker();
  auto& late_server = server();
  RawPublisher stranger(endpoints_);
  stranger.send("cmd/server", sealed(Ask{1}, "stranger", 0, "late", clock_.unix() - 1ns));
  stranger.send("cmd/server", sealed(Ask{2}, "stranger", 0, "in time", clock_.unix() + 1h));
  stranger.send("cmd/server", sealed(Ask{3}, "stranger", 0, "without end"));
  ASSERT_TRUE(run_until_clock_still([&] { return asked_.size() >= 2; }));
  EXPECT_EQ(asked_, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(late_server.counters().at("bus.late"), 1u);
}

TEST_F(CommandTest, AnUnknownMessageToAServedTopicIsAnsweredWithAFailure) {
  start_broker();
  auto& puzzled = server();
  std::optional<Result<schemas::Joined>> answer;
  joined("client").call("cmd/server", schemas::Join{}, 60s,
                        [&](Result<schemas::Joined> joined) { answer = std::move(joined); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error(), (Error{ErrorCode::kInvalid, "'server' does not know the message 'bus.join'"}));
  EXPECT_GE(puzzled.counters().at("bus.unknown"), 1u);
  EXPECT_TRUE(asked_.empty());
}

/// A command of the same name as Ask with another body.
struct WrongAsk {
  std::string number;
  static constexpr schemas::MessageName kMessage{"test.ask"};
  using Reply = Told;
  static void fields(auto& f) { f.required("number", &WrongAsk::number, "as text"); }
};
/// The command Ask as a later program sends it, that this server can not understand.
struct LaterAsk {
  std::uint64_t number = 0;
  static constexpr schemas::MessageName kMessage{"test.ask", 2, 2};
  using Reply = Told;
  static void fields(auto& f) { f.required("number", &LaterAsk::number, "which"); }
};

TEST_F(CommandTest, ACommandWithADamagedBodyIsAnsweredWithTheReasonAndNotActedOn) {
  start_broker();
  auto& careful = server();
  std::optional<Result<Told>> answer;
  joined("client").call("cmd/server", WrongAsk{"seven"}, 60s,
                        [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error(),
            (Error{ErrorCode::kInvalid, "test.ask: number: expected a whole number, found text"}));
  EXPECT_TRUE(asked_.empty());
  EXPECT_GE(careful.counters().at("bus.invalid"), 1u);
}

TEST_F(CommandTest, ACommandThatNeedsANewerReaderIsAnsweredWithThat) {
  start_broker();
  server();
  std::optional<Result<Told>> answer;
  joined("client").call("cmd/server", LaterAsk{7}, 60s, [&](Result<Told> told) { answer = std::move(told); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_NE(answer->error().message.find("needs a reader of version 2"), std::string::npos)
      << answer->error().message;
  EXPECT_TRUE(asked_.empty());
}

TEST_F(CommandTest, DamagedBytesAreCountedAndNotDelivered) {
  start_broker();
  int notes = 0;
  auto& reader = joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++notes; });
  });
  RawPublisher stranger(endpoints_);
  stranger.send({"event/a", "no msgpack \xc1"});
  stranger.send({"event/a", ""});
  auto cut = sealed(Note{1, {}});
  cut.pop_back();
  stranger.send("event/a", cut);
  stranger.send("event/a", sealed(WrongAsk{"x"}));  // a whole message, but another one
  stranger.send("event/a", sealed(Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return notes >= 1; }));
  EXPECT_EQ(notes, 1);
  EXPECT_EQ(reader.counters().at("bus.invalid"), 3u);
  EXPECT_EQ(reader.counters().at("bus.unknown"), 1u);
}

TEST_F(CommandTest, AnAnswerGivenLaterReachesItsCommand) {
  start_broker();
  std::vector<Responder<Ask>> waiting;
  joined("server", [&](Participant& bus) {
    bus.serve<Ask>("cmd/server", [&](const Ask&, Responder<Ask> answer) { waiting.push_back(answer); });
  });
  auto& client = joined("client");
  std::map<std::uint64_t, std::uint64_t> answers;
  for (std::uint64_t i = 0; i < 2; ++i)
    client.call("cmd/server", Ask{i}, 10min,
                [&, i](Result<Told> told) { answers[i] = told ? told->number : 0; });
  ASSERT_TRUE(run_until([&] { return waiting.size() == 2; }));
  ASSERT_TRUE(
      run_until([&] { return client.counters().at("bus.retries") >= 4; }));  // repeated while it is worked on
  EXPECT_EQ(waiting.size(), 2u);
  EXPECT_TRUE(answers.empty());
  waiting[1](Told{11});
  waiting[0](Told{10});
  waiting[0](Told{99});  // the first answer counts
  ASSERT_TRUE(run_until([&] { return answers.size() == 2; }));
  EXPECT_EQ(answers, (std::map<std::uint64_t, std::uint64_t>{{0, 10}, {1, 11}}));
}

}  // namespace
}  // namespace synergy::bus
