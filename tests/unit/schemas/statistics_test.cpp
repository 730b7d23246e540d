#include "synergy/base/statistics.hpp"

#include <gtest/gtest.h>

namespace synergy {
namespace {

TEST(Percentile, IsTheValueOfTheNearestRank) {
  const std::vector<double> sorted{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(percentile(sorted, 50), 5);
  EXPECT_EQ(percentile(sorted, 90), 9);
  EXPECT_EQ(percentile(sorted, 91), 10);
  EXPECT_EQ(percentile(sorted, 99), 10);
  EXPECT_EQ(percentile(sorted, 0), 1);
  EXPECT_EQ(percentile(sorted, 100), 10);
}

TEST(Percentile, OfNothingIsZero) { EXPECT_EQ(percentile(std::vector<double>{}, 50), 0); }

TEST(Quartiles, AreValuesWhereTheyFallOnThem) {
  EXPECT_EQ(quartiles({5, 1, 4, 2, 3}), (Quartiles{2, 3, 4}));
  EXPECT_EQ(quartiles({7}), (Quartiles{7, 7, 7}));
}

TEST(Quartiles, AreInterpolatedBetweenTwoValues) {
  EXPECT_EQ(quartiles({4, 1, 3, 2}), (Quartiles{1.75, 2.5, 3.25}));
  EXPECT_EQ(median({10, 20}), 15);
}

TEST(Spread, IsTheWholeRangeInPercentOfTheMedian) {
  EXPECT_EQ(spread_percent({90, 100, 120}), 30);
  EXPECT_EQ(spread_percent({5, 5, 5}), 0);
}

}  // namespace
}  // namespace synergy
