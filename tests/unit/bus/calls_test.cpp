// Commands until their answer: repeated, ended, cancelled.
#include "synergy/bus/calls.hpp"

#include "fake_transport.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;

class CallsTest : public ::testing::Test {
 protected:
  /// Begins a call whose outcome goes to `told`: its answer's first byte, or the error's name.
  void begin(const std::string& id, Duration timeout, Bytes payload = {1}) {
    calls_.begin("cmd/a", std::move(payload), id, timeout, [this, id](const Result<Bytes>& outcome) {
      told_.push_back(
          id + " " + (outcome ? std::to_string(outcome->at(0)) : std::string(name_of(outcome.error().code))));
    });
  }
  void tick_after(Duration time) {
    clock_.advance(time);
    calls_.tick();
  }

  FakeTransport::Wire wire_;
  FakeTransport transport_{wire_};
  Outgoing outgoing_{transport_};
  ManualClock clock_;
  Calls calls_{outgoing_, clock_};
  std::vector<std::string> told_;
};

TEST_F(CallsTest, IsRepeatedAtGrowingIntervalsUntilItsDeadlineAndThenToldOnce) {
  begin("one", 4s);
  EXPECT_EQ(calls_.next_deadline(), clock_.monotonic() + kFirstRetry);
  std::vector<Duration> waits;
  const auto start = clock_.monotonic();
  while (calls_.next_deadline() != MonotonicTime::max()) {
    const auto wait = calls_.next_deadline() - clock_.monotonic();
    waits.push_back(wait);
    tick_after(wait);
  }
  EXPECT_EQ(waits, (std::vector<Duration>{250ms, 500ms, 1s, 2s, 250ms}));
  EXPECT_EQ(clock_.monotonic() - start, 4s);
  EXPECT_EQ(wire_.sent.size(), 5u);
  EXPECT_EQ(told_, (std::vector<std::string>{"one timeout"}));
  EXPECT_EQ(calls_.counters().at("bus.retries"), 4u);
  EXPECT_EQ(calls_.counters().at("bus.timeouts"), 1u);
}

TEST_F(CallsTest, AnAnswerEndsItAndASecondOneFindsNobody) {
  begin("one", 4s);
  calls_.take("one")(Bytes{7});
  EXPECT_EQ(told_, (std::vector<std::string>{"one 7"}));
  EXPECT_FALSE(calls_.take("one"));
  EXPECT_EQ(calls_.counters().at("bus.late_answers"), 1u);
  tick_after(10s);
  EXPECT_EQ(wire_.sent.size(), 1u);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(CallsTest, WhatIsCancelledIsNeitherRepeatedNorTold) {
  begin("one", 4s);
  calls_.cancel("one");
  calls_.cancel("never begun");
  tick_after(10s);
  EXPECT_EQ(wire_.sent.size(), 1u);
  EXPECT_TRUE(told_.empty());
}

TEST_F(CallsTest, WhatIsTooLargeIsToldAtTheNextTickAndNotFromWithin) {
  begin("one", 4s, Bytes(schemas::kMaxMessageBytes + 1));
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(calls_.next_deadline(), clock_.monotonic());
  calls_.tick();
  EXPECT_EQ(told_, (std::vector<std::string>{"one invalid"}));
  EXPECT_TRUE(wire_.sent.empty());
}

TEST_F(CallsTest, WhoIsToldMayBeginAndCancelOthers) {
  calls_.begin("cmd/a", {1}, "first", 1s, [this](const auto&) {
    begin("second", 1s);
    calls_.cancel("other");
  });
  begin("other", 5s);
  tick_after(1s);
  tick_after(1s);
  EXPECT_EQ(told_, (std::vector<std::string>{"second timeout"}));
  EXPECT_EQ(calls_.next_deadline(), MonotonicTime::max());
}

}  // namespace
}  // namespace synergy::bus
