// Recordings in a few figures.
#include "synergy/intermittent_offline/trace_report.hpp"

#include "cases.hpp"

namespace synergy::intermittent_offline {
namespace {

using namespace std::chrono_literals;

TEST(LongestGap, GoesOnOverTheEnd) {
  EXPECT_EQ(longest_gap(recording(30, {{0, 5}, {10, 0}, {14, 7}}), 1), Duration(4us));
  EXPECT_EQ(longest_gap(recording(30, {{0, 0}, {10, 7}, {22, 0}}), 1), Duration(18us));
  EXPECT_EQ(longest_gap(recording(30, {{0, 3}, {10, 2}, {22, 9}}), 5), Duration(22us)) << "of two rows";
  EXPECT_EQ(longest_gap(recording(30, {{0, 3}}), 3), Duration(0)) << "as much is no gap";
  EXPECT_EQ(longest_gap(recording(30, {{0, 3}, {8, 1}}), 4), std::nullopt);
}

TEST(TraceLine, HasMeansOfMinutes) {
  const auto minute = 60'000'000u;
  // Minutes of 10, 20, 30, 40, 50 uW.
  const auto line = describe_trace(
      recording(
          5 * minute,
          {{0, 10'000}, {minute, 20'000}, {2 * minute, 30'000}, {3 * minute, 40'000}, {4 * minute, 50'000}}),
      15);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->duration_s, 300);
  EXPECT_EQ(line->mean_uw, 30);
  EXPECT_EQ(line->p20_uw, 10);
  EXPECT_EQ(line->median_uw, 30);
  EXPECT_EQ(line->p80_uw, 40);
  EXPECT_EQ(line->longest_gap_s, 60);
  EXPECT_EQ(line->gap_below_uw, 15);
  EXPECT_EQ(line->rows, 5u);
}

TEST(TraceLine, AGapIsLessThanATenthOfTheMeanWhereNothingIsSaid) {
  const auto line = describe_trace(*deploy_folder().harvest("rf-room-1"), {});
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->mean_uw, 248.8, 0.05);
  EXPECT_EQ(line->gap_below_uw, line->mean_uw / 10);
  EXPECT_GT(*line->longest_gap_s, 1) << "off for longer than a second";
  EXPECT_EQ(describe_trace(recording(5, {}), {}).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::intermittent_offline
