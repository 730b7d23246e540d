// One process that sends or asks far more than its share: what the others notice of it.
//
// All of a test's sockets are of one process, and the broker goes by the process. So each flood is made by a
// child process.
#include <unistd.h>

#include "bus_fixture.hpp"
#include "child.hpp"

namespace synergy::bus {
namespace {

/// Publishes on `topic` as fast as it can, over several connections in turn. It waits where a queue is full.
void flood(const Endpoints& endpoints, const std::string& topic, std::size_t bytes, int connections) {
  zmq::context_t context(1);
  std::vector<zmq::socket_t> sockets;
  for (int i = 0; i < connections; ++i) {
    auto& socket = sockets.emplace_back(context, zmq::socket_type::pub);
    socket.set(zmq::sockopt::xpub_nodrop, true);
    socket.set(zmq::sockopt::sndhwm, 100);
    socket.connect(endpoints.publish);
  }
  const std::string payload(bytes, 'x');
  for (std::size_t i = 0; true; ++i) {
    auto& socket = sockets[i % sockets.size()];
    socket.send(zmq::buffer(topic), zmq::send_flags::sndmore);
    socket.send(zmq::buffer(payload), zmq::send_flags::none);
  }
}

/// Subscribes to `prefix` again and again, over connections that each ask once for all of it.
void ask_for_states(const Endpoints& endpoints, const std::string& prefix) {
  zmq::context_t context(1);
  while (true) {
    zmq::socket_t socket(context, zmq::socket_type::xsub);
    socket.set(zmq::sockopt::linger, 0);
    socket.connect(endpoints.subscribe);
    for (int i = 0; i < 1000; ++i) socket.send(zmq::buffer("\x01" + prefix), zmq::send_flags::none);
    zmq::message_t answer;
    (void)socket.recv(answer);
  }
}

class FloodTest : public BusTest {
 protected:
  /// Events of one participant to another while a child floods: all arrive, in order.
  void expect_events_arrive(int events) {
    std::vector<std::uint64_t> got;
    auto& reader = joined("reader", [&](Participant& bus) {
      bus.subscribe<Note>("event/a", [&](const Envelope&, const Note& note) { got.push_back(note.number); });
    });
    auto& writer = joined("writer");
    std::vector<std::uint64_t> sent;
    for (int i = 1; i <= events; ++i) {
      sent.push_back(std::uint64_t(i));
      ASSERT_TRUE(writer.publish("event/a", Note{std::uint64_t(i), {}}));
      if (i % 10 == 0) {
        ASSERT_TRUE(run_until([&] { return got.size() == sent.size(); })) << "event " << i << " is lost";
      }
    }
    EXPECT_EQ(got, sent);
    EXPECT_EQ(reader.counters().at("bus.gaps"), 0u);
  }
};

TEST_F(FloodTest, AFloodOnTheSameTopicIsSlowedAndDisplacesNobody) {
  Child vandal([&] { flood(endpoints_, "event/a", 64, 1); });
  start_broker();
  ASSERT_TRUE(run_until([&] { return broker_->counter("slowed.flood") > 0; })) << "the flood is not slowed";
  expect_events_arrive(200);
  EXPECT_EQ(broker_->counter("dropped.flood"), 0u) << "who is made to wait loses nothing";
}

TEST_F(FloodTest, AFloodOverManyConnectionsHasOneShareAndTheRestIsDropped) {
  Child vandal([&] { flood(endpoints_, "event/a", 64, 40); });
  start_broker();
  ASSERT_TRUE(run_until([&] { return broker_->counter("dropped.flood") > 0; }))
      << "it is not held to a share";
  expect_events_arrive(100);
}

TEST_F(FloodTest, AFloodOfLargePacketsIsHeldToItsBytes) {
  Child vandal([&] { flood(endpoints_, "event/b", 1u << 20, 1); });
  start_broker();
  ASSERT_TRUE(run_until([&] { return broker_->counter("dropped.flood") > 0; }))
      << "it is not held to a share";
  expect_events_arrive(100);
}

TEST_F(FloodTest, WhoSubscribesAgainAndAgainIsNotSentTheStatesEachTime) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer makes the broker many times slower than the process that floods it";
#endif
  Child vandal([&] { ask_for_states(endpoints_, "state/"); });
  start_broker();
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/large", Note{1, std::string(1u << 20, 'x')}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("unserved.flood") > 0; }));
  expect_events_arrive(50);
  bool served = false;  // others are
  joined("late", [&](Participant& bus) {
    bus.subscribe<Note>("state/large", [&](const Envelope&, const Note&) { served = true; });
  });
  EXPECT_TRUE(served);
}

TEST_F(FloodTest, TheStatesOfAProcessThatEndedMakeRoom) {
  Child hoarder([&] {
    RawPublisher stranger(endpoints_);
    for (std::size_t i = 0; i < kMaxCachedTopics; ++i) stranger.send({"state/x" + std::to_string(i), "x"});
    ::pause();
  });
  start_broker();
  ASSERT_TRUE(run_until([&] { return broker_->counter("cached.topics") == kMaxCachedTopics; }));
  auto& owner = joined("owner");
  ASSERT_TRUE(owner.publish("state/mine", Note{1, {}}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("cached.refused") >= 2; }))
      << "one of its own, and this";
  hoarder.end();
  ASSERT_TRUE(owner.publish("state/mine", Note{2, {}}));
  ASSERT_TRUE(run_until([&] { return broker_->counter("cached.topics") < 10; }));
  std::uint64_t kept = 0;
  joined("late", [&](Participant& bus) {
    bus.subscribe<Note>("state/mine", [&](const Envelope&, const Note& note) { kept = note.number; });
  });
  EXPECT_EQ(kept, 2u);
}

}  // namespace
}  // namespace synergy::bus
