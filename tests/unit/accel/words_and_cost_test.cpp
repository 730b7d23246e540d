#include "accel_fixtures.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/mcu.hpp"
#include "synergy/accel_model/words.hpp"
#include "synergy/documents/load.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::chunk_cost;
using accel_model::ChunkCost;
using accel_model::input_words;
using accel_model::mcu_ns;
using accel_model::mcu_working_mw;
using accel_model::measured_at_mcu_mhz;
using accel_model::output_words;
using accel_model::ProgramPlacement;
using accel_model::WeightWords;
using accel_model::word_ns;

Program digits() { return *accel_model::build_program(digits_model()); }

ProgramPlacement place_alone(const Program& program) {
  const Program* programs[] = {&program};
  return accel_model::place(programs, schemas::AcceleratorKind::kMax78000)->programs.front();
}

TEST(Words, OfTheDigitClassifierAreThePublishedOnes) {
  EXPECT_EQ(weight_words(place_alone(digits())), (WeightWords{17799, 65}));
  EXPECT_EQ(input_words(digits()), 196u);
  EXPECT_EQ(output_words(digits()), 10u);
  EXPECT_EQ(bias_words(place_alone(digits())), 10u);
}

TEST(Words, OfAnHwcInputCountInstancesAndPasses) {
  EXPECT_EQ(input_words(ModelBuilder(3, 32, 32).conv(1).build()), 1024u);
  EXPECT_EQ(input_words(ModelBuilder(48, 4, 4).conv(1).build()), 12u * 16);
  EXPECT_EQ(input_words(ModelBuilder(128, 4, 4).conv(1).build()), 2u * 16 * 16);
}

TEST(Words, OfAShortLastPassAreLoadedInFullAndReadWhereUsed) {
  // 100 channels: 13 instances of 52 processors in the first pass, 12 in the second.
  EXPECT_EQ(input_words(ModelBuilder(100, 1, 1).conv(1).build()), 2u * 13);
  EXPECT_EQ(output_words(ModelBuilder(1, 2, 2).conv(100).build()), 4u * (13 + 12));
}

TEST(Words, OfSeveralOperandsAreLoadedSideBySide) {
  ModelBuilder builder(8, 4, 4);
  builder.passthrough().eltwise(schemas::Eltwise::kAdd).reads_with(0xf).writes_with(0xf);
  EXPECT_EQ(input_words(builder.build()), 2u * 16);
}

TEST(Words, ThroughAFifoHoldFourChannels) {
  ModelBuilder builder(3, 4, 4);
  builder.model.fifo = schemas::Fifo::kStandard;
  EXPECT_EQ(input_words(builder.conv(1).reads_with(0x10003).build()), 16u);
}

TEST(Words, OfAChwInputRoundEachChannelUp) {
  ModelBuilder builder(2, 3, 3);
  builder.model.input.data_format = schemas::DataFormat::kChw;
  EXPECT_EQ(input_words(builder.conv(1).reads_with(0x11).build()), 2u * 3);
}

TEST(Words, OfAWideOutputAreItsValues) {
  EXPECT_EQ(output_words(ModelBuilder(1, 2, 2).conv(3).wide().build()), 12u);
}

TEST(Words, OfRegistersCountLayersAndQuadrants) {
  EXPECT_EQ(register_words(digits(), 11.5), 230u);
  EXPECT_EQ(register_words(ModelBuilder(1, 2, 2).conv(3).build(), 11), 11u);
}

schemas::DeviceProfile round_figures() {
  schemas::DeviceProfile profile;
  profile.mcu_clock_mhz.value = 100;
  profile.cnn_clock_mhz.value = 50;
  profile.startup_us.value = 2;
  profile.load_input_ns_per_word.value = 300;
  profile.load_weight_ns_per_word.value = 200;
  profile.unload_ns_per_word.value = 250;
  profile.register_write_ns.value = 100;
  profile.registers_per_layer_and_quadrant.value = 10;
  profile.accelerator_active_mw.value = 100;
  profile.accelerator_nj_per_input_word.value = 10;
  profile.accelerator_nj_per_weight_word.value = 20;
  return profile;
}

TEST(Cost, IsWordsAndCyclesTimesTheProfilesFigures) {
  const ChunkCost cost = chunk_cost(digits(), round_figures(), place_alone(digits()));
  EXPECT_EQ(cost.cycles, 70157u);
  EXPECT_EQ(cost.load, Duration(196 * 300));
  EXPECT_EQ(cost.infer, Duration(2000 + 70157 * 20));
  EXPECT_EQ(cost.unload, Duration(10 * 250));
  EXPECT_EQ(cost.switch_program, Duration((10 * 5 * 4 + 10) * 100));
  EXPECT_EQ(cost.weight_load, Duration(17799 * 200));
  EXPECT_DOUBLE_EQ(cost.load_uj, 1.96);
  EXPECT_DOUBLE_EQ(cost.infer_uj, (2000 + 70157 * 20) * 1e-4);
  EXPECT_DOUBLE_EQ(cost.weight_load_uj, 355.98);
  EXPECT_EQ(cost.unload_uj, 0);
  EXPECT_EQ(cost.switch_uj, 0);
}

TEST(Cost, AddsEnergyPerLayerCycleAndInputProcessor) {
  auto profile = round_figures();
  profile.accelerator_pj_per_processor_cycle.value = 20;
  const Program program = ModelBuilder(3, 4, 4).conv(8, 1, 0).build();
  const auto plain = chunk_cost(program, round_figures(), place_alone(program));
  const auto cost = chunk_cost(program, profile, place_alone(program));
  EXPECT_EQ(cost.infer, plain.infer);
  // 16 pixels x (2 + 8 outputs) cycles x 3 processors x 20 pJ.
  EXPECT_NEAR(cost.infer_uj - plain.infer_uj, 160 * 3 * 20e-6, 1e-12);
}

TEST(Cost, OfComputingIsThatOfTheStartAndOfEachLayer) {
  auto profile = round_figures();
  profile.accelerator_pj_per_processor_cycle.value = 20;
  profile.pipeline_cycles_per_passthrough_pixel.value = 12.5;
  ModelBuilder builder(3, 4, 4);
  const Program program = builder.conv(8, 1, 0).passthrough().build();
  const auto energy = infer_energy(program, profile, place_alone(program));
  EXPECT_NEAR(energy.start_uj, 100 * (2 + 1.0 / 50) * 1e-3, 1e-12);  // 2 us and a cycle, at 100 mW
  ASSERT_EQ(energy.layers_uj.size(), 2u);
  // 160 cycles at 50 MHz and 100 mW, and 3 processors x 20 pJ in each.
  EXPECT_NEAR(energy.layers_uj[0], 160 * (0.02 * 100 * 1e-3 + 3 * 20e-6), 1e-12);
  const auto copy_cycles = double(layer_cycles(program.layers[1], profile.accelerator, 0));
  EXPECT_NEAR(energy.layers_uj[1], (copy_cycles + 16 * 12.5) * 0.02 * 100 * 1e-3 + copy_cycles * 8 * 20e-6,
              1e-12);
  EXPECT_NEAR(energy.start_uj + energy.layers_uj[0] + energy.layers_uj[1],
              chunk_cost(program, profile, place_alone(program)).infer_uj, 1e-12);
}

TEST(Cost, AddsThePipelinesCyclesPerPixel) {
  auto profile = round_figures();
  profile.pipeline_cycles_per_conv_pixel.value = 11.2;
  profile.pipeline_cycles_per_passthrough_pixel.value = 13.9;
  const Program conv = ModelBuilder(1, 5, 5).conv(4, 3, 0).build();
  const Program copy = ModelBuilder(128, 2, 2).passthrough().build();
  const auto plain_conv = chunk_cost(conv, round_figures(), place_alone(conv)).cycles;
  const auto plain_copy = chunk_cost(copy, round_figures(), place_alone(copy)).cycles;
  EXPECT_EQ(chunk_cost(conv, profile, place_alone(conv)).cycles - plain_conv, 101u);  // 9 x 11.2
  EXPECT_EQ(chunk_cost(copy, profile, place_alone(copy)).cycles - plain_copy, 111u);  // 4 x 2 x 13.9
}

TEST(Cost, OfWordsFollowsTheMcusClockAndThatOfComputingDoesNot) {
  auto profile = round_figures();  // of a MAX78000, measured at 100 MHz where nothing else is told
  profile.mcu_clock_mhz.value = 40;
  const auto cost = chunk_cost(digits(), profile, place_alone(digits()));
  EXPECT_EQ(cost.load, Duration(196 * 750));
  EXPECT_EQ(cost.unload, Duration(10 * 625));
  EXPECT_EQ(cost.switch_program, Duration((10 * 5 * 4 + 10) * 250));
  EXPECT_EQ(cost.weight_load, Duration(17799 * 500));
  const auto usual = chunk_cost(digits(), round_figures(), place_alone(digits()));
  EXPECT_EQ(cost.infer, usual.infer);
  EXPECT_EQ(cost.load_uj, usual.load_uj) << "the accelerator's own";
  EXPECT_EQ(cost.infer_uj, usual.infer_uj);
}

TEST(Cost, OfWordsKeepsThePartOfTheAcceleratorsOwnClock) {
  auto profile = round_figures();
  profile.accelerator_ns_per_word.value = 120;
  EXPECT_EQ(chunk_cost(digits(), profile, place_alone(digits())),
            chunk_cost(digits(), round_figures(), place_alone(digits())))
      << "at the clock of the measurement the parts do not matter";
  profile.mcu_clock_mhz.value = 50;
  const auto cost = chunk_cost(digits(), profile, place_alone(digits()));
  EXPECT_EQ(cost.load, Duration(196 * (120 + 2 * 180)));
  EXPECT_EQ(cost.unload, Duration(10 * (120 + 2 * 130)));
  EXPECT_EQ(cost.switch_program, Duration((10 * 5 * 4 + 10) * 100)) << "less than the accelerator's part";
}

TEST(Mcu, TimesHoldAtTheClockThatTheProfileNames) {
  auto profile = round_figures();
  const schemas::Figure ten{10, schemas::Mark::kAssumed, ""};
  EXPECT_EQ(mcu_ns(profile, ten), 10);
  profile.measured_at_mcu_mhz.value = 60;
  EXPECT_EQ(mcu_ns(profile, ten), 6);
  profile.measured_at_mcu_mhz.value = 0;
  profile.accelerator = schemas::AcceleratorKind::kMax78002;
  EXPECT_EQ(measured_at_mcu_mhz(profile), 120);
  EXPECT_EQ(mcu_ns(profile, ten), 12);
}

TEST(Mcu, TheEnergyOfItsOwnWorkIsTheSameAtEveryClock) {
  auto profile = round_figures();
  profile.mcu_active_mw.value = 7.6;
  profile.mcu_sleep_mw.value = 1.6;
  const schemas::Figure ten{10, schemas::Mark::kAssumed, ""};
  EXPECT_DOUBLE_EQ(mcu_working_mw(profile), 6);
  for (const double clock : {12.5, 60.0, 100.0, 400.0}) {
    profile.mcu_clock_mhz.value = clock;
    EXPECT_DOUBLE_EQ(mcu_working_mw(profile), 6 * clock / 100);
    EXPECT_DOUBLE_EQ(mcu_working_mw(profile) * mcu_ns(profile, ten), 60) << "pJ, at " << clock << " MHz";
  }
}

/// The fit to AN7664 (loading at 12.5 to 200 MHz, Arm at 120 MHz) carried over to an Arm of 100 MHz is what
/// the MAX78000's figures are made of.
TEST(Mcu, AWordOfAMax78002At100MhzTakesWhatTheMax78000IsGiven) {
  const documents::DeployFolder deploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  auto large = deploy.device_profile("max78002"), small = deploy.device_profile("max78000");
  ASSERT_TRUE(large && small);
  large->mcu_clock_mhz.value = 100;
  for (const auto figure :
       {&schemas::DeviceProfile::load_input_ns_per_word, &schemas::DeviceProfile::load_weight_ns_per_word})
    EXPECT_NEAR(word_ns(*large, (*large).*figure) / ((*small).*figure).value, 1, 0.07);
}

TEST(Mcu, NoTimeIsBeyondWhatAFigureMayBe) {
  auto profile = round_figures();
  profile.measured_at_mcu_mhz.value = 1e9;
  profile.mcu_clock_mhz.value = 1e-3;
  const schemas::Figure longest{schemas::kMaxFigure, schemas::Mark::kAssumed, ""};
  EXPECT_EQ(mcu_ns(profile, longest), schemas::kMaxFigure);
  EXPECT_EQ(word_ns(profile, longest), schemas::kMaxFigure);
}

TEST(Cost, RoundsTimesToTheNearestNanosecond) {
  auto profile = round_figures();
  profile.load_input_ns_per_word.value = 0.5;
  const Program three = ModelBuilder(1, 3, 1).conv(1).build();
  EXPECT_EQ(chunk_cost(three, profile, place_alone(three)).load, Duration(2));
}

TEST(Sizes, CountEachTensorOnce) {
  EXPECT_EQ(weight_bytes(digits()), 71148u);
  EXPECT_EQ(bias_bytes(digits()), 10u);
  ModelBuilder shared(4, 2, 2);
  shared.conv(4).conv(4);
  shared.last().weights = shared.model.layers[0].weights;
  EXPECT_EQ(weight_bytes(shared.build()), 4u * 4 * 9);
}

TEST(Sizes, CountNarrowAndStretchedKernelsAsTheyAreHeld) {
  EXPECT_EQ(weight_bytes(ModelBuilder(4, 4, 4).conv(8).bits(2).build()), 4u * 8 * 9 / 4);
  EXPECT_EQ(weight_bytes(ModelBuilder(4, 20, 1).conv1d(8, 2, 0, 4).build()), 4u * 8 * 5);
  EXPECT_EQ(weight_bytes(ModelBuilder(4, 40, 1).conv1d(8, 3, 0, 7).build()), 4u * 8 * 9);
}

}  // namespace
}  // namespace synergy::accel_test
