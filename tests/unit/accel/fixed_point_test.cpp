#include "synergy/accel/fixed_point.hpp"

#include <gtest/gtest.h>

namespace synergy::accel {
namespace {

TEST(RoundHalfUp, TiesGoTowardsPlusInfinityOnBothSigns) {
  EXPECT_EQ(round_half_up(64, 0), 1);
  EXPECT_EQ(round_half_up(-64, 0), 0);
  EXPECT_EQ(round_half_up(192, 0), 2);
  EXPECT_EQ(round_half_up(-192, 0), -1);
}

TEST(RoundHalfUp, NextToATieTheNearestWins) {
  EXPECT_EQ(round_half_up(63, 0), 0);
  EXPECT_EQ(round_half_up(-65, 0), -1);
  EXPECT_EQ(round_half_up(-63, 0), 0);
}

TEST(RoundHalfUp, AShiftOfSevenKeepsTheAccumulator) {
  for (const int value : {-128, -1, 0, 1, 127}) EXPECT_EQ(round_half_up(value, 7), value);
}

TEST(RoundHalfUp, TiesOfRightShiftsGoUpToo) {
  EXPECT_EQ(round_half_up(128, -1), 1);    // 0.5
  EXPECT_EQ(round_half_up(-128, -1), 0);   // -0.5
  EXPECT_EQ(round_half_up(-384, -1), -1);  // -1.5
}

TEST(RoundHalfUp, TheGreatestShiftsStayExact) {
  EXPECT_EQ(round_half_up(2'000'000'000, 15), 512'000'000'000);
  EXPECT_EQ(round_half_up(-2'000'000'000, 15), -512'000'000'000);
  EXPECT_EQ(round_half_up(1 << 21, -15), 1);  // exactly one half
  EXPECT_EQ(round_half_up((1 << 21) - 1, -15), 0);
  EXPECT_EQ(round_half_up(-(1 << 21), -15), 0);
  EXPECT_EQ(round_half_up(-(1 << 21) - 1, -15), -1);
}

TEST(Requantize, SaturatesAfterRounding) {
  EXPECT_EQ(requantize(16319, 0), 127);
  EXPECT_EQ(requantize(16320, 0), 127);
  EXPECT_EQ(requantize(1 << 27, 0), 127);
  EXPECT_EQ(requantize(-16448, 0), -128);  // -128.5 rounds up to -128
  EXPECT_EQ(requantize(-16449, 0), -128);
  EXPECT_EQ(requantize(-(1 << 27), 15), -128);
}

TEST(Relu, LeavesNoNegativeValue) {
  EXPECT_EQ(relu(-128), 0);
  EXPECT_EQ(relu(-1), 0);
  EXPECT_EQ(relu(0), 0);
  EXPECT_EQ(relu(127), 127);
}

TEST(AverageTowardZero, TruncatesBothSigns) {
  EXPECT_EQ(average_toward_zero(-1, 4), 0);
  EXPECT_EQ(average_toward_zero(-5, 2), -2);
  EXPECT_EQ(average_toward_zero(5, 2), 2);
  EXPECT_EQ(average_toward_zero(-128 * 256, 256), -128);
}

}  // namespace
}  // namespace synergy::accel
