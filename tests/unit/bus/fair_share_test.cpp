// The share of the broker that each source has, in a time that the test moves.
#include "synergy/bus/fair_share.hpp"

#include <gtest/gtest.h>

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;
using Verdict = FairShare::Verdict;

/// A hundred units a second, ten of them at once, twenty owed.
constexpr ShareLimits kLimits{100, 100ms, 200ms};

class FairShareTest : public ::testing::Test {
 protected:
  /// The verdicts on `packets` of one source at one instant: within, over, far.
  std::array<int, 3> burst(const std::string& source, int packets, std::size_t bytes = 0) {
    std::array<int, 3> verdicts{};
    for (int i = 0; i < packets; ++i) ++verdicts[std::size_t(share_.take(source, bytes, now_))];
    return verdicts;
  }
  FairShare share_{kLimits};
  MonotonicTime now_{1h};
};

TEST_F(FairShareTest, ABurstIsWithinThenOverThenFar) { EXPECT_EQ(burst("a", 50), (std::array{10, 20, 20})); }

TEST_F(FairShareTest, OneSourcesFloodCostsAnotherNothing) {
  burst("a", 50);
  EXPECT_EQ(burst("b", 10), (std::array{10, 0, 0}));
}

TEST_F(FairShareTest, WhoKeepsToTheRateIsWithinForEver) {
  for (int i = 0; i < 1000; ++i, now_ += 10ms) EXPECT_EQ(share_.take("a", 0, now_), Verdict::kWithin) << i;
}

TEST_F(FairShareTest, WhatWasFarIsNotOwed) {
  burst("a", 1000);
  now_ += 200ms;  // pays for the twenty that were over
  EXPECT_EQ(burst("a", 1), (std::array{0, 1, 0}));
  now_ += 300ms;
  EXPECT_EQ(burst("a", 10), (std::array{10, 0, 0}));
}

TEST_F(FairShareTest, BytesCostAsPacketsDo) {
  EXPECT_EQ(burst("a", 3, 9 * kBytesAUnit), (std::array{1, 2, 0}));
  EXPECT_EQ(burst("b", 10, kBytesAUnit - 1), (std::array{10, 0, 0}));
}

TEST_F(FairShareTest, ManySourcesAreForgottenWhenTheyOweNothing) {
  for (std::size_t i = 0; i < 5 * kMaxSources; ++i, now_ += 1ms)
    share_.take("s" + std::to_string(i), 0, now_);
  EXPECT_LE(share_.sources(), kMaxSources + 1);
}

TEST_F(FairShareTest, WhereAllOweNewcomersShareOneAccount) {
  for (std::size_t i = 0; i < kMaxSources; ++i) burst("s" + std::to_string(i), 30);
  EXPECT_EQ(burst("first newcomer", 30), (std::array{10, 20, 0}));
  EXPECT_EQ(burst("second newcomer", 1), (std::array{0, 0, 1}));
  EXPECT_EQ(share_.sources(), kMaxSources + 1);
}

TEST_F(FairShareTest, WithoutLimitsNothingIsOver) {
  FairShare open(ShareLimits::none());
  for (int i = 0; i < 100000; ++i) ASSERT_EQ(open.take("a", 4u << 20, now_), Verdict::kWithin);
}

}  // namespace
}  // namespace synergy::bus
