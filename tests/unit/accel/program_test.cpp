#include <array>

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::build_program;
using accel_model::chunk_of;
using accel_model::Shape;

/// The message of the refusal, which must be kInvalid.
std::string refusal(const ModelDescription& model) {
  const auto program = build_program(model);
  if (program) return "accepted";
  EXPECT_EQ(program.error().code, ErrorCode::kInvalid);
  return program.error().message;
}

#define EXPECT_SAYS(message, part) EXPECT_NE((message).find(part), std::string::npos) << (message)

TEST(BuildProgram, ResolvesEveryShape) {
  const auto program = build_program(digits_model());
  ASSERT_TRUE(program) << program.error().message;
  const auto& layers = program->layers;
  EXPECT_EQ(program->input(), (Shape{1, 28, 28}));
  EXPECT_EQ(layers[1].pooled, (Shape{60, 14, 14}));
  EXPECT_EQ(layers[1].output, (Shape{60, 16, 16}));
  EXPECT_EQ(layers[3].output, (Shape{12, 4, 4}));
  EXPECT_EQ(layers[4].kernel_inputs(), 192u);
  EXPECT_EQ(weight_count(layers[4]), 1920u);
  EXPECT_EQ(program->output_bytes(), 40u);
}

TEST(BuildProgram, PassthroughKeepsTheChannels) {
  EXPECT_EQ(ModelBuilder(5, 4, 4).passthrough().max_pool(2, 2).build().output(), (Shape{5, 2, 2}));
}

TEST(BuildProgram, NamesModelNumberAndLayerInARefusal) {
  ModelBuilder builder(1, 2, 2);
  builder.conv(4).conv(4, 5, 1);
  const auto message = refusal(builder.model);
  EXPECT_SAYS(message, "model 'sample', layer 1 'layer1'");
  EXPECT_SAYS(message, "kernel_size is 5");
}

TEST(BuildProgram, RefusesAModelWithoutLayers) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).model), "no layers");
}

TEST(BuildProgram, RefusesTwoLayersOfOneName) {
  ModelBuilder builder(1, 2, 2);
  builder.conv(4).conv(4).last().name = "layer0";
  EXPECT_SAYS(refusal(builder.model), "name of its own");
}

TEST(BuildProgram, RefusesSizesWhoseProductsCouldOverflow) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 0xffffffff, 0xffffffff).conv(1).model), "input height");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1, 3, 0xffffffff).model), "pad is too large");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().max_pool(1, 0).model), "pool_stride");
}

TEST(BuildProgram, RefusesAPoolingWindowLargerThanTheImage) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().max_pool(3, 1).model),
              "a pooling window of 3 with step 1 and dilation 1 does not fit the input's 2 rows");
}

TEST(BuildProgram, RefusesTwoPoolings) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().max_pool(2, 1).avg_pool(2, 1).model), "not both");
}

TEST(BuildProgram, RefusesPoolingBeforeFlattening) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).linear(2).max_pool(2, 1).model), "can not pool and flatten");
}

TEST(BuildProgram, RefusesAKernelThatLeavesNoOutput) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1, 3, 0).model), "leaves no output from 1 x 2 x 2");
}

TEST(BuildProgram, RefusesLinearOnAnImage) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).linear(2, false).model), "needs one pixel or flatten");
}

TEST(BuildProgram, RefusesMissingWeights) {
  ModelBuilder builder(1, 2, 2);
  builder.conv(1).last().weights.clear();
  EXPECT_SAYS(refusal(builder.model), "weights are missing");
}

TEST(BuildProgram, RefusesWhatPassthroughCanNotDo) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().relu().model), "no activation");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().shift(1).model), "does not shift");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().wide().model), "writes 8 bits");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).passthrough().bias().model), "neither weights nor bias");
  ModelBuilder padded(1, 2, 2), other(1, 2, 2);
  padded.passthrough().last().pad = 1;
  other.passthrough().last().out_channels = 2;
  EXPECT_SAYS(refusal(padded.model), "can not pad");
  EXPECT_SAYS(refusal(other.model), "as many channels as it reads");
}

TEST(BuildProgram, RefusesToReadA32BitOutput) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).wide().conv(1).model), "writes 32 bits, not 8");
}

TEST(BuildProgram, RefusesEmptyMasksAndOddOffsets) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).writes_with(0).model), "output_processors is empty");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).writes_at(6).model), "multiples of 4");
}

ModelBuilder branches() {
  ModelBuilder builder(3, 8, 8);
  builder.conv(8).conv(8).conv(8).reads_from({"layer0"});
  return builder;
}

TEST(BuildProgram, ReadsTheLayerThatRanBefore) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).conv(4).last().skip = true;
  builder.conv(4);
  const auto layers = builder.build().layers;
  EXPECT_EQ(layers[0].sources, (std::vector<accel_model::Source>{accel_model::kInput}));
  EXPECT_EQ(layers[1].sources, (std::vector<accel_model::Source>{0}));
  EXPECT_EQ(layers[2].sources, (std::vector<accel_model::Source>{0}));
}

TEST(BuildProgram, JoinsSourcesAlongChannels) {
  auto builder = branches();
  builder.conv(2).reads_from({"layer1", "LAYER2"}).reads_with(0xffff);
  const auto layer = builder.build().layers[3];
  EXPECT_EQ(layer.sources, (std::vector<accel_model::Source>{1, 2}));
  EXPECT_EQ(layer.input, (Shape{16, 8, 8}));
}

TEST(BuildProgram, JoinsSourcesOfDifferentSizeAlongPixels) {
  ModelBuilder builder(3, 8, 8);
  builder.conv(8).conv(8).max_pool(2, 2).conv(2, 1, 0).reads_from({"layer0", "layer1"});
  EXPECT_SAYS(refusal(builder.model), "in_dim must say");
  builder.last().in_dim = schemas::Extent{10, 8};
  EXPECT_EQ(builder.build().layers[2].input, (Shape{8, 10, 8}));
  builder.last().in_dim = schemas::Extent{9, 8};
  EXPECT_SAYS(refusal(builder.model), "not what its sources hold, 80 pixels");
}

TEST(BuildProgram, RefusesSourcesWithDifferentNumbersOfChannels) {
  ModelBuilder builder(3, 8, 8);
  builder.conv(8).conv(4).conv(2).reads_from({"layer0", "layer1"});
  EXPECT_SAYS(refusal(builder.model), "different numbers of channels: 8 and 4");
}

TEST(BuildProgram, RefusesSourcesThatAreNoEarlierLayers) {
  for (const char* name : {"layer1", "layer2", "lair0", "stop"}) {
    ModelBuilder builder(3, 8, 8);
    builder.conv(8).conv(4).reads_from({name}).conv(4);
    EXPECT_SAYS(refusal(builder.model), "unknown earlier layer '" + std::string(name) + "'");
  }
}

TEST(BuildProgram, StacksTheOperandsOfTheFirstLayer) {
  ModelBuilder builder(8, 4, 4);
  builder.passthrough().eltwise(schemas::Eltwise::kSub).reads_with(0xf).writes_with(0xf);
  const Program program = builder.build();
  EXPECT_EQ(program.input(), (Shape{8, 4, 4}));
  EXPECT_EQ(program.layers[0].input, (Shape{4, 4, 4}));
  EXPECT_EQ(program.output(), (Shape{4, 4, 4}));
}

TEST(BuildProgram, RefusesOperandsWithoutAnOperationAndTooMany) {
  ModelBuilder none(8, 4, 4), many(34, 4, 4);
  none.conv(4).last().operands = 2;
  many.conv(4).eltwise(schemas::Eltwise::kAdd, 17);
  EXPECT_SAYS(refusal(none.model), "operands need an element-wise operation");
  EXPECT_SAYS(refusal(many.model), "2 to 16 operands, not 17");
}

TEST(BuildProgram, RefusesPoolingLastWithoutBoth) {
  ModelBuilder no_pool(8, 4, 4), no_operation(8, 4, 4);
  no_pool.conv(4).eltwise(schemas::Eltwise::kAdd).last().pool_first = false;
  no_operation.conv(4).max_pool(2, 2).last().pool_first = false;
  EXPECT_SAYS(refusal(no_pool.model), "pool_first false needs both");
  EXPECT_SAYS(refusal(no_operation.model), "pool_first false needs both");
}

TEST(BuildProgram, CropsRowsAndGivesTheRestItsNewShape) {
  ModelBuilder builder(2, 6, 4);
  builder.conv(1, 1, 0).last().crop_top = 1;
  builder.last().crop_bottom = 2;
  EXPECT_EQ(builder.build().layers[0].input, (Shape{2, 3, 4}));
  builder.last().crop_top = 4;
  EXPECT_SAYS(refusal(builder.model), "cropping 6 rows leaves nothing of 6");
}

TEST(BuildProgram, SkipsTheFirstChannels) {
  ModelBuilder builder(6, 4, 4);
  builder.conv(1, 1, 0).last().in_channel_skip = 2;
  EXPECT_EQ(builder.build().layers[0].input.channels, 4u);
  builder.last().in_channels = 3;
  EXPECT_EQ(builder.build().layers[0].input.channels, 3u);
  builder.last().in_channels = 5;
  EXPECT_SAYS(refusal(builder.model), "5 channels; its sources have 6, of which it skips 2");
}

TEST(BuildProgram, AddsTheShiftOfNarrowWeights) {
  EXPECT_EQ(ModelBuilder(1, 2, 2).conv(1).bits(2).shift(-1).build().layers[0].output_shift, 5);
  ModelBuilder bypass(1, 2, 2);
  bypass.conv(1, 1, 0).last().bypass = true;
  bypass.last().weights.clear();
  EXPECT_EQ(bypass.build().layers[0].output_shift, 7);
  EXPECT_EQ(bypass.shift(3).build().layers[0].output_shift, 3);
}

TEST(BuildProgram, RefusesWeightsThatAreNone) {
  ModelBuilder bits(1, 2, 2), binary(1, 2, 2), bypass(1, 2, 2);
  bits.conv(1).bits(3);
  binary.conv(1).bits(2).last().binary = true;
  bypass.conv(1).last().bypass = true;
  EXPECT_SAYS(refusal(bits.model), "1, 2, 4 or 8, not 3");
  EXPECT_SAYS(refusal(binary.model), "binary weights have 1 bit");
  EXPECT_SAYS(refusal(bypass.model), "bypass takes no weights");
}

TEST(BuildProgram, ResolvesOneDimensionalConvolutions) {
  ModelBuilder builder(3, 20, 1);
  builder.conv1d(4, 3, 0, 4).max_pool(2, 2);
  const auto layer = builder.build().layers[0];
  EXPECT_EQ(layer.pooled, (Shape{3, 10, 1}));
  EXPECT_EQ(layer.output, (Shape{4, 2, 1}));
  EXPECT_EQ(weight_count(layer), 4u * 3 * 3);
}

TEST(BuildProgram, RefusesOneDimensionalConvolutionsThatAreNone) {
  EXPECT_SAYS(refusal(ModelBuilder(3, 4, 4).conv1d(4, 3).model), "reads one column; give in_dim");
  EXPECT_SAYS(refusal(ModelBuilder(3, 40, 1).conv1d(4, 10).model), "1 to 9; kernel_size is 10");
  EXPECT_SAYS(refusal(ModelBuilder(3, 40, 1).conv1d(4, 1, 0, 2).model), "one tap has no dilation");
  EXPECT_SAYS(refusal(ModelBuilder(6, 40, 1).conv1d(4, 3).eltwise(schemas::Eltwise::kAdd).model),
              "no element-wise input");
}

TEST(BuildProgram, OnlyOneDimensionalConvolutionsDilate) {
  ModelBuilder conv(1, 9, 9), copy(1, 9, 9), linear(1, 1, 1), transposed(1, 9, 9);
  conv.conv(1).last().dilation = 2;
  copy.passthrough().last().dilation = 2;
  linear.linear(1).last().dilation = 2;
  transposed.conv_transpose(1).last().dilation = 2;
  EXPECT_SAYS(refusal(conv.model), "only conv1d dilates");
  EXPECT_SAYS(refusal(copy.model), "no kernel to dilate");
  EXPECT_SAYS(refusal(linear.model), "only conv1d dilates");
  EXPECT_SAYS(refusal(transposed.model), "only conv1d dilates");
}

TEST(BuildProgram, ATransposedConvolutionDoublesTheSize) {
  EXPECT_EQ(ModelBuilder(3, 7, 9).conv_transpose(4).build().output(), (Shape{4, 14, 18}));
  EXPECT_EQ(ModelBuilder(3, 7, 9).conv_transpose(4, 0).build().output(), (Shape{4, 16, 20}));
  ModelBuilder one(1, 2, 2);
  one.conv_transpose(1).last().kernel_size = 1;
  EXPECT_SAYS(refusal(one.model), "convtranspose2d has a 3x3 kernel");
}

TEST(BuildProgram, GroupsAreOneOrAllChannels) {
  ModelBuilder some(4, 4, 4), other(4, 4, 4), biased(4, 4, 4), flat(4, 1, 1);
  some.conv(4).last().groups = 2;
  other.conv(8).last().groups = 4;
  biased.depthwise().last().bias_quadrants = {0};
  flat.depthwise(1, 0).last().flatten = true;
  EXPECT_EQ(ModelBuilder(4, 4, 4).depthwise().build().layers[0].kernel_inputs(), 1u);
  EXPECT_SAYS(refusal(some.model), "it is 2 for 4 and 4");
  EXPECT_SAYS(refusal(other.model), "it is 4 for 4 and 8");
  EXPECT_SAYS(refusal(biased.model), "leave bias_quadrants out");
  EXPECT_SAYS(refusal(flat.model), "groups and flatten exclude each other");
}

TEST(BuildProgram, PoolingWindowsAreCountedAsTheVendorsToolDoes) {
  ModelBuilder builder(1, 9, 9);
  builder.passthrough().last().max_pool = schemas::Extent{3, 3};
  builder.last().pool_stride = {3, 3};
  builder.last().pool_dilation = {2, 1};
  // (9 + 3 - 3 - 2 + 1) / 3 rows, of which the last reaches from row 3 to 7.
  EXPECT_EQ(builder.build().output(), (Shape{1, 2, 3}));
  builder.last().pool_stride = {1, 1};
  EXPECT_SAYS(refusal(builder.model), "a pooling window of 3 with step 1 and dilation 2 does not fit");
  builder.last().max_pool.reset();
  EXPECT_SAYS(refusal(builder.model), "pool_dilation needs max_pool or avg_pool");
}

TEST(BuildProgram, NumbersLayersFromTheLastGivenNumberOn) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).last().sequence = 5;
  builder.conv(4);
  EXPECT_EQ(builder.build().layers[1].sequence, 6u);
  builder.last().sequence = 5;
  EXPECT_SAYS(refusal(builder.model), "hardware layer 5 is already layer 'layer0'");
}

ModelBuilder with_buffer() {
  ModelBuilder builder(4, 2, 1);
  builder.model.data_buffer = schemas::DataBufferDescription{"window", 4, 8, 1, 0xf, 0x1000};
  builder.conv1d(4, 2);
  return builder;
}

TEST(BuildProgram, ReadsAndFillsTheDataBuffer) {
  auto builder = with_buffer();
  builder.last().buffer_insert = 1;
  builder.conv1d(2, 3).reads_from({"WINDOW"});
  const Program program = builder.build();
  EXPECT_EQ(program.layers[1].sources, (std::vector<accel_model::Source>{accel_model::kBuffer}));
  EXPECT_EQ(program.layers[1].input, (Shape{4, 8, 1}));
}

TEST(BuildProgram, RefusesWrongUseOfTheDataBuffer) {
  auto none = with_buffer(), rows = with_buffer(), shift = with_buffer(), name = with_buffer();
  none.last().buffer_insert = 1;
  none.model.data_buffer.reset();
  rows.last().buffer_insert = 2;
  shift.last().buffer_shift = 1;
  name.model.data_buffer->name = "layer0";
  EXPECT_SAYS(refusal(none.model), "need a data_buffer");
  EXPECT_SAYS(refusal(rows.model), "puts 2 rows into the buffer's 4 x 8 x 1");
  EXPECT_SAYS(refusal(shift.model), "buffer_shift moves the data buffer that a passthrough layer reads");
  EXPECT_SAYS(refusal(name.model), "needs a name of its own");
}

TEST(BuildProgram, NamesDifferByMoreThanCase) {
  ModelBuilder builder(1, 2, 2), reserved(1, 2, 2);
  builder.conv(4).conv(4).last().name = "LAYER0";
  reserved.conv(4).last().name = "Input";
  EXPECT_SAYS(refusal(builder.model), "name of its own");
  EXPECT_SAYS(refusal(reserved.model), "name of its own");
}

TEST(BuildProgram, NeedsALayerThatRuns) {
  ModelBuilder builder(1, 2, 2);
  builder.conv(4).last().skip = true;
  EXPECT_SAYS(refusal(builder.model), "every layer is skipped");
}

TEST(Passes, SpreadChannelsEvenlyInFours) {
  for (const auto [channels, passes, each] : {std::array{1u, 1u, 1u},
                                              {48u, 1u, 48u},
                                              {64u, 1u, 64u},
                                              {65u, 2u, 36u},
                                              {100u, 2u, 52u},
                                              {120u, 2u, 60u},
                                              {192u, 3u, 64u},
                                              {1024u, 16u, 64u}}) {
    EXPECT_EQ(accel_model::passes_for(channels), passes) << channels;
    EXPECT_EQ(accel_model::channels_per_pass(channels), each) << channels;
  }
}

TEST(ChunkOf, KeepsTheModelsLayerNumbers) {
  const Program whole = *build_program(digits_model());
  const Program chunk = chunk_of(whole, 2, 3);
  EXPECT_EQ(chunk.first_layer, 2u);
  ASSERT_EQ(chunk.layers.size(), 2u);
  EXPECT_EQ(chunk.input(), (Shape{60, 16, 16}));
  EXPECT_EQ(layer_label(chunk, 1), "model 'digits', layer 3 'layer3'");
  EXPECT_EQ(chunk_of(chunk, 1, 1).first_layer, 3u);
}

TEST(ChunkOf, OnlyTheLastChunkKeepsTheResultKind) {
  const Program whole = *build_program(digits_model());
  EXPECT_EQ(chunk_of(whole, 0, 3).result, schemas::ResultKind::kRaw);
  EXPECT_EQ(chunk_of(whole, 4, 4).result, whole.result);
}

TEST(ChunkOf, TurnsProcessorsSoThatQuadrantZeroIsUsed) {
  const Program whole =
      ModelBuilder(3, 4, 4).conv(8).writes_with(0xff00000000).conv(4).writes_with(0xf0000000000).build();
  const Program chunk = chunk_of(whole, 1, 1);
  EXPECT_EQ(chunk.layers[0].processors, 0xffu);
  EXPECT_EQ(chunk.layers[0].output_processors, 0xf00u);
  EXPECT_EQ(chunk_of(whole, 0, 1), whole);
}

TEST(CleanCuts, LieBetweenAllLayersOfAChain) {
  EXPECT_EQ(clean_cuts(*build_program(digits_model())), (std::vector<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_TRUE(clean_cuts(ModelBuilder(1, 1, 1).conv(1).build()).empty());
}

TEST(ChunkOf, ReadsTheTensorBeforeItAsItsInput) {
  auto builder = branches();
  builder.conv(2).reads_from({"layer2", "layer2"}).reads_with(0xffff);
  const Program chunk = chunk_of(builder.build(), 3, 3);
  EXPECT_EQ(chunk.layers[0].sources,
            (std::vector<accel_model::Source>{accel_model::kInput, accel_model::kInput}));
  EXPECT_EQ(chunk.input(), (Shape{8, 8, 8}));
  EXPECT_EQ(chunk.layers[0].sequence, 0u);
}

TEST(ChunkOf, TurnsWhatElseNamesQuadrants) {
  Program whole =
      ModelBuilder(3, 4, 4).conv(8).writes_with(0xff0000).conv(4).bias().writes_with(0xf0000).build();
  whole.layers[1].bias_quadrants = {1};
  EXPECT_EQ(chunk_of(whole, 1, 1).layers[0].bias_quadrants, (std::vector<std::uint32_t>{0}));
}

TEST(ChunkOf, KeepsTheFifoForTheFirstChunkOnly) {
  ModelBuilder builder(3, 4, 4);
  builder.model.fifo = schemas::Fifo::kStandard;
  const Program whole = builder.conv(4).conv(4).build();
  EXPECT_EQ(chunk_of(whole, 0, 0).fifo, schemas::Fifo::kStandard);
  EXPECT_EQ(chunk_of(whole, 1, 1).fifo, schemas::Fifo::kNone);
}

TEST(CleanCuts, LieOutsideBranches) {
  auto builder = branches();
  builder.conv(4).reads_from({"layer1", "layer2"}).reads_with(0xffff).conv(4);
  // Layer 0 is still read by layer 2, and layer 1 by layer 3.
  EXPECT_EQ(clean_cuts(builder.build()), (std::vector<std::uint32_t>{1, 4}));
}

TEST(CleanCuts, AreNotWhereTheInputIsReadAgain) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).conv(4).reads_from({"input"}).conv(4);
  EXPECT_EQ(clean_cuts(builder.build()), (std::vector<std::uint32_t>{2}));
}

TEST(CleanCuts, AreNotBehindOutputsWideOnesOrSkippedLayers) {
  ModelBuilder output(4, 4, 4), wide(4, 4, 4), skipped(4, 4, 4);
  output.conv(4).conv(4).last().output = true;
  output.conv(4).conv(4);
  wide.conv(4).conv(4).wide().conv(4).reads_from({"layer0"});
  skipped.conv(4).conv(4).last().skip = true;
  skipped.conv(4);
  EXPECT_EQ(clean_cuts(output.build()), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(clean_cuts(wide.build()), (std::vector<std::uint32_t>{1}));
  EXPECT_TRUE(clean_cuts(skipped.build()).empty());
}

TEST(CleanCuts, AreNotBetweenUsersOfTheDataBufferOrBeforeLayersThatStream) {
  auto buffered = with_buffer();
  buffered.last().buffer_insert = 1;
  buffered.conv1d(4, 1).conv1d(2, 3).reads_from({"window"}).conv1d(2, 1);
  EXPECT_EQ(clean_cuts(buffered.build()), (std::vector<std::uint32_t>{3}));
  ModelBuilder streaming(4, 4, 4);
  streaming.conv(4).last().streaming = true;
  streaming.conv(4).last().streaming = true;
  streaming.conv(4);
  EXPECT_EQ(clean_cuts(streaming.build()), (std::vector<std::uint32_t>{2}));
}

}  // namespace
}  // namespace synergy::accel_test
