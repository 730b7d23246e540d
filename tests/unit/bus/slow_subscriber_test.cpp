// Subscribers that take nothing, and more connections than the broker has descriptors for: what the others
// notice.
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "bus_fixture.hpp"
#include "child.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

/// Subscribes to `topic` and never reads.
void take_nothing(const Endpoints& endpoints, const std::string& topic) {
  zmq::context_t context(1);
  zmq::socket_t socket(context, zmq::socket_type::sub);
  socket.set(zmq::sockopt::rcvhwm, 1);
  socket.set(zmq::sockopt::subscribe, topic);
  socket.connect(endpoints.subscribe);
  while (true) ::pause();
}

class SlowSubscriberTest : public BusTest {
 protected:
  static constexpr std::size_t kLarge = 1u << 20;
  static constexpr std::size_t kNever = 1u << 30;

  /// Publishes large packets until `condition` holds.
  bool publish_until(RawPublisher& publisher, const std::function<bool()>& condition) {
    const std::string payload(kLarge, 'x');
    return run_until([&] {
      publisher.send({"event/large", payload});
      return condition();
    });
  }
};

TEST_F(SlowSubscriberTest, OneThatTakesNothingIsCutWhenTooMuchWaitsForIt) {
  Child stalled([&] { take_nothing(endpoints_, "event/large"); });
  start_broker(ShareLimits::none(), {.patient_bytes = 8 * kLarge, .most_bytes = kNever});
  std::vector<std::uint64_t> got;
  joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note& note) { got.push_back(note.number); });
  });
  auto& writer = joined("writer");
  RawPublisher publisher(endpoints_);
  ASSERT_TRUE(publish_until(publisher, [&] { return broker_->counter("waiting.bytes") > 8 * kLarge; }));
  ASSERT_TRUE(run_until([&] { return broker_->counter("cut.slow") > 0; })) << "it is not cut";
  ASSERT_TRUE(run_until([&] {
    (void)writer.publish("event/a", Note{1, {}});
    return broker_->counter("waiting.bytes") < kLarge;
  })) << "what waited for it stays";
  got.clear();
  ASSERT_TRUE(writer.publish("event/a", Note{1000000, {}}));
  ASSERT_TRUE(run_until([&] { return !got.empty() && got.back() == 1000000; })) << "another was cut";
}

TEST_F(SlowSubscriberTest, LargePacketsAreDroppedWhereThereIsNoRoomAndSmallOnesAreNot) {
  Child stalled([&] { take_nothing(endpoints_, "event/large"); });
  start_broker(ShareLimits::none(), {.patient_bytes = kNever, .most_bytes = 16 * kLarge});
  std::size_t got = 0;
  joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++got; });
  });
  auto& writer = joined("writer");
  RawPublisher publisher(endpoints_);
  std::uint64_t most = 0;
  ASSERT_TRUE(publish_until(publisher, [&] {
    most = std::max(most, broker_->counter("waiting.bytes"));
    return broker_->counter("dropped.slow") > 0;
  }));
  EXPECT_LE(most, 16 * kLarge);
  ASSERT_TRUE(writer.publish("event/a", Note{1, {}}));
  EXPECT_TRUE(run_until([&] { return got == 1; }));
}

TEST_F(SlowSubscriberTest, OneThatTakesLittleIsLeftAloneWhileLittleWaits) {
  Child stalled([&] { take_nothing(endpoints_, "event/large"); });
  start_broker(ShareLimits::none(), {.patient_bytes = 64 * kLarge, .most_bytes = kNever});
  RawPublisher publisher(endpoints_);
  ASSERT_TRUE(publish_until(publisher, [&] { return broker_->counter("waiting.bytes") > 8 * kLarge; }));
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until([&] { return std::chrono::steady_clock::now() - start > 3s; }));
  EXPECT_EQ(broker_->counter("cut.slow"), 0u);
  EXPECT_GT(broker_->counter("waiting.bytes"), 8 * kLarge);
}

/// So many more descriptors than are open now may this process have, while this lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    std::size_t open = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++open;
    const rlimit few{open + more, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST_F(SlowSubscriberTest, ConnectionsWithoutDescriptorsAreRefusedAndTheBrokerGoesOn) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the check of virtual calls takes descriptors of its own, and reports where it gets none";
#endif
  int sign[2] = {-1, -1};  // the crowd comes when it can read from this pipe
  ASSERT_EQ(::pipe(sign), 0);
  Child crowd([&] {
    char now = 0;
    if (::read(sign[0], &now, 1) != 1) return;
    zmq::context_t context(1);
    std::vector<zmq::socket_t> sockets;
    for (int i = 0; i < 100; ++i) {
      sockets.emplace_back(context, zmq::socket_type::sub).connect(endpoints_.subscribe);
      sockets.emplace_back(context, zmq::socket_type::pub).connect(endpoints_.publish);
    }
    while (true) ::pause();
  });
  start_broker();
  std::size_t got = 0;
  joined("reader", [&](Participant& bus) {
    bus.subscribe<Note>("event/a", [&](const Envelope&, const Note&) { ++got; });
  });
  auto& writer = joined("writer");
  const auto before = broker_->counter("refused.connections");
  {
    const FewDescriptors few(20);
    ASSERT_EQ(::write(sign[1], "!", 1), 1);
    ASSERT_TRUE(run_until([&] { return broker_->counter("refused.connections") > before + 10; }));
    ASSERT_TRUE(writer.publish("event/a", Note{1, {}}));
    EXPECT_TRUE(run_until([&] { return got == 1; })) << "those who were there go on";
  }
  crowd.end();
  joined("late");
  ::close(sign[0]);
  ::close(sign[1]);
}

}  // namespace
}  // namespace synergy::bus
