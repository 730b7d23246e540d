#include <gtest/gtest.h>

#include "synergy/bus_bench/bus_speed.hpp"

namespace synergy::bus_bench {
namespace {

const std::vector<Turn> kBare{{10, 20, 1000}, {20, 40, 500}, {40, 80, 250}};

TEST(Summary, TakesEachPairsRatioBeforeTheirMedian) {
  // The machine slows down from pair to pair; the ratio of neighbours does not change.
  const std::vector<Turn> ours{{20, 25, 900}, {40, 50, 450}, {80, 100, 225}};
  const auto speed = summarize("ours", ours, kBare);
  EXPECT_EQ(speed.path, "ours");
  ASSERT_TRUE(speed.p50_ratio && speed.p99_ratio && speed.rate_ratio);
  EXPECT_DOUBLE_EQ(speed.p50_ratio->lower, 0.5);
  EXPECT_DOUBLE_EQ(speed.p50_ratio->median, 0.5);
  EXPECT_DOUBLE_EQ(speed.p50_ratio->upper, 0.5);
  EXPECT_DOUBLE_EQ(speed.p99_ratio->median, 0.8);
  EXPECT_DOUBLE_EQ(speed.rate_ratio->median, 0.9);
  EXPECT_DOUBLE_EQ(speed.rate_ratio->upper, 0.9);
}

TEST(Summary, GivesQuartilesOfTheAbsoluteFigures) {
  const auto speed = summarize("ours", kBare, std::vector<Turn>(kBare));
  EXPECT_DOUBLE_EQ(speed.p50_us.lower, 15);
  EXPECT_DOUBLE_EQ(speed.p50_us.median, 20);
  EXPECT_DOUBLE_EQ(speed.p50_us.upper, 30);
  EXPECT_DOUBLE_EQ(speed.p99_us.median, 40);
  EXPECT_DOUBLE_EQ(speed.messages_per_second.lower, 375);
  EXPECT_DOUBLE_EQ(speed.messages_per_second.median, 500);
}

TEST(Summary, OfTheBarePathHasNoRatios) {
  const auto speed = summarize("bare", kBare, kBare);
  EXPECT_FALSE(speed.p50_ratio);
  EXPECT_FALSE(speed.p99_ratio);
  EXPECT_FALSE(speed.rate_ratio);
}

}  // namespace
}  // namespace synergy::bus_bench
