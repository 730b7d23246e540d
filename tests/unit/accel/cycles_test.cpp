// Figures of the hardware specification, section 5.3 and appendix C.
#include "synergy/accel_model/cycles.hpp"

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::layer_cycles;
using accel_model::program_cycles;

std::uint64_t cycles_of(const ModelBuilder& builder) { return program_cycles(builder.build()); }

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
  const auto program = accel_model::build_program(digits_model());
  std::vector<std::uint64_t> cycles;
  for (const auto& layer : program->layers) cycles.push_back(layer_cycles(layer));
  EXPECT_EQ(cycles, (std::vector<std::uint64_t>{48956, 16664, 4012, 332, 192}));
  EXPECT_EQ(program_cycles(*program), 70157u);
}

TEST(Cycles, OfTheFourteenLayerClassifier) {
  const Program program = simple_net().build();
  std::vector<std::uint64_t> cycles;
  for (const auto& layer : program.layers) cycles.push_back(layer_cycles(layer));
  EXPECT_EQ(cycles, (std::vector<std::uint64_t>{18828, 22924, 22924, 22924, 6604, 5836, 11980, 3500, 3308,
                                                1676, 4136, 4160, 306, 212}));
  EXPECT_EQ(program_cycles(program), 129319u);
}

TEST(Cycles, OfTheWideClassifier) { EXPECT_EQ(program_cycles(wide_net().build()), 190694u); }

TEST(Cycles, HolesBetweenOutputProcessorsCostTime) {
  const auto packed = layer_cycles(ModelBuilder(1, 4, 4).conv(2, 1, 0).writes_with(0x3).build().layers[0]);
  const auto spread = layer_cycles(ModelBuilder(1, 4, 4).conv(2, 1, 0).writes_with(0x9).build().layers[0]);
  EXPECT_EQ(spread - packed, 16u * 2);
}

}  // namespace
}  // namespace synergy::accel_test
