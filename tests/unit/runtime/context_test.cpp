// The service loop, over a transport that the test holds: timers, life-cycle, heartbeats and the way to its
// end.
#include "synergy/runtime/context.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "bus_fixture.hpp"
#include "synergy/runtime/body.hpp"

namespace synergy::runtime {
namespace {

using namespace std::chrono_literals;
using bus::FakeTransport;
using bus::Note;
using schemas::Health;
using schemas::LifeCycle;

/// The host's time, until it is frozen: the kernel's timers need real times, and some proofs a clock that
/// stands.
class FreezableClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime monotonic() const override {
    return frozen_ ? *frozen_ : HostClock().monotonic();
  }
  [[nodiscard]] UnixTime unix() const override { return HostClock().unix(); }
  void freeze() { frozen_ = HostClock().monotonic(); }

 private:
  std::optional<MonotonicTime> frozen_;
};

class ContextTest : public ::testing::Test {
 protected:
  ContextTest() {
    EXPECT_EQ(::pipe2(signals_, O_NONBLOCK | O_CLOEXEC), 0);
    context_.emplace("probe", run_, std::make_unique<FakeTransport>(wire_), clock_, log_, signals_[0]);
    context_->at(clock_.monotonic() + 30s, [this] {
      context_->stop(Error{ErrorCode::kTimeout, "the watchdog ended it"});
    });
  }
  ~ContextTest() override {
    context_.reset();
    ::close(signals_[0]);
    ::close(signals_[1]);
  }

  /// A stop signal as the kernel hands it over.
  void send_signal() {
    signalfd_siginfo info{};
    info.ssi_signo = SIGTERM;
    ASSERT_EQ(::write(signals_[1], &info, sizeof info), ssize_t(sizeof info));
  }
  void soon(std::function<void()> handle) { context_->at(clock_.monotonic(), std::move(handle)); }
  void arrive(std::uint64_t number) { wire_.arriving.push_back({"event/a", bus::sealed(Note{number, {}})}); }

  [[nodiscard]] std::vector<Health> heartbeats() const {
    std::vector<Health> all;
    for (const auto& packet : wire_.sent)
      if (packet.topic == "health/probe") all.push_back(bus::message_of<Health>(packet));
    return all;
  }
  /// The states of all heartbeats in order, repeated ones once.
  [[nodiscard]] std::vector<LifeCycle> life() const {
    std::vector<LifeCycle> states;
    for (const auto& health : heartbeats())
      if (states.empty() || states.back() != health.state) states.push_back(health.state);
    return states;
  }

  test_support::TemporaryFolder folder_;
  RunFolder run_ = *RunFolder::open(folder_.path());
  FreezableClock clock_;
  Log log_{"probe", "error", clock_};
  FakeTransport::Wire wire_;
  int signals_[2] = {-1, -1};
  std::optional<Context> context_;
};

TEST_F(ContextTest, TimersRunInTheOrderOfTheirTimes) {
  std::string order;
  const auto now = clock_.monotonic();
  context_->at(now + 20ms, [&] { context_->stop(); });
  context_->at(now + 10ms, [&] { order += 'b'; });
  context_->at(now - 1h, [&] { order += 'a'; });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(order, "ab");
  EXPECT_GE(clock_.monotonic(), now + 20ms);
}

TEST_F(ContextTest, ATimerThatRepeatsGoesOnUntilTheLoopEnds) {
  int times = 0;
  const auto start = clock_.monotonic();
  context_->every(5ms, [&] {
    if (++times == 4) context_->stop();
  });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(times, 4);
  EXPECT_GE(clock_.monotonic() - start, 20ms);
}

TEST_F(ContextTest, WhatAnotherThreadPostsIsCalledFromTheLoopWhichItWakes) {
  const auto loop = std::this_thread::get_id();
  std::thread::id called;
  std::jthread worker;
  soon([&] {
    worker = std::jthread([&] {
      context_->post([&] {
        called = std::this_thread::get_id();
        context_->stop();
      });
    });
  });
  ASSERT_TRUE(context_->run()) << "the loop slept on";
  EXPECT_EQ(called, loop);
}

TEST_F(ContextTest, OnceReadyItTellsWhatItIsAtInItsHeartbeats) {
  context_->tell([] { return std::string("planning"); });
  soon([&] { context_->waiting_for("the body view"); });
  soon([&] { context_->ready(); });
  soon([&] { context_->stop(); });
  ASSERT_TRUE(context_->run());
  for (const auto& health : heartbeats()) {
    if (health.state == LifeCycle::kStarting) {
      EXPECT_NE(health.note, "planning");
    }
    if (health.state == LifeCycle::kReady) {
      EXPECT_EQ(health.note, "planning");
    }
  }
  EXPECT_EQ(life(), (std::vector{LifeCycle::kStarting, LifeCycle::kReady, LifeCycle::kStopped}));
}

TEST_F(ContextTest, AHandlerThatAlwaysAsksForNowDoesNotStarveThePackets) {
  context_->bus().subscribe<Note>("event/a",
                                  [&](const schemas::Envelope&, const Note&) { context_->stop(); });
  std::function<void()> again = [&] { soon([&] { again(); }); };
  again();
  soon([&] { arrive(1); });
  EXPECT_TRUE(context_->run());
}

TEST_F(ContextTest, PacketsThatNeverEndDoNotStarveTimersPostedWorkSignalsOrTheHeartbeat) {
  int timers = 0, posted = 0;
  context_->bus().subscribe<Note>("event/a", [&](const schemas::Envelope&, const Note& note) {
    arrive(note.number + 1);  // there is always another
  });
  context_->busy_while([&] { return timers == 0 || posted == 0 || heartbeats().size() < 4; });
  soon([&] {
    arrive(1);
    send_signal();
    context_->post([&] { ++posted; });
    context_->at(clock_.monotonic() + 1ms, [&] { ++timers; });
  });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(timers, 1);
  EXPECT_EQ(posted, 1);
  EXPECT_EQ(life().back(), LifeCycle::kStopped);
  EXPECT_EQ(wire_.waits, 1) << "while packets are there, it does not wait";
}

TEST_F(ContextTest, ATurnEndsByItsNumberOfPacketsWhereTheClockStands) {
  clock_.freeze();
  std::uint64_t packets = 0;
  context_->bus().subscribe<Note>("event/a", [&](const schemas::Envelope&, const Note& note) {
    packets = note.number;
    arrive(note.number + 1);
  });
  soon([&] {
    arrive(1);
    soon([&] {});
    context_->post([&] { context_->stop(); });
  });
  ASSERT_TRUE(context_->run());
  EXPECT_LE(packets, std::uint64_t(kPacketsATurn));
}

TEST_F(ContextTest, AfterAStopThePacketsThatWaitedGoBeforeTheTimerThatIsOverdue) {
  // As many as a turn that is not late could not handle: each takes a millisecond.
  constexpr std::uint64_t kWaiting = 30;
  static_assert(kWaiting * 1ms > kTurnTime && kWaiting * 4ms < kLongestTurn);
  std::uint64_t handled = 0, handled_before_timer = 0;
  context_->bus().subscribe<Note>("event/a", [&](const schemas::Envelope&, const Note&) {
    ++handled;
    const auto until = clock_.monotonic() + 1ms;
    while (clock_.monotonic() < until) std::this_thread::yield();
  });
  for (std::uint64_t i = 1; i <= kWaiting; ++i) arrive(i);
  context_->at(clock_.monotonic() - 10s, [&] {
    handled_before_timer = handled;
    context_->stop();
  });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(handled_before_timer, kWaiting);
}

TEST_F(ContextTest, TheStatusGivenToStopIsTheOutcome) {
  soon([&] { context_->stop(Error{ErrorCode::kNoFit, "too large"}); });
  const auto status = context_->run();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), (Error{ErrorCode::kNoFit, "too large"}));
}

TEST_F(ContextTest, StopEndsTheLoopWithoutWaitingForAnythingElse) {
  soon([&] { context_->stop(); });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(wire_.waits, 0);
}

TEST_F(ContextTest, PacketsBehindTheOneThatStoppedItAreNotHandled) {
  std::vector<std::uint64_t> got;
  context_->bus().subscribe<Note>("event/a", [&](const schemas::Envelope&, const Note& note) {
    got.push_back(note.number);
    if (note.number == 2) context_->stop();
  });
  for (std::uint64_t i = 1; i <= 3; ++i) arrive(i);
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(got, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(ContextTest, ItAsksToJoinAndTellsItsWholeLife) {
  soon([&] { context_->waiting_for("the store"); });
  soon([&] { context_->ready(); });
  soon([&] { context_->ready(); });  // said once
  soon([&] { send_signal(); });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(life(), (std::vector<LifeCycle>{LifeCycle::kStarting, LifeCycle::kReady, LifeCycle::kDraining,
                                            LifeCycle::kStopped}));
  const auto all = heartbeats();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].note, "");
  EXPECT_EQ(all[1].note, "the store");
  EXPECT_EQ(all[2].note, "");
  for (const auto& health : all) {
    EXPECT_EQ(health.process, "probe");
    EXPECT_EQ(health.pid, ::getpid());
    EXPECT_EQ(health.instance, context_->bus().instance());
    EXPECT_TRUE(health.counters.contains("bus.sent"));
  }
  EXPECT_EQ(wire_.sent.front().topic, "cmd/broker");
}

TEST_F(ContextTest, HeartbeatsGoOnByThemselvesAndCarryTheServicesCounters) {
  std::uint64_t plans = 0;
  context_->report([&] { return std::map<std::string, std::uint64_t>{{"plans", ++plans}}; });
  context_->every(1ms, [&] {
    if (heartbeats().size() >= 3) context_->stop();
  });
  ASSERT_TRUE(context_->run());
  const auto all = heartbeats();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].counters.at("plans"), i + 1);
}

TEST_F(ContextTest, WhileWorkIsLeftItDrains) {
  int work = 3, refused = 0;
  context_->busy_while([&] { return work > 0; });
  context_->on_drain([&] {
    ++refused;
    context_->every(1ms, [&] { --work; });
  });
  context_->ready();
  soon([&] { send_signal(); });
  ASSERT_TRUE(context_->run());
  EXPECT_LE(work, 0);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(life().back(), LifeCycle::kStopped);
}

TEST_F(ContextTest, ASecondSignalEndsTheDrainingAtOnce) {
  int drains = 0, rounds = 0;
  clock_.freeze();  // the drain time never passes: only the signal can end it
  context_->busy_while([&] {
    if (++rounds == 1000) context_->stop(Error{ErrorCode::kTimeout, "it goes on draining"});
    return true;
  });
  context_->on_drain([&] {
    ++drains;
    soon([&] { send_signal(); });
  });
  soon([&] { send_signal(); });
  const auto status = context_->run();
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_EQ(drains, 1);
  EXPECT_EQ(life().back(), LifeCycle::kStopped);
}

TEST_F(ContextTest, WorkThatNeverEndsIsGivenTheDrainTimeAndNoMore) {
  const auto start = clock_.monotonic();
  context_->busy_while([] { return true; });
  soon([&] { send_signal(); });
  ASSERT_TRUE(context_->run());
  EXPECT_GE(clock_.monotonic() - start, kDrainTime);
}

TEST_F(ContextTest, TheFirstBodyViewBeginsWhatWaitsForIt) {
  schemas::BodyView body;
  body.name = "first";
  body.devices = {{DeviceId("ring"), "small", {}, {}}};
  body.device_profiles["small"].mcu_clock_mhz.value = body.device_profiles["small"].cnn_clock_mhz.value = 50;
  body.device_profiles["small"].battery_mwh.emplace().value = 100;
  std::vector<std::string> begun;
  when_body_is_known(*context_, [&](const schemas::BodyView& seen) { begun.push_back(seen.name); });
  EXPECT_EQ(heartbeats().back().note, "the body view");
  for (const char* name : {"first", "second"}) {
    body.name = name;
    wire_.arriving.push_back({"state/body", bus::sealed(body)});
  }
  soon([&] { context_->stop(); });
  ASSERT_TRUE(context_->run());
  EXPECT_EQ(begun, (std::vector<std::string>{"first"}));
}

}  // namespace
}  // namespace synergy::runtime
