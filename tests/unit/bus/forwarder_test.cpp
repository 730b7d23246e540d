// The broker's forwarder among well-behaved and ill-behaved peers: what passes, what is dropped, what is
// counted.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "bus_fixture.hpp"

namespace synergy::bus {
namespace {

class ForwarderTest : public BusTest {
 protected:
  /// Everything that the broker's own participant sends at its beginning has passed, so that counts stand
  /// still.
  ForwarderTest() {
    start_broker();
    EXPECT_TRUE(run_until([&] { return broker_->bus().joined(); }));
    EXPECT_TRUE(broker_->bus().publish("health/begin", Note{1, {}}));
    EXPECT_TRUE(run_until([&] { return broker_->counter("messages.telemetry") == 1; }));
  }

  /// Waits until everything that `publisher` sent has passed the forwarder, by a packet sent after it.
  void pass(RawPublisher& publisher) {
    const auto before = broker_->counter("messages.telemetry");
    publisher.send({"health/end", "x"});
    ASSERT_TRUE(run_until([&] { return broker_->counter("messages.telemetry") > before; }));
  }
};

TEST_F(ForwarderTest, PacketsOfOneOrThreeFramesAreDroppedAndCounted) {
  RawSubscriber all(endpoints_, "event/");
  RawPublisher vandal(endpoints_);
  ASSERT_TRUE(run_until([&] {  // until the subscription is in force
    vandal.send({"event/begin", "x"});
    return all.receive().has_value();
  }));
  const auto before = broker_->counter("dropped.malformed");
  vandal.send({"event/a"});
  vandal.send({"event/a", "b", "c"});
  vandal.send({"event/a", "b", "c", "d"});
  vandal.send({"event/end", "whole"});
  std::vector<std::string> topics;
  ASSERT_TRUE(run_until([&] {
    if (auto packet = all.receive(); packet && packet->topic != "event/begin")
      topics.push_back(packet->topic);
    return !topics.empty();
  }));
  EXPECT_EQ(topics, (std::vector<std::string>{"event/end"}));
  EXPECT_EQ(broker_->counter("dropped.malformed"), before + 3);
}

TEST_F(ForwarderTest, AFloodOfGoodAndBadPacketsPassesInOrderAndIsCounted) {
  RawSubscriber all(endpoints_, "");
  RawPublisher publisher(endpoints_);
  ASSERT_TRUE(run_until([&] {  // until the subscription is in force
    publisher.send({"event/begin", "x"});
    return all.receive().has_value();
  }));
  constexpr int kFlood = 1000;  // many batches of the forwarder, and below every high-water mark
  for (int i = 0; i < kFlood; ++i) {
    if (i % 7 == 0) publisher.send({"event/a"});
    publisher.send({i % 3 == 0 ? "state/a" : "event/a", std::to_string(i)});
  }
  std::vector<std::string> seen, sent;
  for (int i = 0; i < kFlood; ++i) sent.push_back(std::to_string(i));
  ASSERT_TRUE(run_until([&] {
    const auto packet = all.receive();
    if (packet && packet->topic.ends_with("/a"))
      seen.emplace_back(packet->payload.begin(), packet->payload.end());
    return seen.size() == sent.size();
  }));
  EXPECT_EQ(seen, sent);
  EXPECT_EQ(broker_->counter("dropped.malformed"), std::uint64_t((kFlood + 6) / 7));
  RawSubscriber late(endpoints_, "state/a");
  std::optional<Packet> kept;
  ASSERT_TRUE(run_until([&] { return (kept = late.receive()).has_value(); }));
  EXPECT_EQ(std::string(kept->payload.begin(), kept->payload.end()), "999");
}

TEST_F(ForwarderTest, AMessageAboveTheLimitIsDroppedAndOneAtTheLimitPasses) {
  RawPublisher vandal(endpoints_);
  vandal.send({"event/a", std::string(schemas::kMaxMessageBytes + 1, 'x')});
  vandal.send({"event/a", std::string(schemas::kMaxMessageBytes, 'x')});
  pass(vandal);
  EXPECT_EQ(broker_->counter("dropped.malformed"), 1u);
  EXPECT_EQ(broker_->counter("messages.event"), 1u);
  EXPECT_EQ(broker_->counter("bytes.event"), schemas::kMaxMessageBytes);
}

TEST_F(ForwarderTest, ATopicAboveTheLimitOrWithoutLettersIsDroppedAndOneAtTheLimitPasses) {
  RawPublisher vandal(endpoints_);
  const std::string longest = "event/" + std::string(schemas::kMaxTopicBytes - 6, 'a');
  vandal.send({longest + "a", "x"});
  vandal.send({"", "x"});
  vandal.send({longest, "x"});
  pass(vandal);
  EXPECT_EQ(broker_->counter("dropped.malformed"), 2u);
  EXPECT_EQ(broker_->counter("messages.event"), 1u);
}

TEST_F(ForwarderTest, AMessageFarAboveTheLimitCostsItsSenderTheConnectionAndNobodyElse) {
  RawPublisher vandal(endpoints_);
  vandal.send({"event/a", std::string(3 * schemas::kMaxMessageBytes, 'x')});
  RawPublisher other(endpoints_);
  pass(other);
  EXPECT_EQ(broker_->counter("messages.event"), 0u);
}

TEST_F(ForwarderTest, PacketsAreCountedByTheClassOfTheirTopic) {
  const auto before = broker_->forwarder().counters();
  RawPublisher stranger(endpoints_);
  for (const char* topic : {"state/x", "event/x", "event/y", "run/x", "@x/reply"})
    stranger.send({topic, "12345"});
  pass(stranger);
  const auto after = broker_->forwarder().counters();
  const auto grown = [&](const std::string& name) { return after.at(name) - before.at(name); };
  EXPECT_EQ(grown("messages.state"), 1u);
  EXPECT_EQ(grown("messages.event"), 2u);
  EXPECT_EQ(grown("bytes.event"), 10u);
  EXPECT_EQ(grown("messages.run"), 1u);
  EXPECT_GE(grown("messages.direct"), 1u);  // a slow broker counts an answer to somebody else in between
  EXPECT_EQ(grown("messages.telemetry"), 1u);
}

TEST_F(ForwarderTest, OnlyStateIsKept) {
  RawPublisher stranger(endpoints_);
  const auto before = broker_->counter("cached.topics");
  for (const char* topic : {"state/x", "event/x", "run/x", "health/x", "cmd/x", "@x/reply"})
    stranger.send({topic, "kept?"});
  pass(stranger);
  EXPECT_EQ(broker_->counter("cached.topics"), before + 1);
  RawSubscriber late(endpoints_, "");
  std::vector<std::string> topics;
  ASSERT_TRUE(run_until([&] {
    stranger.send({"event/end", "x"});
    if (const auto packet = late.receive()) topics.push_back(packet->topic);
    return !topics.empty() && topics.back() == "event/end";
  }));
  for (const auto& topic : topics)
    EXPECT_TRUE(topic == "state/x" || topic == "state/broker" || topic == "event/end" || topic[0] == '@')
        << topic;
  EXPECT_NE(std::find(topics.begin(), topics.end(), "state/x"), topics.end());
}

TEST_F(ForwarderTest, BeyondTheLimitOnTopicsAStateIsForwardedAndNotKept) {
  RawPublisher stranger(endpoints_);
  const auto kept = broker_->counter("cached.topics");
  for (std::size_t i = kept; i < kMaxCachedTopics; ++i)
    stranger.send({"state/x" + std::to_string(i), "first"});
  pass(stranger);
  EXPECT_EQ(broker_->counter("cached.topics"), kMaxCachedTopics);
  EXPECT_EQ(broker_->counter("cached.refused"), 0u);

  RawSubscriber reader(endpoints_, "state/one more");
  std::optional<Packet> packet;
  ASSERT_TRUE(run_until([&] {
    stranger.send({"state/one more", "x"});
    return (packet = reader.receive()).has_value();
  }));
  EXPECT_EQ(broker_->counter("cached.topics"), kMaxCachedTopics);
  EXPECT_GE(broker_->counter("cached.refused"), 1u);

  stranger.send({"state/x900", "second"});  // a topic that is kept already goes on being kept
  pass(stranger);
  RawSubscriber late(endpoints_, "state/x900");
  ASSERT_TRUE(run_until([&] { return (packet = late.receive()).has_value(); }));
  EXPECT_EQ(std::string(packet->payload.begin(), packet->payload.end()), "second");
}

TEST_F(ForwarderTest, ThoseWhoSubscribeTogetherAreSentAStateTogether) {
  RawPublisher owner(endpoints_);
  owner.send({"state/x", "newest"});
  pass(owner);
  // Each subscription is one newcomer's: what is sent for it goes to all who have the topic already.
  constexpr std::size_t kNewcomers = 500;
  zmq::context_t context(1);
  zmq::socket_t newcomers(context, zmq::socket_type::xsub);
  newcomers.set(zmq::sockopt::linger, 0);
  for (std::size_t i = 0; i < kNewcomers; ++i)
    newcomers.send(zmq::str_buffer("\x01state/x"), zmq::send_flags::none);
  newcomers.connect(endpoints_.subscribe);
  std::size_t copies = 0;
  const auto count = [&] {
    zmq::message_t frame;
    while (newcomers.recv(frame, zmq::recv_flags::dontwait)) copies += frame.more() ? 1 : 0;
  };
  ASSERT_TRUE(run_until([&] {
    count();
    return copies > 0;
  }));
  pass(owner);
  count();
  EXPECT_LT(copies, kNewcomers / 2);
}

TEST_F(ForwarderTest, BeyondTheLimitOnBytesAStateIsNotKeptAndASmallerOneGivesRoomBack) {
  const std::string large(schemas::kMaxMessageBytes, 'x');
  const auto most =
      kMaxCachedBytes / large.size();  // less one, because names and other states need room, too
  broker_.reset();                     // with the share that a mesh has, that many bytes take a while
  start_broker(ShareLimits::none());
  RawPublisher again(endpoints_);
  const auto send = [&](std::size_t number, const std::string& payload) {
    again.send({"state/x" + std::to_string(number), payload});
    pass(again);
  };
  for (std::size_t i = 0; i < most + 3; ++i) send(i, large);
  EXPECT_EQ(broker_->counter("cached.refused"), 4u);
  EXPECT_LE(broker_->counter("cached.bytes"), kMaxCachedBytes);
  EXPECT_GT(broker_->counter("cached.bytes"), kMaxCachedBytes - 2 * large.size());

  const auto topics = broker_->counter("cached.topics");
  send(0, "small");
  send(most + 5, large);
  EXPECT_EQ(broker_->counter("cached.topics"), topics + 1);
  EXPECT_EQ(broker_->counter("cached.refused"), 4u) << "the smaller one gave its room back";

  // A state that has outgrown the room is not kept, and its older one neither.
  send(0, large);
  EXPECT_EQ(broker_->counter("cached.refused"), 5u);
  EXPECT_EQ(broker_->counter("cached.topics"), topics);
}

TEST_F(ForwarderTest, ASignalInItsThreadDoesNotEndIt) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  sigset_t mask, old;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  // The forwarder's thread was begun without this mask, and ZeroMQ's own threads block everything: it is the
  // one that the signal can interrupt.
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &mask, &old), 0);
  RawPublisher stranger(endpoints_);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
    pass(stranger);
  }
  // And while it is at work: signals as fast as they come, packets all the time.
  std::atomic<bool> ends = false;
  std::thread shooter([&] {
    while (!ends) ::kill(::getpid(), SIGUSR1);
  });
  for (int i = 0; i < 300; ++i) pass(stranger);
  ends = true;
  shooter.join();
  // A last signal may still wait for the forwarder's thread; by default it would end the process.
  ASSERT_NE(::signal(SIGUSR1, SIG_IGN), SIG_ERR);
  ASSERT_EQ(::sigaction(SIGUSR1, &before, nullptr), 0);
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &old, nullptr), 0);
}

TEST(ForwarderBind, AFolderThatDoesNotExistIsAnEnvironmentFailure) {
  const test_support::TemporaryFolder folder;
  const auto bound = Forwarder::bind(Endpoints::in(folder / "missing"));
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kEnvironment);
  EXPECT_NE(bound.error().message.find("missing/bus.publish"), std::string::npos) << bound.error().message;
}

TEST(ForwarderBind, APathLongerThanTheSystemAllowsIsRefusedWithAdvice) {
  const test_support::TemporaryFolder folder;
  const auto endpoints = Endpoints::in(folder / std::string(108, 'a'));
  for (const auto& error : {Forwarder::bind(endpoints).error(), Transport::connect(endpoints).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kEnvironment);
    EXPECT_NE(error.message.find("use a shorter run directory"), std::string::npos) << error.message;
  }
}

TEST(ForwarderBind, ThePathMayHaveExactlyAHundredAndSevenBytes) {
  const auto endpoint = [](std::size_t bytes) { return "ipc:///" + std::string(bytes - 1, 'a'); };
  EXPECT_TRUE(check({endpoint(107), endpoint(10)}));
  EXPECT_FALSE(check({endpoint(108), endpoint(10)}));
  EXPECT_FALSE(check({endpoint(10), endpoint(108)}));
}

TEST(TransportReceive, PacketsThatAreNotTwoFramesAreSkippedAndCounted) {
  const test_support::TemporaryFolder folder;
  const auto endpoints = Endpoints::in(folder.path());
  zmq::context_t context(1);
  zmq::socket_t broker(context, zmq::socket_type::xpub);
  broker.set(zmq::sockopt::linger, 0);
  broker.set(zmq::sockopt::rcvtimeo, 30000);
  broker.bind(endpoints.subscribe);
  auto transport = Transport::connect(endpoints);
  ASSERT_TRUE(transport) << transport.error().message;
  (*transport)->subscribe("event/");
  zmq::message_t subscription;
  ASSERT_TRUE(broker.recv(subscription));

  const auto send = [&](const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      broker.send(zmq::buffer(frames[i]),
                  i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  };
  send({"event/one"});
  send({"event/three", "b", "c"});
  send({"event/four", "b", "c", "d"});
  send({"event/two", "payload"});
  std::optional<Packet> packet;
  const auto start = std::chrono::steady_clock::now();
  while (!packet && std::chrono::steady_clock::now() - start < std::chrono::seconds(30)) {
    packet = (*transport)->receive();
    std::this_thread::yield();
  }
  ASSERT_TRUE(packet.has_value());
  EXPECT_EQ(packet->topic, "event/two");
  EXPECT_EQ(std::string(packet->payload.begin(), packet->payload.end()), "payload");
  EXPECT_EQ((*transport)->malformed(), 3u);
  EXPECT_FALSE((*transport)->receive().has_value());
}

TEST(TransportReceive, ABusyParticipantOutlivesABrokerThatDiesWithABacklog) {
  const test_support::TemporaryFolder folder;
  const auto endpoints = Endpoints::in(folder.path());
  auto transport = Transport::connect(endpoints);
  ASSERT_TRUE(transport) << transport.error().message;
  (*transport)->subscribe("event/");
  {
    zmq::context_t context(1);
    zmq::socket_t broker(context, zmq::socket_type::xpub);
    broker.set(zmq::sockopt::linger, 0);
    broker.set(zmq::sockopt::sndhwm, 0);
    broker.set(zmq::sockopt::rcvtimeo, 30000);
    broker.bind(endpoints.subscribe);
    zmq::message_t subscription;
    ASSERT_TRUE(broker.recv(subscription));
    const std::string payload(1000, 'x');
    for (int i = 0; i < 4 * kHighWaterMark; ++i) {
      broker.send(zmq::str_buffer("event/a"), zmq::send_flags::sndmore);
      broker.send(zmq::buffer(payload), zmq::send_flags::none);
    }
    // The first packet shows that they are on their way; the rest stands before the participant's full queue.
    const auto start = std::chrono::steady_clock::now();
    while (!(*transport)->receive() && std::chrono::steady_clock::now() - start < std::chrono::seconds(30))
      std::this_thread::yield();
  }
  // Nothing is taken out for a while, as by a participant that computes. With ZeroMQ's heartbeats on, half a
  // second apart, libzmq 4.3.4 aborts the process here.
  const auto busy_until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1200);
  while (std::chrono::steady_clock::now() < busy_until) std::this_thread::yield();
  EXPECT_TRUE((*transport)->receive().has_value());
}

}  // namespace
}  // namespace synergy::bus
