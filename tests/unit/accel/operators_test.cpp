// Golden values below were worked out by hand.
#include <functional>

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel::Tensor;
using accel::WideTensor;

/// The first layer's output; the input has its operands' channels one after the other.
accel::LayerOutput output_of(const ModelBuilder& builder, const accel::LayerWeights& weights,
                             std::vector<std::int8_t> input) {
  const Program program = builder.build();
  const Tensor whole{program.input(), std::move(input)};
  const Tensor* sources[] = {&whole};
  const auto& layer = program.layers[0];
  return run_layer(layer, weights, accel::fetch_operands(layer, sources, program.legacy_operands));
}

std::vector<std::int8_t> bytes_after(const ModelBuilder& builder, const accel::LayerWeights& weights,
                                     std::vector<std::int8_t> input) {
  return std::get<Tensor>(output_of(builder, weights, std::move(input))).values;
}

std::vector<std::int32_t> sums_after(const ModelBuilder& builder, const accel::LayerWeights& weights,
                                     std::vector<std::int8_t> input) {
  return std::get<WideTensor>(output_of(builder, weights, std::move(input))).values;
}

/// One layer of `channels` x `height` x `width` whose description `change` completes.
ModelBuilder one_layer(Operator op, std::uint32_t channels, std::uint32_t height, std::uint32_t width,
                       std::uint32_t outputs, const std::function<void(LayerDescription&)>& change) {
  ModelBuilder builder(channels, height, width);
  builder.conv(outputs, 1, 0).last().op = op;
  if (op == Operator::kPassthrough) builder.last().weights.clear();
  change(builder.last());
  return builder;
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
  builder.passthrough().last().pool_stride = {2, 2};
  EXPECT_EQ(bytes_after(builder, {}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), (Values{1, 3, 7, 9}));
}

TEST(Pooling, ComesBeforeTheConvolution) {
  EXPECT_EQ(sums_after(ModelBuilder(1, 2, 2).conv(1, 1, 0).max_pool(2, 2).wide(), {{-2}, {}}, {1, 2, 3, 4}),
            (Sums{-8}));
}

TEST(Pooling, WindowsAndStridesMayDifferAlongRowsAndColumns) {
  const auto builder = one_layer(Operator::kPassthrough, 1, 2, 4, 1, [](auto& layer) {
    layer.max_pool = schemas::Extent{1, 2};
    layer.pool_stride = {1, 2};
  });
  EXPECT_EQ(bytes_after(builder, {}, {1, 2, 3, 4, 8, 7, 6, 5}), (Values{2, 4, 8, 6}));
}

TEST(Pooling, ADilatedWindowTakesValuesApart) {
  const auto builder = one_layer(Operator::kPassthrough, 1, 4, 4, 1, [](auto& layer) {
    layer.avg_pool = schemas::Extent{2, 2};
    layer.pool_dilation = {2, 2};
  });
  // Rows and columns 0 and 2, 1 and 3.
  EXPECT_EQ(bytes_after(builder, {}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
            (Values{5, 6, 9, 10}));
}

TEST(Pooling, RoundedAveragesRoundHalfAwayFromZero) {
  const auto rounded = [](schemas::Extent window) {
    return one_layer(Operator::kPassthrough, 1, window.rows, window.columns, 1, [&](auto& layer) {
      layer.avg_pool = window;
      layer.avg_pool_rounding = true;
    });
  };
  EXPECT_EQ(bytes_after(rounded({1, 2}), {}, {-3, -2}), (Values{-3}));
  EXPECT_EQ(bytes_after(rounded({1, 2}), {}, {3, 2}), (Values{3}));
  EXPECT_EQ(bytes_after(rounded({2, 2}), {}, {-1, 0, 0, 0}), (Values{0}));
  EXPECT_EQ(bytes_after(rounded({1, 3}), {}, {1, 0, 0}), (Values{0}));
  EXPECT_EQ(bytes_after(rounded({1, 3}), {}, {-1, -1, 0}), (Values{-1}));
}

TEST(Pooling, AConv1dNeverRoundsAverages) {
  const auto builder = one_layer(Operator::kConv1d, 1, 2, 1, 1, [](auto& layer) {
    layer.avg_pool = schemas::Extent{2, 1};
    layer.avg_pool_rounding = true;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{1}, {}}, {-3, -2}), (Sums{-2}));
}

TEST(Conv1d, CorrelatesAlongRowsWithPadding) {
  const auto builder = one_layer(Operator::kConv1d, 1, 4, 1, 1, [](auto& layer) {
    layer.kernel_size = 3;
    layer.pad = 1;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{1, 10, 100}, {}}, {1, 2, 3, 4}), (Sums{210, 321, 432, 43}));
}

TEST(Conv1d, DilatedTapsLieApart) {
  const auto builder = one_layer(Operator::kConv1d, 1, 6, 1, 1, [](auto& layer) {
    layer.kernel_size = 2;
    layer.dilation = 4;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{1, 10}, {}}, {1, 2, 3, 4, 5, 6}), (Sums{51, 62}));
}

TEST(Conv1d, SumsOverChannels) {
  const auto builder = one_layer(Operator::kConv1d, 2, 3, 1, 1, [](auto& layer) {
    layer.kernel_size = 2;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{1, 2, 3, 4}, {}}, {1, 2, 3, 10, 20, 30}),
            (Sums{1 + 4 + 30 + 80, 2 + 6 + 60 + 120}));
}

TEST(ConvTranspose2d, DoublesTheSize) {
  // A one at the middle tap puts every value at an even place; the others are sums of neighbours' taps.
  const auto builder = one_layer(Operator::kConvTranspose2d, 1, 2, 2, 1, [](auto& layer) {
    layer.kernel_size = 3;
    layer.pad = 1;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{0, 0, 0, 0, 1, 0, 0, 0, 0}, {}}, {1, 2, 3, 4}),
            (Sums{1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0}));
  EXPECT_EQ(sums_after(builder, {Values(9, 1), {}}, {1, 2, 3, 4}),
            (Sums{1, 3, 2, 2, 4, 10, 6, 6, 3, 7, 4, 4, 3, 7, 4, 4}));
}

TEST(Depthwise, EachChannelHasItsOwnKernel) {
  const auto builder = one_layer(Operator::kConv2d, 2, 1, 2, 2, [](auto& layer) {
    layer.groups = 2;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{2, -3}, {0, 1}}, {5, 6, 7, 8}), (Sums{10, 12, 128 - 21, 128 - 24}));
}

TEST(Bypass, SumsAllChannelsWithoutWeights) {
  const auto builder = one_layer(Operator::kConv2d, 3, 1, 1, 2, [](auto& layer) {
    layer.bypass = true;
    layer.weights.clear();
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {}, {1, 10, 100}), (Sums{111, 111}));
}

TEST(Bypass, KeepsTheScaleByItsOwnShift) {
  const auto builder = one_layer(Operator::kConv2d, 1, 1, 2, 1, [](auto& layer) {
    layer.bypass = true;
    layer.weights.clear();
  });
  EXPECT_EQ(bytes_after(builder, {}, {5, -7}), (Values{5, -7}));
}

TEST(Weights, NarrowOnesAreScaledUpByTheShift) {
  // 4-bit weights: shift 4 is implied, so 8 x 4 x 16 / 128 = 4.
  const auto builder = one_layer(Operator::kConv2d, 1, 1, 1, 1, [](auto& layer) { layer.weight_bits = 4; });
  EXPECT_EQ(bytes_after(builder, {{4}, {}}, {8}), (Values{4}));
}

TEST(Activation, AbsoluteValueOfTheMostNegativeByteIs127) {
  const auto builder = one_layer(Operator::kConv2d, 1, 1, 4, 1, [](auto& layer) {
    layer.activate = schemas::Activation::kAbs;
    layer.output_shift = 1;
  });
  EXPECT_EQ(bytes_after(builder, {{64}, {}}, {-128, -5, 0, 5}), (Values{127, 5, 0, 5}));
}

TEST(Eltwise, AddsSubtractsAndSaturatesOnce) {
  const auto with = [](schemas::Eltwise op, std::uint32_t operands) {
    return one_layer(Operator::kPassthrough, operands, 1, 2, 1, [&](auto& layer) {
      layer.processors = 0x1;
      layer.eltwise = op;
      layer.operands = operands;
    });
  };
  using schemas::Eltwise;
  EXPECT_EQ(bytes_after(with(Eltwise::kAdd, 2), {}, {100, -100, 100, -100}), (Values{127, -128}));
  EXPECT_EQ(bytes_after(with(Eltwise::kAdd, 3), {}, {100, -100, 100, -100, -90, 80}), (Values{110, -120}));
  EXPECT_EQ(bytes_after(with(Eltwise::kSub, 3), {}, {10, -10, 3, 3, 2, -2}), (Values{5, -11}));
  EXPECT_EQ(bytes_after(with(Eltwise::kOr, 2), {}, {5, -128, 3, 1}), (Values{7, -127}));
  EXPECT_EQ(bytes_after(with(Eltwise::kXor, 2), {}, {5, -1, 3, 1}), (Values{6, -2}));
}

TEST(Eltwise, PoolsBeforeOrAfterAsTheLayerSays) {
  const auto with = [](bool pool_first) {
    return one_layer(Operator::kPassthrough, 2, 1, 2, 1, [&](auto& layer) {
      layer.processors = 0x1;
      layer.eltwise = schemas::Eltwise::kAdd;
      layer.max_pool = schemas::Extent{1, 2};
      layer.pool_first = pool_first;
    });
  };
  const Values operands{1, 5, 10, 2};  // each pooled: 5 and 10; added: 11 and 7
  EXPECT_EQ(bytes_after(with(true), {}, operands), (Values{15}));
  EXPECT_EQ(bytes_after(with(false), {}, operands), (Values{11}));
}

TEST(Eltwise, IsWhatTheConvolutionSees) {
  const auto builder = one_layer(Operator::kConv2d, 2, 1, 1, 1, [](auto& layer) {
    layer.processors = 0x1;
    layer.eltwise = schemas::Eltwise::kSub;
    layer.output_width = 32;
  });
  EXPECT_EQ(sums_after(builder, {{3}, {}}, {10, 4}), (Sums{18}));
}

TEST(Sources, RowsAreCropped) {
  const auto builder = one_layer(Operator::kPassthrough, 1, 4, 2, 1, [](auto& layer) {
    layer.crop_top = 1;
    layer.crop_bottom = 2;
  });
  EXPECT_EQ(bytes_after(builder, {}, {1, 2, 3, 4, 5, 6, 7, 8}), (Values{3, 4}));
}

TEST(Sources, FirstChannelsAreSkipped) {
  ModelBuilder builder(1, 1, 1);
  builder.conv(3, 1, 0).shift(7).conv(1, 1, 0).wide();
  builder.last().in_channel_skip = 1;
  builder.last().in_channels = 2;
  builder.reads_with(0x3);
  const Program program = builder.build();
  const Tensor input{program.input(), {1}};
  // The first layer writes 2, 3, 4; the second takes the last two.
  const auto outputs = run_all_layers(program, {{{2, 3, 4}, {}}, {{1, 10}, {}}}, input);
  EXPECT_EQ(std::get<WideTensor>(outputs[1]).values, (Sums{3 + 40}));
}

/// Two layers that read the input, and a third that joins them.
ModelBuilder branches(const std::function<void(LayerDescription&)>& join) {
  ModelBuilder builder(1, 2, 2);
  builder.passthrough();
  builder.passthrough().last().in_sequences = {"input"};
  builder.passthrough().last().in_sequences = {"layer1", "layer0"};
  join(builder.last());
  return builder;
}

TEST(Sources, AreConcatenatedAlongChannelsInTheOrderListed) {
  auto builder = branches([](auto& layer) {
    layer.processors = 0x3;
    layer.output_processors = 0x3;
  });
  const Program program = builder.build();
  const auto outputs = run_all_layers(program, {{}, {}, {}}, Tensor{program.input(), {1, 2, 3, 4}});
  EXPECT_EQ(std::get<Tensor>(outputs[2]).shape, (accel::Shape{2, 2, 2}));
  EXPECT_EQ(std::get<Tensor>(outputs[2]).values, (Values{1, 2, 3, 4, 1, 2, 3, 4}));
}

TEST(Sources, OfDifferentSizesAreJoinedAlongPixels) {
  auto builder = branches([](auto& layer) { layer.in_dim = schemas::Extent{5, 1}; });
  builder.model.layers[1].max_pool = schemas::Extent{2, 2};
  const Program program = builder.build();
  const auto outputs = run_all_layers(program, {{}, {}, {}}, Tensor{program.input(), {1, 2, 3, 4}});
  EXPECT_EQ(std::get<Tensor>(outputs[2]).values, (Values{4, 1, 2, 3, 4}));
}

TEST(DataBuffer, MovesItsRowsAndTakesTheNewestLast) {
  ModelBuilder builder(1, 1, 1);
  builder.model.data_buffer = schemas::DataBufferDescription{"history", 1, 3, 1, 0x1, 0x1000};
  builder.passthrough().last().buffer_insert = 1;
  builder.passthrough().last().in_sequences = {"history"};
  builder.last().buffer_shift = 1;
  builder.passthrough().last().in_sequences = {"history"};
  const Program program = builder.build();
  const auto outputs = run_all_layers(program, {{}, {}, {}}, Tensor{program.input(), {7}});
  EXPECT_EQ(std::get<Tensor>(outputs[1]).values, (Values{0, 7, 0}));
  EXPECT_EQ(std::get<Tensor>(outputs[2]).values, (Values{0, 7, 0}));
}

TEST(OutputBytes, AreLittleEndianFor32Bits) {
  const WideTensor tensor{{1, 1, 2}, {-2, 0x01020304}};
  EXPECT_EQ(accel::to_bytes(tensor), (std::vector<std::uint8_t>{0xfe, 0xff, 0xff, 0xff, 4, 3, 2, 1}));
}

}  // namespace
}  // namespace synergy::accel_test
