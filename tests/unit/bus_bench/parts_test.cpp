#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "credits.hpp"
#include "turn.hpp"
#include "watchdog.hpp"

namespace synergy::bus_bench {
namespace {

TEST(TurnPlan, KeepsWhatIsOnItsWayBelowEveryHighWaterMark) {
  for (const std::uint64_t size : {1u, 64u, 1024u, 65536u, unsigned(kLargestPayload)}) {
    const auto plan = plan_turn({}, size);
    EXPECT_GE(plan.window, 1u);
    EXPECT_LT(plan.window, std::uint64_t(bus::kHighWaterMark)) << size;
    EXPECT_LE(plan.window * size, 8u << 20) << size;
    EXPECT_GE(plan.burst, 1u);
    EXPECT_EQ(plan.payload_bytes, size);
  }
}

TEST(TurnPlan, SendsFewerLargeMessagesThanSmallOnes) {
  BusSettings settings;
  settings.burst_bytes = 1 << 20;
  settings.burst_messages = 5000;
  EXPECT_EQ(plan_turn(settings, 64).burst, 5000u);
  EXPECT_EQ(plan_turn(settings, 65536).burst, 16u);
}

TEST(Credits, AreTakenAllAtOnceAndComeBack) {
  Credits credits(5);
  EXPECT_EQ(credits.take(), 5u);
  credits.give(2);
  credits.give(1);
  EXPECT_EQ(credits.take(), 3u);
}

TEST(Credits, WhoWaitsIsWokenByCreditAndByTheEnd) {
  Credits credits(0);
  std::uint64_t first = 0, second = 1;
  std::thread taker([&] {
    first = credits.take();
    second = credits.take();
  });
  credits.give(7);
  credits.close();
  taker.join();
  EXPECT_TRUE(first == 7 || first == 0) << first;  // the end may come before the credit is seen
  EXPECT_EQ(second, 0u);
}

TEST(Watchdog, BarksWhenItsTimeIsOver) {
  const Watchdog patient(std::chrono::hours(1));
  EXPECT_FALSE(patient.barked());
  const Watchdog strict(std::chrono::nanoseconds(1));
  while (!strict.barked()) std::this_thread::yield();
}

/// A path that loses each message after the first `good`.
class LossyPath final : public Path {
 public:
  explicit LossyPath(std::uint64_t good) : good_(good) {}
  void resize(std::uint64_t) override {}
  Status send() override {
    if (sent_ < good_) ++waiting_;
    ++sent_;
    return {};
  }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return sent_; }
  bool receive() override {
    if (waiting_ == 0) return false;
    --waiting_;
    return true;
  }
  /// Until there is a message or never will be: what is found out does not depend on anybody's speed.
  void wait(int) override {
    while (waiting_ == 0 && sent_ < good_) std::this_thread::yield();
  }

 private:
  std::uint64_t good_;
  std::atomic<std::uint64_t> sent_{0}, waiting_{0};
};

TurnPlan small_plan() { return {64, 5, 10, 3}; }

TEST(Turn, WithoutLossHasItsFigures) {
  LossyPath path(15);
  const auto turn = run_turn(path, small_plan());
  ASSERT_TRUE(turn) << turn.error().message;
  EXPECT_GT(turn->p50_us, 0);
  EXPECT_GE(turn->p99_us, turn->p50_us);
  EXPECT_GT(turn->messages_per_second, 0);
}

TEST(Turn, ALostHopIsAnErrorThatCountsThem) {
  LossyPath path(3);
  const auto turn = run_turn(path, small_plan(), std::chrono::milliseconds(1));
  ASSERT_FALSE(turn);
  EXPECT_EQ(turn.error().message, "of 5 messages only 3 arrived");
}

TEST(Turn, ALossInTheBurstIsAnErrorAndEndsThePublisher) {
  LossyPath path(5 + 4);
  const auto turn = run_turn(path, small_plan(), std::chrono::milliseconds(1));
  ASSERT_FALSE(turn);
  EXPECT_EQ(turn.error().message, "of 10 messages only 4 arrived");
}

}  // namespace
}  // namespace synergy::bus_bench
