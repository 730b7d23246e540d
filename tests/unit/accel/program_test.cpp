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
              "larger than the input, 1 x 2 x 2");
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

TEST(BuildProgram, RefusesAnActivationOf32Bits) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).wide().relu().model), "raw accumulator");
}

TEST(BuildProgram, RefusesToRead32BitsInTheNextLayer) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).wide().conv(1).model), "only the last layer may");
}

TEST(BuildProgram, RefusesALayerThatReadsWhereNothingWasWritten) {
  ModelBuilder offset(1, 2, 2), mask(1, 2, 2);
  offset.conv(2).conv(1).last().in_offset = 0x100;
  mask.conv(2).conv(1).reads_with(0xc);
  EXPECT_SAYS(refusal(offset.model), "in_offset 0x100, but the layer before writes at 0x4000");
  EXPECT_SAYS(refusal(mask.model), "processors 0xc, but the layer before writes with 0x3");
}

TEST(BuildProgram, RefusesEmptyMasksAndOddOffsets) {
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).writes_with(0).model), "output_processors is empty");
  EXPECT_SAYS(refusal(ModelBuilder(1, 2, 2).conv(1).writes_at(6).model), "multiples of 4");
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

}  // namespace
}  // namespace synergy::accel_test
