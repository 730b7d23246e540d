// How long a command waits for the dispatcher, and what it shows meanwhile.
#include "synergy/client/patience.hpp"

#include <gtest/gtest.h>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kBegin{100s};

schemas::Health heartbeat(const std::string& note) {
  schemas::Health health;
  health.process = "dispatcher";
  health.note = note;
  return health;
}

TEST(Patience, ShowsWhatIsWaitedForAfterASecondAndThenEverLessOften) {
  Patience patience(kBegin);
  std::vector<Duration> shown;
  for (Duration at = 0ms; at <= 20s; at += 100ms) {
    patience.hear(heartbeat("planning: quick plan"), kBegin + at);
    if (const auto line = patience.show(kBegin + at)) {
      EXPECT_EQ(*line, "planning: quick plan");
      shown.push_back(at);
    }
  }
  EXPECT_EQ(shown, (std::vector<Duration>{1s, 3s, 7s, 15s}));
}

TEST(Patience, ShowsNothingWhereNothingIsKnown) {
  Patience patience(kBegin);
  EXPECT_FALSE(patience.show(kBegin + 5s));
  patience.hear(heartbeat(""), kBegin + 5s);
  EXPECT_FALSE(patience.show(kBegin + 5s));
  patience.hear(heartbeat("switching"), kBegin + 6s);
  EXPECT_EQ(patience.show(kBegin + 6s), "switching");
}

TEST(Patience, LastsForAsLongAsTheDispatcherSaysThatItIsAtIt) {
  Patience patience(kBegin);
  for (Duration at = 0s; at <= 10min; at += 250ms) {
    patience.hear(heartbeat("planning: full plan"), kBegin + at);
    ASSERT_FALSE(patience.over(kBegin + at));
  }
  EXPECT_FALSE(patience.over(kBegin + 10min + kAnswerTime - 1s));
  EXPECT_TRUE(patience.over(kBegin + 10min + kAnswerTime));
}

TEST(Patience, EndsWhereTheDispatcherLivesButIsAtNothing) {
  Patience patience(kBegin);
  for (Duration at = 0s; at < kAnswerTime; at += 250ms) {
    patience.hear(heartbeat(""), kBegin + at);
    ASSERT_FALSE(patience.over(kBegin + at));
  }
  EXPECT_TRUE(patience.over(kBegin + kAnswerTime));
}

}  // namespace
}  // namespace synergy::client
