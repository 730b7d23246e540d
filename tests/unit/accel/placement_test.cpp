#include "synergy/accel_model/placement.hpp"

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::place;
using accel_model::place_beside;
using accel_model::ProgramPlacement;
using schemas::AcceleratorKind;
constexpr auto kMax78000 = AcceleratorKind::kMax78000;
constexpr auto kMax78002 = AcceleratorKind::kMax78002;
using Columns = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Columns start_and_length(const ProgramPlacement& placement) {
  Columns columns;
  for (const auto& layer : placement.layers) columns.emplace_back(layer.start, layer.length);
  return columns;
}

ProgramPlacement place_alone(const Program& program, AcceleratorKind kind) {
  const Program* programs[] = {&program};
  auto placement = place(programs, kind);
  EXPECT_TRUE(placement) << placement.error().message;
  return placement ? placement->programs.front() : ProgramPlacement{};
}

Error refusal(const Program& program, AcceleratorKind kind) {
  const Program* programs[] = {&program};
  const auto placement = place(programs, kind);
  EXPECT_FALSE(placement);
  return placement ? Error{} : placement.error();
}

TEST(Placement, OfTheDigitClassifierIsThePublishedOne) {
  const auto placed = place_alone(*accel_model::build_program(digits_model()), kMax78000);
  EXPECT_EQ(start_and_length(placed), (Columns{{0, 60}, {0, 60}, {60, 56}, {116, 12}, {128, 18}}));
  EXPECT_EQ(placed.highest_column(), 146u);
  EXPECT_EQ(placed.columns_used(0), 78u);
  EXPECT_EQ(placed.columns_used(4), 146u);
  EXPECT_EQ(placed.columns_used(63), 116u);
  EXPECT_EQ(placed.bias_levels, (std::array<std::uint32_t, 4>{10, 0, 0, 0}));
}

TEST(Placement, GivesLayersOnAllProcessorsTheLowestColumns) {
  ModelBuilder builder(3, 8, 8);
  builder.conv(64).conv(8);
  EXPECT_EQ(start_and_length(place_alone(builder.build(), kMax78000)), (Columns{{8, 64}, {0, 8}}));
}

TEST(Placement, FillsAMax78002sLongProcessorsFromTheTop) {
  const auto placed = place_alone(*accel_model::build_program(digits_model()), kMax78002);
  EXPECT_EQ(placed.layers[0].start, 5060u);
  EXPECT_EQ(placed.layers[1].start, 0u);
}

TEST(Placement, FromTheTopStartsAtMultiplesOfFourToo) {
  ModelBuilder builder(1, 4, 4);
  builder.conv(1).writes_with(0x1).conv(61).writes_with(low_mask(61));
  const auto placed = place_alone(builder.build(), kMax78002);
  EXPECT_EQ(start_and_length(placed), (Columns{{5116, 1}, {5052, 61}}));
}

TEST(Placement, StartsAtMultiplesOfFour) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(5, 1, 0).writes_with(0x1f).conv(5).writes_with(0x1f).conv(3);
  EXPECT_EQ(start_and_length(place_alone(builder.build(), kMax78000)), (Columns{{0, 1}, {4, 5}, {12, 3}}));
}

TEST(Placement, AnOutputMaskThatStartsOffAFourLeavesTheFirstColumnsFree) {
  const auto placed = place_alone(ModelBuilder(1, 4, 4).conv(4).writes_with(0x1e).build(), kMax78000);
  EXPECT_EQ(placed.layers[0].length, 4u);
  EXPECT_EQ(placed.layers[0].occupied_begin, 1u);
  EXPECT_EQ(placed.layers[0].occupied_end, 5u);
}

TEST(Placement, ColumnsBeyondTheLengthDoNotFallOnOtherKernels) {
  // Four kernels from a mask that starts one off take five columns; the hole between the others has four.
  const Program filler = ModelBuilder(1, 4, 4).conv(4).build();
  const Program shifted = ModelBuilder(1, 4, 4).conv(4).writes_with(0x1e).build();
  auto low = place_alone(filler, kMax78000), high = low;
  high.layers[0].occupied_begin = 8;
  high.layers[0].occupied_end = 12;
  const ProgramPlacement* resident[] = {&low, &high};
  const auto placed = place_beside(resident, shifted, kMax78000);
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->layers[0].start, 12u);
}

TEST(Placement, HolesOfTheOutputMaskAreOccupiedButNotWritten) {
  const auto placed = place_alone(ModelBuilder(1, 4, 4).conv(2).writes_with(0x9).build(), kMax78000);
  EXPECT_EQ(placed.layers[0].length, 4u);
  EXPECT_EQ(placed.columns_used(0), 2u);
}

TEST(Placement, LayersThatNameTheSameWeightsShareThem) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4).conv(4);
  builder.last().weights = builder.model.layers[0].weights;
  const auto placed = place_alone(builder.build(), kMax78000);
  EXPECT_EQ(start_and_length(placed), (Columns{{0, 4}, {0, 4}}));
  EXPECT_EQ(placed.columns_used(0), 4u);
}

TEST(Placement, SaysWhichLayerNeedsHowManyColumns) {
  const auto error = refusal(wide_net().build(), kMax78000);
  EXPECT_EQ(error.code, ErrorCode::kNoFit);
  EXPECT_EQ(
      error.message,
      "model 'sample', layer 12 'layer12' needs 576 columns of weight memory in each of 64 processors of the "
      "MAX78000; at most 224 in a row are free in all of them");
}

TEST(Placement, TheWideClassifierFitsAMax78002) {
  EXPECT_EQ(place_alone(wide_net().build(), kMax78002).layers[12].start, 544u);
}

TEST(Placement, KeepsSeveralProgramsBesideEachOther) {
  const Program digits = *accel_model::build_program(digits_model());
  const Program* programs[] = {&digits, &digits};
  const auto placement = place(programs, kMax78000);
  ASSERT_TRUE(placement);
  EXPECT_EQ(start_and_length(placement->programs[0]),
            (Columns{{0, 60}, {0, 60}, {60, 56}, {116, 12}, {128, 18}}));
  // Processor 0 has a gap between its two layers that the second copy's first layer fills.
  EXPECT_EQ(start_and_length(placement->programs[1]),
            (Columns{{60, 60}, {148, 60}, {208, 56}, {264, 12}, {276, 18}}));
}

TEST(Placement, OneByOneIsTheSameAsTogether) {
  const Program digits = *accel_model::build_program(digits_model()), other = simple_net().build();
  const Program* programs[] = {&digits, &other};
  const auto together = place(programs, kMax78002);
  ASSERT_TRUE(together);
  const ProgramPlacement* resident[] = {&together->programs[0]};
  const auto beside = place_beside(resident, other, kMax78002);
  ASSERT_TRUE(beside);
  EXPECT_EQ(*beside, together->programs[1]);
}

TEST(Placement, SaysWhatIsFreeBesideTheOthers) {
  const Program digits = *accel_model::build_program(digits_model());
  const std::vector<const Program*> six(6, &digits);
  const auto placement = place(six, kMax78000);
  ASSERT_FALSE(placement);
  EXPECT_EQ(
      placement.error().message,
      "model 'digits', layer 1 'layer1' needs 60 columns of weight memory in each of 60 processors of the "
      "MAX78000; at most 28 in a row are free in all of them");
}

TEST(BiasMemory, GivesTheLongestFirstToTheEmptiestQuadrant) {
  EXPECT_EQ(place_alone(simple_net().build(), kMax78000).bias_levels,
            (std::array<std::uint32_t, 4>{512, 236, 236, 236}));
}

TEST(BiasMemory, UsesOnlyQuadrantsOfTheProgram) {
  EXPECT_EQ(place_alone(ModelBuilder(4, 4, 4).conv(8).bias().conv(8).bias().build(), kMax78000).bias_levels,
            (std::array<std::uint32_t, 4>{16, 0, 0, 0}));
}

TEST(BiasMemory, AnOutputMaskThatStartsOffAFourTakesMore) {
  EXPECT_EQ(
      place_alone(ModelBuilder(1, 4, 4).conv(4).bias().writes_with(0x78).build(), kMax78000).bias_levels[0],
      7u);
}

TEST(BiasMemory, SaysWhatIsMissing) {
  const auto error = refusal(ModelBuilder(1, 1, 1).conv(513, 1, 0).bias().build(), kMax78000);
  EXPECT_EQ(error.code, ErrorCode::kNoFit);
  EXPECT_EQ(
      error.message,
      "model 'sample', layer 0 'layer0' needs 513 bytes of bias memory in one quadrant; the emptiest of the "
      "MAX78000 has 512 left");
}

TEST(Placement, NarrowWeightsShareColumns) {
  EXPECT_EQ(start_and_length(place_alone(ModelBuilder(4, 8, 8).conv(64).bits(2).build(), kMax78000)),
            (Columns{{0, 16}}));
  // 11 kernels of 5 taps and one bit: the register counts a last byte per tap in full.
  const auto odd = place_alone(ModelBuilder(3, 20, 1).conv1d(11, 5).bits(1).build(), kMax78000);
  EXPECT_EQ(odd.layers[0].length, 3u);
  EXPECT_EQ(odd.columns_used(0), 3u);
}

TEST(Placement, DepthwiseLayersTakeOneKernelPerPassInOneBank) {
  EXPECT_EQ(start_and_length(place_alone(ModelBuilder(128, 4, 4).depthwise().build(), kMax78002)),
            (Columns{{0, 2}}));
  ModelBuilder builder(16, 4, 4);
  builder.model.weight_start = 1020;
  builder.model.max_processors = 2;
  builder.depthwise().reads_with(0x3).writes_with(0x3);
  EXPECT_EQ(start_and_length(place_alone(builder.build(), kMax78002)), (Columns{{1024, 8}}));
}

TEST(Placement, BeginsWhereTheModelSays) {
  ModelBuilder builder(4, 8, 8);
  builder.model.weight_start = 100;
  EXPECT_EQ(start_and_length(place_alone(builder.conv(4).build(), kMax78002)), (Columns{{100, 4}}));
}

TEST(Placement, OrdersLayersByTheirHardwareNumber) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4).last().sequence = 2;
  builder.conv(8).last().sequence = 1;
  EXPECT_EQ(start_and_length(place_alone(builder.build(), kMax78002)), (Columns{{8, 4}, {0, 8}}));
}

TEST(Placement, ABypassedKernelTakesNoColumns) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4, 1, 0).last().bypass = true;
  builder.last().weights.clear();
  EXPECT_EQ(place_alone(builder.build(), kMax78002).highest_column(), 0u);
}

TEST(Placement, AFirstLayerInAllQuadrantsDealsItsOutputs) {
  ModelBuilder builder(3, 8, 8);
  builder.model.fifo = schemas::Fifo::kFastQuad;
  const auto placed = place_alone(builder.conv(7).bias().build(), kMax78000);
  EXPECT_EQ(start_and_length(placed), (Columns{{0, 2}}));
  EXPECT_EQ(placed.columns_used(18), 2u);
  EXPECT_EQ(placed.columns_used(48), 1u);
  EXPECT_EQ(placed.bias_levels, (std::array<std::uint32_t, 4>{2, 2, 2, 1}));
}

TEST(Placement, AFirstCalcx4LayerBeginsFourTimesAsHigh) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(8).conv(8).last().calcx4 = true;
  builder.conv(8).last().calcx4 = true;
  EXPECT_EQ(start_and_length(place_alone(builder.build(), kMax78002)), (Columns{{0, 8}, {32, 8}, {8, 8}}));
}

TEST(BiasMemory, DepthwiseBiasesLieWithTheirProcessors) {
  const auto placed = place_alone(ModelBuilder(109, 4, 4).depthwise().bias().build(), kMax78002);
  EXPECT_EQ(placed.bias_levels, (std::array<std::uint32_t, 4>{32, 32, 32, 29}));
  EXPECT_EQ(placed.layers[0].bias_quadrants, 0xfu);
}

TEST(BiasMemory, DepthwiseLayersShareEqualBiases) {
  ModelBuilder builder(64, 4, 4);
  builder.depthwise().bias().depthwise().bias();
  EXPECT_EQ(place_alone(builder.build(), kMax78002).bias_levels[0], 32u);
  builder.last().bias = builder.model.layers[0].bias;
  EXPECT_EQ(place_alone(builder.build(), kMax78002).bias_levels[0], 16u);
}

TEST(BiasMemory, OfOneQuadrantKeepTheOrderOfLayers) {
  const auto placed = place_alone(ModelBuilder(4, 4, 4).conv(4).bias().conv(8).bias().build(), kMax78002);
  EXPECT_EQ(placed.layers[0].bias_offsets[0], 0u);
  EXPECT_EQ(placed.layers[1].bias_offsets[0], 4u);
}

TEST(BiasMemory, GoesWhereTheLayerSays) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(32).conv(8).bias().last().bias_quadrants = {1};
  EXPECT_EQ(place_alone(builder.build(), kMax78000).bias_levels, (std::array<std::uint32_t, 4>{0, 8, 0, 0}));
}

TEST(BiasMemory, AMax78000LosesTheFirstBiasOfAStream) {
  ModelBuilder builder(4, 4, 4);
  builder.model.fifo = schemas::Fifo::kStandard;
  builder.conv(8).bias().last().streaming = true;
  EXPECT_EQ(place_alone(builder.build(), kMax78000).bias_levels[0], 9u);
  EXPECT_EQ(place_alone(builder.build(), kMax78002).bias_levels[0], 8u);
}

}  // namespace
}  // namespace synergy::accel_test
