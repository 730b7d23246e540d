// Golden values below were worked out by hand.
#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel::Tensor;
using accel::WideTensor;

std::vector<std::int8_t> bytes_after(const ModelBuilder& builder, const accel::LayerWeights& weights,
                                     std::vector<std::int8_t> input) {
  const Program program = builder.build();
  return std::get<Tensor>(run_layer(program.layers[0], weights, Tensor{program.input(), std::move(input)}))
      .values;
}

std::vector<std::int32_t> sums_after(const ModelBuilder& builder, const accel::LayerWeights& weights,
                                     std::vector<std::int8_t> input) {
  const Program program = builder.build();
  return std::get<WideTensor>(
             run_layer(program.layers[0], weights, Tensor{program.input(), std::move(input)}))
      .values;
}

using Values = std::vector<std::int8_t>;
using Sums = std::vector<std::int32_t>;

TEST(Conv2d, CorrelatesWithoutTurningTheKernel) {
  // The kernel picks the value right of the centre, and ten times the one below it.
  const Values kernel{0, 0, 0, 0, 0, 1, 0, 10, 0};
  EXPECT_EQ(sums_after(ModelBuilder(1, 3, 3).conv(1).wide(), {kernel, {}}, {1, 2, 3, 4, 5, 6, 7, 8, 9}),
            (Sums{42, 53, 60, 75, 86, 90, 8, 9, 0}));
}

TEST(Conv2d, WithoutPaddingTheImageShrinks) {
  const Values ones(9, 1);
  EXPECT_EQ(sums_after(ModelBuilder(1, 3, 4).conv(1, 3, 0).wide(), {ones, {}},
                       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
            (Sums{54, 63}));
}

TEST(Conv2d, PaddingOfTwoGrowsTheImage) {
  const Values ones(9, 1);
  EXPECT_EQ(sums_after(ModelBuilder(1, 1, 2).conv(1, 3, 2).wide(), {ones, {}}, {3, 4}),
            (Sums{3, 7, 7, 4, 3, 7, 7, 4, 3, 7, 7, 4}));
}

TEST(Conv2d, SumsOverChannelsAndKeepsOutputsApart) {
  // Two outputs of two channels: a - b and 2a + 3b.
  EXPECT_EQ(sums_after(ModelBuilder(2, 1, 2).conv(2, 1, 0).wide(), {{1, -1, 2, 3}, {}}, {10, 20, 1, 2}),
            (Sums{9, 18, 23, 46}));
}

TEST(Conv2d, ABiasCounts128InTheAccumulator) {
  EXPECT_EQ(sums_after(ModelBuilder(1, 1, 1).conv(2, 1, 0).bias().wide(), {{1, 1}, {-128, 1}}, {5}),
            (Sums{-128 * 128 + 5, 128 + 5}));
}

TEST(Conv2d, MultipliesTheMostNegativeBytesExactly) {
  EXPECT_EQ(sums_after(ModelBuilder(1, 1, 1).conv(1).wide(), {Values(9, -128), {}}, {-128}), (Sums{16384}));
}

TEST(Conv2d, AWideOutputIsNotShifted) {
  EXPECT_EQ(sums_after(ModelBuilder(1, 1, 1).conv(1, 1, 0).shift(-3).wide(), {{7}, {}}, {100}), (Sums{700}));
}

TEST(Conv2d, ShiftsRoundsSaturatesAndRectifies) {
  const accel::LayerWeights unit{{64}, {}};
  const Values input{-128, -3, -1, 1, 3, 127};
  EXPECT_EQ(bytes_after(ModelBuilder(1, 1, 6).conv(1, 1, 0), unit, input), (Values{-64, -1, 0, 1, 2, 64}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 1, 6).conv(1, 1, 0).relu(), unit, input),
            (Values{0, 0, 0, 1, 2, 64}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 1, 6).conv(1, 1, 0).shift(3), unit, input),
            (Values{-128, -12, -4, 4, 12, 127}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 1, 6).conv(1, 1, 0).shift(-1), unit, input),
            (Values{-32, -1, 0, 0, 1, 32}));
}

TEST(Conv2d, SumsMoreThan64ChannelsWithoutIntermediateRounding) {
  // Each of 130 channels adds 1: far below one output step in a single pass.
  EXPECT_EQ(bytes_after(ModelBuilder(130, 1, 1).conv(1, 1, 0), {Values(130, 1), {}}, Values(130, 1)),
            (Values{1}));
}

TEST(Linear, TakesFlattenedValuesChannelByChannelAndRowByRow) {
  const Values weights{1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, -1};
  EXPECT_EQ(sums_after(ModelBuilder(2, 2, 2).linear(2).wide(), {weights, {}}, {1, 0, 0, 1, 0, 2, 0, 3}),
            (Sums{1 + 4 + 12 + 24, -3}));
}

TEST(Linear, AFlattenedOneByOneConvolutionIsTheSame) {
  ModelBuilder flat_conv(2, 2, 2);
  flat_conv.conv(3, 1, 0).wide().last().flatten = true;
  const Values weights = SampleBytes(3).take(24), input = SampleBytes(4).take(8);
  EXPECT_EQ(sums_after(flat_conv, {weights, {}}, input),
            sums_after(ModelBuilder(2, 2, 2).linear(3).wide(), {weights, {}}, input));
}

TEST(Passthrough, Copies) {
  EXPECT_EQ(bytes_after(ModelBuilder(2, 1, 2).passthrough(), {}, {-128, -1, 0, 127}),
            (Values{-128, -1, 0, 127}));
}

TEST(Pooling, MaximumOfNegativeValuesIsNegative) {
  EXPECT_EQ(bytes_after(ModelBuilder(1, 2, 2).passthrough().max_pool(2, 2), {}, {-128, -5, -7, -6}),
            (Values{-5}));
}

TEST(Pooling, AverageTruncatesTowardsZero) {
  EXPECT_EQ(bytes_after(ModelBuilder(1, 2, 2).passthrough().avg_pool(2, 2), {}, {-1, 0, 0, 0}), (Values{0}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 2, 2).passthrough().avg_pool(2, 2), {}, {-3, -2, -3, -2}),
            (Values{-2}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 2, 2).passthrough().avg_pool(2, 2), {}, {3, 2, 3, 2}), (Values{2}));
}

TEST(Pooling, IncompleteWindowsAreDropped) {
  const Values image{1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(bytes_after(ModelBuilder(1, 3, 3).passthrough().max_pool(2, 2), {}, image), (Values{5}));
  EXPECT_EQ(bytes_after(ModelBuilder(1, 3, 3).passthrough().max_pool(2, 1), {}, image), (Values{5, 6, 8, 9}));
}

TEST(Pooling, AStrideWithoutWindowSubsamples) {
  ModelBuilder builder(1, 3, 3);
  builder.passthrough().last().pool_stride = 2;
  EXPECT_EQ(bytes_after(builder, {}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), (Values{1, 3, 7, 9}));
}

TEST(Pooling, ComesBeforeTheConvolution) {
  EXPECT_EQ(sums_after(ModelBuilder(1, 2, 2).conv(1, 1, 0).max_pool(2, 2).wide(), {{-2}, {}}, {1, 2, 3, 4}),
            (Sums{-8}));
}

TEST(OutputBytes, AreLittleEndianFor32Bits) {
  const WideTensor tensor{{1, 1, 2}, {-2, 0x01020304}};
  EXPECT_EQ(accel::to_bytes(tensor), (std::vector<std::uint8_t>{0xfe, 0xff, 0xff, 0xff, 4, 3, 2, 1}));
}

}  // namespace
}  // namespace synergy::accel_test
