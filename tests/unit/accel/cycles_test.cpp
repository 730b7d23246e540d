// Figures of the hardware specification, section 5.3 and appendix C.
#include "synergy/accel_model/cycles.hpp"

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::program_cycles;
using schemas::AcceleratorKind;
using schemas::Eltwise;

accel_model::ProgramPlacement place_alone(const Program& program, AcceleratorKind kind) {
  const Program* programs[] = {&program};
  auto placement = accel_model::place(programs, kind);
  EXPECT_TRUE(placement) << placement.error().message;
  return placement ? placement->programs.front() : accel_model::ProgramPlacement{};
}

std::uint64_t cycles_of(const ModelBuilder& builder, AcceleratorKind kind = AcceleratorKind::kMax78000) {
  const Program program = builder.build();
  return program_cycles(program, kind, place_alone(program, kind));
}

std::uint64_t layer_cycles(const accel_model::Layer& layer) {
  return accel_model::layer_cycles(layer, AcceleratorKind::kMax78000, 0);
}

std::vector<std::uint64_t> cycles_of_layers(const Program& program) {
  const auto placement = place_alone(program, AcceleratorKind::kMax78000);
  std::vector<std::uint64_t> cycles;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    cycles.push_back(
        accel_model::layer_cycles(program.layers[k], AcceleratorKind::kMax78000, placement.layers[k].start));
  return cycles;
}

TEST(Cycles, OfThePublishedConvolutions) {
  EXPECT_EQ(cycles_of(ModelBuilder(1, 20, 20).conv(16, 3, 2).max_pool(2, 2)), 3049u);
  EXPECT_EQ(cycles_of(ModelBuilder(1, 65, 65).conv(32).max_pool(16, 4)), 49010u);
  EXPECT_EQ(cycles_of(ModelBuilder(1, 32, 32).conv(64)), 67981u);
  EXPECT_EQ(cycles_of(ModelBuilder(1, 32, 32).conv(64, 3, 0)), 59773u);
  EXPECT_EQ(cycles_of(ModelBuilder(1, 28, 28).conv(8)), 8189u);
}

TEST(Cycles, GrowWithInputPasses) {
  EXPECT_EQ(cycles_of(ModelBuilder(128, 8, 8).conv(16)), 2485u);
  EXPECT_EQ(cycles_of(ModelBuilder(128, 11, 11).conv(1, 3, 0)), 687u);
}

TEST(Cycles, OfFlattenedAndPlainLinearLayers) {
  EXPECT_EQ(cycles_of(ModelBuilder(12, 4, 4).linear(10)), 193u);
  EXPECT_EQ(cycles_of(ModelBuilder(12, 8, 8).linear(10)), 770u);
  EXPECT_EQ(cycles_of(ModelBuilder(1, 1, 1).linear(17, false)), 20u);
}

TEST(Cycles, FlatteningTakesOneMoreFrom17RoundsOn) {
  EXPECT_EQ(layer_cycles(ModelBuilder(4, 1, 16).linear(8).build().layers[0]), 16u * (2 + 8));
  EXPECT_EQ(layer_cycles(ModelBuilder(4, 1, 17).linear(8).build().layers[0]), 17u * (2 + 8) + 1);
}

TEST(Cycles, OfOnePixelWithPadding) { EXPECT_EQ(cycles_of(ModelBuilder(1, 1, 1).conv(1)), 29u); }

TEST(Cycles, OfThePublishedElementWiseLayers) {
  ModelBuilder one(8, 12, 12), two(256, 12, 12), before_pooling(16, 17, 17);
  one.passthrough().eltwise(Eltwise::kAdd).reads_with(0xf).writes_with(0xf);
  EXPECT_EQ(cycles_of(one), 721u);
  // Two passes over few processors: only a smaller chip has them.
  two.model.max_processors = 4;
  two.model.input.channels = 16;
  two.passthrough().eltwise(Eltwise::kAdd).reads_with(0xf).writes_with(0xf);
  EXPECT_EQ(cycles_of(two), 1441u);
  before_pooling.passthrough().eltwise(Eltwise::kAdd).max_pool(2, 2).reads_with(0xff).writes_with(0xff);
  before_pooling.last().pool_first = false;
  EXPECT_EQ(cycles_of(before_pooling), 705u);
}

TEST(Cycles, OfAPaddedLayerThatPoolsLastGrowWithItsFirstColumnOnAMax78000) {
  ModelBuilder builder(8, 8, 8);
  builder.conv(4).eltwise(Eltwise::kAdd).max_pool(2, 2).reads_with(0xf).last().pool_first = false;
  const auto layer = builder.build().layers[0];
  const auto at = [&](AcceleratorKind kind, std::uint32_t column) {
    return accel_model::layer_cycles(layer, kind, column);
  };
  // 4 x 4 pooled pixels, padded by 1: (4 + 2 - 3 + 1) + (4 + 2 - 3 + 1) - 1 more for each column.
  EXPECT_EQ(at(AcceleratorKind::kMax78000, 10) - at(AcceleratorKind::kMax78000, 0), 70u);
  EXPECT_EQ(at(AcceleratorKind::kMax78002, 10), at(AcceleratorKind::kMax78002, 0));
}

TEST(Cycles, OfATransposedConvolution) {
  EXPECT_EQ(cycles_of(ModelBuilder(1, 7, 9).conv_transpose(64)), 16837u);
}

TEST(Cycles, OfDilatedOneDimensionalConvolutions) {
  // Taps 7 apart are folded to 31 rows of 7; taps 4 apart make a kernel of 5.
  EXPECT_EQ(cycles_of(ModelBuilder(3, 217, 1).conv1d(11, 3, 0, 7)), 3062u);
  EXPECT_EQ(layer_cycles(ModelBuilder(3, 10, 1).conv1d(8, 2, 0, 4).build().layers[0]),
            layer_cycles(ModelBuilder(3, 10, 1).conv1d(8, 5).build().layers[0]));
}

TEST(Cycles, OfADepthwiseLayerHaveOneSlot) {
  EXPECT_EQ(layer_cycles(ModelBuilder(64, 4, 4).depthwise(1, 0).build().layers[0]),
            layer_cycles(ModelBuilder(64, 4, 4).conv(1, 1, 0).build().layers[0]));
}

TEST(Cycles, OfABypassedKernelHaveNoSlots) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4, 1, 0).last().bypass = true;
  builder.last().weights.clear();
  EXPECT_EQ(layer_cycles(builder.build().layers[0]), 16u * 2);
}

TEST(Cycles, OfALayerThatStreamsAreHalfAsManyMore) {
  ModelBuilder builder(1, 28, 28);
  builder.model.fifo = schemas::Fifo::kStandard;
  builder.conv(8).last().streaming = true;
  EXPECT_EQ(layer_cycles(builder.build().layers[0]), (15u * 8188 + 9) / 10);
}

TEST(Cycles, AllQuadrantsTogetherShareTheOutputs) {
  ModelBuilder builder(3, 8, 8);
  builder.conv(64, 1, 0);
  const auto alone = layer_cycles(builder.build().layers[0]);
  builder.model.fifo = schemas::Fifo::kFastQuad;
  EXPECT_EQ(alone - layer_cycles(builder.build().layers[0]), 64u * 48);
}

TEST(Cycles, OfASkippedLayerAreNone) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).conv(4).last().skip = true;
  builder.conv(4);
  const auto cycles = cycles_of_layers(builder.build());
  EXPECT_EQ(cycles[1], 0u);
  EXPECT_GT(cycles[2], 0u);
}

TEST(Cycles, OfPassthroughCountFetchesAndTimeSlots) {
  // 5 channels take two slots of four processors; a 2 x 2 window takes four fetches.
  EXPECT_EQ(layer_cycles(ModelBuilder(5, 6, 6).passthrough().build().layers[0]), 36u * (2 + 2));
  EXPECT_EQ(layer_cycles(ModelBuilder(5, 6, 6).passthrough().max_pool(2, 2).build().layers[0]), 9u * (5 + 2));
}

TEST(Cycles, OfPassthroughCountPassesTwiceWhenPoolingManyPasses) {
  EXPECT_EQ(layer_cycles(ModelBuilder(128, 2, 2).passthrough().build().layers[0]), 4u * (2 * 2 + 2 * 4));
  EXPECT_EQ(layer_cycles(ModelBuilder(128, 2, 2).passthrough().max_pool(2, 2).build().layers[0]),
            3u * 5 + 3 * 4);
}

TEST(Cycles, OfTheDigitClassifierLayerByLayer) {
  const auto program = *accel_model::build_program(digits_model());
  EXPECT_EQ(cycles_of_layers(program), (std::vector<std::uint64_t>{48956, 16664, 4012, 332, 192}));
  EXPECT_EQ(
      program_cycles(program, AcceleratorKind::kMax78000, place_alone(program, AcceleratorKind::kMax78000)),
      70157u);
}

TEST(Cycles, OfTheFourteenLayerClassifier) {
  EXPECT_EQ(cycles_of_layers(simple_net().build()),
            (std::vector<std::uint64_t>{18828, 22924, 22924, 22924, 6604, 5836, 11980, 3500, 3308, 1676, 4136,
                                        4160, 306, 212}));
  EXPECT_EQ(cycles_of(simple_net()), 129319u);
}

TEST(Cycles, OfTheWideClassifier) { EXPECT_EQ(cycles_of(wide_net(), AcceleratorKind::kMax78002), 190694u); }

TEST(Cycles, HolesBetweenOutputProcessorsCostTime) {
  const auto packed = layer_cycles(ModelBuilder(1, 4, 4).conv(2, 1, 0).writes_with(0x3).build().layers[0]);
  const auto spread = layer_cycles(ModelBuilder(1, 4, 4).conv(2, 1, 0).writes_with(0x9).build().layers[0]);
  EXPECT_EQ(spread - packed, 16u * 2);
}

}  // namespace
}  // namespace synergy::accel_test
