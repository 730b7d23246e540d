#include "synergy/client/followed_runs.hpp"

#include <gtest/gtest.h>

namespace synergy::client {
namespace {

TEST(FollowedRuns, EachIsNotedOnce) {
  FollowedRuns runs(10);
  EXPECT_FALSE(runs.note(9)) << "ended before";
  EXPECT_TRUE(runs.note(10));
  EXPECT_FALSE(runs.note(10));
  EXPECT_TRUE(runs.note(11));
  EXPECT_FALSE(runs.note(10));
  EXPECT_EQ(runs.next(), 12u);
  EXPECT_EQ(runs.from(), 10u);
}

TEST(FollowedRuns, TellsWhatIsMissing) {
  FollowedRuns runs(0);
  EXPECT_TRUE(runs.note(0));
  EXPECT_FALSE(runs.has_gaps());
  EXPECT_TRUE(runs.note(3));
  EXPECT_TRUE(runs.has_gaps());
  EXPECT_EQ(runs.next(), 1u);
  EXPECT_TRUE(runs.note(2));
  EXPECT_TRUE(runs.note(1));
  EXPECT_FALSE(runs.has_gaps());
  EXPECT_EQ(runs.next(), 4u);
}

TEST(FollowedRuns, GivesUpARunThatNeverComesInsteadOfGrowing) {
  FollowedRuns runs(0);
  for (std::uint64_t run = 1; run <= kMostRemembered; ++run) EXPECT_TRUE(runs.note(run));
  EXPECT_EQ(runs.next(), 0u);
  EXPECT_TRUE(runs.note(kMostRemembered + 1));
  EXPECT_EQ(runs.next(), kMostRemembered + 2);
  EXPECT_FALSE(runs.has_gaps());
  EXPECT_FALSE(runs.note(5)) << "was noted before";
}

}  // namespace
}  // namespace synergy::client
