#include "synergy/execution/turns_seen.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace synergy::execution {
namespace {

TEST(TurnsSeen, KnowsATurnThatComesAgain) {
  TurnsSeen seen;
  EXPECT_TRUE(seen.add(0));
  EXPECT_FALSE(seen.add(0));
  EXPECT_TRUE(seen.add(5));
  EXPECT_TRUE(seen.add(3)) << "turns may overtake each other";
  EXPECT_FALSE(seen.add(3));
  EXPECT_FALSE(seen.add(0));
}

TEST(TurnsSeen, TheOldestThatIsRememberedIsNotOutOfDate) {
  TurnsSeen seen;
  EXPECT_TRUE(seen.add(kTurnsRemembered));
  EXPECT_FALSE(seen.add(0)) << "it never came, but it is out of date";
  EXPECT_TRUE(seen.add(1));
  EXPECT_FALSE(seen.add(1));
}

TEST(TurnsSeen, AJumpForgetsWhatItLeavesBehind) {
  TurnsSeen seen;
  EXPECT_TRUE(seen.add(7));
  constexpr auto kFar = std::uint64_t(1) << 62;
  EXPECT_TRUE(seen.add(kFar));
  EXPECT_FALSE(seen.add(kFar));
  EXPECT_FALSE(seen.add(7));
  EXPECT_TRUE(seen.add(kFar - kTurnsRemembered + 1));
}

/// The definition: all turns that came are kept, and the newest says which are out of date.
TEST(TurnsSeen, AgreesWithASetOnRandomTurns) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    TurnsSeen seen;
    std::set<std::uint64_t> came;
    std::uint64_t around = 0;
    for (int i = 0; i < 5000; ++i) {
      around += random() % 100 == 0 ? random() % (3 * kTurnsRemembered) : random() % 3;
      const auto back = random() % (random() % 10 == 0 ? 2 * kTurnsRemembered : 8);
      const auto turn = around - std::min(around, back);
      const bool out_of_date = !came.empty() && turn + kTurnsRemembered <= *came.rbegin();
      const bool expected = !out_of_date && came.insert(turn).second;
      ASSERT_EQ(seen.add(turn), expected) << "seed " << seed << ", turn " << turn;
    }
  }
}

}  // namespace
}  // namespace synergy::execution
