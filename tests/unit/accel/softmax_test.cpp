#include "synergy/accel/softmax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace synergy::accel_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int32_t kUnit = 1 << 14;  ///< 1.0 of a 32-bit result

std::vector<std::int16_t> softmax_of(std::vector<std::int32_t> values) { return accel::softmax(values); }

TEST(Softmax, OneValueHasAllTheProbabilityThatFits) { EXPECT_THAT(softmax_of({-7}), ElementsAre(32767)); }

TEST(Softmax, EqualValuesShareEvenly) { EXPECT_THAT(softmax_of({5, 5}), ElementsAre(16384, 16384)); }

// Powers 2^16 and 2^15: 2^32 / 98304 = 43690, halved and quartered.
TEST(Softmax, AUnitBelowHasHalfTheProbability) {
  EXPECT_THAT(softmax_of({3 * kUnit, 2 * kUnit}), ElementsAre(21845, 10922));
}

TEST(Softmax, SixteenUnitsBelowIsNothing) {
  EXPECT_THAT(softmax_of({16 * kUnit, 0, 1}), ElementsAre(32767, 0, 0));
  // Powers 2^16 and 2^2: 2^32 / 65540 = 65532, shifted right by 15.
  EXPECT_THAT(softmax_of({14 * kUnit, 0}), ElementsAre(32766, 1));
}

TEST(Softmax, HalfAUnitRoundsUpInTheSumAndDownInTheShare) {
  // 2^16 + 2^16: the half unit below still counts as a whole power in the sum, and takes half its share.
  EXPECT_THAT(softmax_of({kUnit, kUnit / 2}), ElementsAre(16384, 16384));
  EXPECT_THAT(softmax_of({kUnit, kUnit / 2 - 1}), ElementsAre(21845, 10922));
}

TEST(Softmax, TheLeastAndGreatestValuesDoNotOverflow) {
  EXPECT_THAT(
      softmax_of({std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}),
      ElementsAre(0, 32767));
  EXPECT_THAT(softmax_of({std::numeric_limits<std::int32_t>::min()}), ElementsAre(32767));
}

TEST(Softmax, NoValuesHaveNoProbabilities) { EXPECT_THAT(softmax_of({}), IsEmpty()); }

TEST(Softmax, NarrowWeightsAreScaledUpAndBytesToTheAccumulator) {
  accel_model::Layer layer;
  layer.weight_bits = 2;
  const accel::WideTensor wide{{2, 1, 1}, {-3, 100}};
  EXPECT_THAT(accel::softmax_input(layer, wide), ElementsAre(-192, 6400));
  const accel::Tensor narrow{{2, 1, 1}, {-128, 127}};
  EXPECT_THAT(accel::softmax_input(layer, narrow), ElementsAre(-16384, 16256));
}

}  // namespace
}  // namespace synergy::accel_test
