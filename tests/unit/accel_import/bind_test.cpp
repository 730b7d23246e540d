// Tensors bound to layers: widths, scales, shifts, kernels that are turned, and what is refused.
#include "synergy/accel_import/bind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "import_fixtures.hpp"

namespace synergy::accel_import {
namespace {

using schemas::Operator;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

WeightSlot slot(Operator op = Operator::kConv2d, std::uint32_t rows = 3, std::uint32_t columns = 3) {
  WeightSlot made;
  made.label = "layer 0";
  made.op = op;
  made.kernel_rows = rows;
  made.kernel_columns = columns;
  return made;
}

Result<BoundNetwork> bind(std::vector<CheckpointTensor> tensors, std::vector<WeightSlot> slots,
                          bool binary = false) {
  return bind_weights(checkpoint_of(std::move(tensors)), slots, binary);
}

BoundWeights bound(std::vector<CheckpointTensor> tensors, const WeightSlot& one, bool binary = false) {
  auto made = bind(std::move(tensors), {one}, binary);
  EXPECT_TRUE(made) << made.error().message;
  return made ? made->layers.at(0) : BoundWeights{};
}

std::string error_of(std::vector<CheckpointTensor> tensors, std::vector<WeightSlot> slots,
                     bool binary = false) {
  const auto made = bind(std::move(tensors), std::move(slots), binary);
  if (made) return "no error";
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  return made.error().message;
}

TEST(Binding, TheNthWeightsBelongToTheNthLayerThatHasSome) {
  const auto made = bind({filled("b.op.weight", {2, 1, 3, 3}, 5), filled("b.shift_quantile", {1}, 1),
                          filled("a.weight", {4, 2}, -6)},
                         {slot(), slot(Operator::kLinear, 1, 1)});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->layers.at(0).key, "b.op.weight");
  EXPECT_THAT(made->layers.at(0).shape, ElementsAre(2, 1, 3, 3));
  EXPECT_EQ(made->layers.at(0).in_channels, 1u);
  EXPECT_EQ(made->layers.at(0).out_channels, 2u);
  EXPECT_THAT(made->layers.at(1).shape, ElementsAre(4, 2));
  EXPECT_THAT(made->layers.at(1).values, Each(-6));
}

TEST(Binding, FewerWeightsThanLayersAreRefused) {
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 2)}, {slot(Operator::kLinear, 1, 1), slot()}),
              HasSubstr("has 2 layers with weights, x.pth.tar has weights of 1"));
}

TEST(Binding, MoreWeightsThanLayersAreNamedAndNotLookedAt) {
  const auto made = bind({filled("a.weight", {1, 1}, 2), filled("module.a.weight", {1, 1}, 2),
                          filled("head.fc.weight", {7, 7}, 0.5), unreadable("norm.weight", "of no use"),
                          filled("norm.bias", {1}, 1)},
                         {slot(Operator::kLinear, 1, 1)});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->layers.size(), 1u);
  EXPECT_THAT(made->spare, ElementsAre("head.fc.weight", "norm.weight"));
}

TEST(Binding, OnlyWhatALayerHasMustBeReadable) {
  const auto problem = [](const std::string& key) { return unreadable(key, "is of no use"); };
  const std::vector<CheckpointTensor> tensors{filled("a.op.weight", {1, 1}, 2), problem("a.clamp_activation"),
                                              problem("a.bias_bits"), problem("b.op.bias")};
  EXPECT_THAT(bound(tensors, slot(Operator::kLinear, 1, 1)).values, ElementsAre(2));
  for (const std::string key : {"a.weight_bits", "a.output_shift", "a.op.bias"}) {
    auto with = tensors;
    with.push_back(problem(key));
    EXPECT_THAT(error_of(with, {slot(Operator::kLinear, 1, 1)}), HasSubstr(key + ": is of no use"));
  }
  EXPECT_THAT(error_of({problem("a.op.weight")}, {slot()}),
              HasSubstr("layer 0: x.pth.tar: a.op.weight: is of no use"));
}

TEST(Binding, OfANetworkThatStandsTwiceTheFirstCountsAndAnotherBiasIsLost) {
  const auto made = bound({filled("module.a.op.weight", {1, 1}, 3), filled("a.op.weight", {1, 1}, 4),
                           filled("a.op.bias", {1}, 128)},
                          slot(Operator::kLinear, 1, 1));
  EXPECT_THAT(made.values, ElementsAre(3));
  EXPECT_TRUE(made.bias.empty());
}

TEST(Binding, TheBiasIsScaledByTheWidthOfTheCheckpointAndRoundedDown) {
  const auto bias = [](double bits, std::vector<double> values) {
    return bound({filled("a.op.weight", {3, 1}, -1), filled("a.weight_bits", {1}, bits),
                  tensor_of("a.op.bias", {3}, std::move(values))},
                 slot(Operator::kLinear, 1, 1))
        .bias;
  };
  EXPECT_THAT(bias(8, {-16384, 16320, 127}), ElementsAre(-128, 127, 0));
  EXPECT_THAT(bias(8, {-1, 256, 128}), ElementsAre(-1, 2, 1));
  EXPECT_THAT(bias(4, {-8, 1016, 15}), ElementsAre(-1, 127, 1));
  EXPECT_THAT(bias(1, {-128, 127, 3}), ElementsAre(-128, 127, 3));
}

TEST(Binding, WithoutAStatedWidthWeightsHaveEightBits) {
  const auto made = bound({filled("a.op.weight", {1, 1}, 100), tensor_of("a.op.bias", {1}, {640})},
                          slot(Operator::kLinear, 1, 1));
  EXPECT_EQ(made.width.bits, 8u);
  EXPECT_THAT(made.bias, ElementsAre(5));
}

TEST(Binding, ABiasOfZerosIsNone) {
  EXPECT_TRUE(
      bound({filled("a.op.weight", {2, 1}, 1), filled("a.op.bias", {2}, 0)}, slot(Operator::kLinear, 1, 1))
          .bias.empty());
}

TEST(Binding, ABiasThatIsNotWantedIsLeftOut) {
  auto without = slot(Operator::kLinear, 1, 1);
  without.use_bias = false;
  EXPECT_TRUE(bound({filled("a.op.weight", {1, 1}, 1), filled("a.op.bias", {1}, 512)}, without).bias.empty());
}

TEST(Binding, TheDescriptionsWidthAndShiftGoBeforeTheCheckpoints) {
  const std::vector<CheckpointTensor> tensors{
      filled("a.op.weight", {1, 1}, 1), filled("a.weight_bits", {1}, 4), filled("a.output_shift", {1}, -3)};
  EXPECT_EQ(bound(tensors, slot(Operator::kLinear, 1, 1)).width.bits, 4u);
  EXPECT_EQ(bound(tensors, slot(Operator::kLinear, 1, 1)).shift, -3);
  auto given = slot(Operator::kLinear, 1, 1);
  given.width = WeightWidth{2, false};
  given.shift = 5;
  EXPECT_EQ(bound(tensors, given).width.bits, 2u);
  EXPECT_EQ(bound(tensors, given).shift, 5);
}

TEST(Binding, WeightsOfOnlyPlusAndMinusOneAreBinaryWhereTheDeviceKnowsThem) {
  const std::vector<CheckpointTensor> tensors{tensor_of("a.op.weight", {2, 1}, {1, -1}),
                                              filled("a.weight_bits", {1}, 2)};
  const auto binary = bound(tensors, slot(Operator::kLinear, 1, 1), true);
  EXPECT_TRUE(binary.width.binary);
  EXPECT_EQ(binary.width.bits, 1u);
  const auto plain = bound(tensors, slot(Operator::kLinear, 1, 1), false);
  EXPECT_FALSE(plain.width.binary);
  EXPECT_EQ(plain.width.bits, 2u);
  auto given = slot(Operator::kLinear, 1, 1);
  given.width = WeightWidth{4, false};
  EXPECT_FALSE(bound(tensors, given, true).width.binary);
}

TEST(Binding, WeightsThatAreAllZeroTakeOneBitAndTheirBiasIsScaledAsByEight) {
  const auto made = bound(
      {filled("a.op.weight", {1, 2}, 0), filled("a.weight_bits", {1}, 0), filled("a.op.bias", {1}, 384)},
      slot(Operator::kLinear, 1, 1), true);
  EXPECT_EQ(made.width.bits, 1u);
  EXPECT_FALSE(made.width.binary);
  EXPECT_THAT(made.bias, ElementsAre(3));
}

TEST(Binding, KernelsOfTransposedConvolutionsAreTurnedAndTheirChannelsSwapped) {
  std::vector<double> weights;  // in, out, rows, columns
  for (int in = 0; in < 2; ++in)
    for (int out = 0; out < 3; ++out)
      for (int tap = 0; tap < 9; ++tap) weights.push_back(40 * in + 10 * out + tap);
  const auto made =
      bound({tensor_of("a.op.weight", {2, 3, 3, 3}, weights)}, slot(Operator::kConvTranspose2d));
  EXPECT_THAT(made.shape, ElementsAre(3, 2, 3, 3));
  EXPECT_EQ(made.in_channels, 2u);
  EXPECT_EQ(made.out_channels, 3u);
  for (int out = 0; out < 3; ++out)
    for (int in = 0; in < 2; ++in)
      for (int tap = 0; tap < 9; ++tap)
        EXPECT_EQ(made.values.at(std::size_t((out * 2 + in) * 9 + tap)), 40 * in + 10 * out + 8 - tap);
}

TEST(Binding, DepthwiseKernelsHaveOneInputChannelEach) {
  auto depthwise = slot();
  depthwise.groups = 4;
  const auto plain = bound({filled("a.weight", {4, 1, 3, 3}, 2)}, depthwise);
  EXPECT_THAT(plain.shape, ElementsAre(4, 1, 3, 3));
  EXPECT_EQ(plain.in_channels, 4u);
  EXPECT_EQ(plain.out_channels, 4u);
  depthwise.op = Operator::kConvTranspose2d;
  std::vector<double> weights;
  for (int i = 0; i < 36; ++i) weights.push_back(i);
  const auto turned = bound({tensor_of("a.weight", {4, 1, 3, 3}, weights)}, depthwise);
  EXPECT_THAT(turned.shape, ElementsAre(4, 1, 3, 3));
  EXPECT_EQ(turned.values.at(0), 8);
  EXPECT_EQ(turned.values.at(35), 27);
}

TEST(Binding, AxesOfLengthOneMayBeMissing) {
  EXPECT_THAT(bound({filled("a.weight", {2, 3}, 1)}, slot(Operator::kConv2d, 1, 1)).shape,
              ElementsAre(2, 3, 1, 1));
  EXPECT_THAT(bound({filled("a.weight", {2, 3, 1, 1}, 1)}, slot(Operator::kLinear, 1, 1)).shape,
              ElementsAre(2, 3));
  EXPECT_THAT(bound({filled("a.weight", {2, 3}, 1)}, slot(Operator::kConv1d, 1, 1)).shape,
              ElementsAre(2, 3, 1));
}

TEST(Binding, AnotherKernelThanConfiguredIsRefused) {
  EXPECT_THAT(error_of({filled("a.weight", {2, 3, 5}, 1)}, {slot(Operator::kConv1d, 3, 1)}),
              HasSubstr("layer 0: x.pth.tar: a.weight: has a kernel of 5x1; kernel_size says 3x1"));
  EXPECT_THAT(error_of({filled("a.weight", {2, 3, 3}, 1)}, {slot(Operator::kConv2d, 3, 3)}),
              HasSubstr("has a kernel of 3x1; kernel_size says 3x3"));
}

TEST(Binding, WeightsBeyondTheirWidthAreRefused) {
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 128)}, {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("holds 128, which does not fit 8-bit weights"));
  auto narrow = slot(Operator::kLinear, 1, 1);
  narrow.width = WeightWidth{2, false};
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, -3)}, {narrow}),
              HasSubstr("holds -3, which does not fit 2-bit"));
  EXPECT_EQ(error_of({filled("a.weight", {1, 1}, -2)}, {narrow}), "no error");
  narrow.width = WeightWidth{1, true};
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 0)}, {narrow}), HasSubstr("does not fit +1/-1 weights"));
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 2), filled("a.weight_bits", {1}, 3)},
                       {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("weight_bits 3"));
}

TEST(Binding, NumbersThatAreNotWholeSayThatTheCheckpointIsNotQuantised) {
  for (const double value :
       {0.5, 1.0000000001, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_THAT(error_of({filled("a.weight", {1, 1}, value)}, {slot(Operator::kLinear, 1, 1)}),
                HasSubstr("no whole number; is the checkpoint quantised?"));
}

TEST(Binding, ABatchNormalisationThatIsNotFoldedIsRefused) {
  EXPECT_THAT(error_of({filled("a.op.weight", {1, 1}, 1), filled("a.bn.weight", {8}, 1)},
                       {slot(Operator::kLinear, 1, 1), slot()}),
              HasSubstr("a.bn.weight: is a batch normalisation; fold it"));
  EXPECT_THAT(error_of({filled("a.op.weight", {8}, 1)}, {slot()}), HasSubstr("is 8, which are no weights"));
}

TEST(Binding, ABiasOfAnotherLengthOrBeyondEightBitsIsRefused) {
  EXPECT_THAT(
      error_of({filled("a.weight", {2, 1}, 1), filled("a.bias", {3}, 128)}, {slot(Operator::kLinear, 1, 1)}),
      HasSubstr("has 2 output channels; a.bias is 3"));
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 1), filled("a.bias", {1}, 16384)},
                       {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("beyond the device's 8-bit bias"));
  EXPECT_THAT(error_of({filled("a.weight", {1, 1}, 1),
                        filled("a.bias", {1}, std::numeric_limits<float>::quiet_NaN())},
                       {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("beyond the device's 8-bit bias"));
}

TEST(Binding, GroupsThatDoNotDivideTheChannelsAreRefused) {
  auto grouped = slot(Operator::kConvTranspose2d);
  grouped.groups = 3;
  EXPECT_THAT(error_of({filled("a.weight", {2, 1, 3, 3}, 1)}, {grouped}),
              HasSubstr("3 groups do not divide"));
}

TEST(Binding, AShiftMustBeOneWholeNumber) {
  EXPECT_THAT(error_of({filled("a.op.weight", {1, 1}, 1), filled("a.output_shift", {1}, 0.5f)},
                       {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("a.output_shift must be one whole number"));
  EXPECT_THAT(error_of({filled("a.op.weight", {1, 1}, 1), filled("a.output_shift", {2}, 1)},
                       {slot(Operator::kLinear, 1, 1)}),
              HasSubstr("a.output_shift must be one whole number"));
}

}  // namespace
}  // namespace synergy::accel_import
