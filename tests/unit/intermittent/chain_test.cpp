// A chain made of a model is what the profile says; worked out by hand for the digit classifier's layers.
#include "synergy/intermittent/chain.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "standard_models.hpp"

namespace synergy::intermittent_test {
namespace {

// ConvNet5 on a MAX78000 of deploy/devices; its figures, in ns, pJ and mW.
constexpr std::int64_t kWord = 286, kWeightWord = 302, kUnloadWord = 230, kRegister = 300, kUnpack = 40;
constexpr double kAwake = 7.6, kAsleep = 1.6, kAccelerator = 36, kWordPj = 12'000;

TEST(Chain, OfConvNet5IsWorkedOutByHand) {
  const auto chain = chain_of("convnet5", {});
  ASSERT_EQ(chain.pieces(), 5u);
  EXPECT_EQ(chain.first_layer, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(chain.kept_bytes.front(), 784u);
  EXPECT_EQ(chain.kept_bytes.back(), 16u);  // a label
  EXPECT_EQ(chain.boot, (Cost{19'000'000, Duration(2'500'000)}));
  const auto& whole = chain.range(0, 5);
  ASSERT_TRUE(whole.possible()) << whole.refusal;
  // 71 148 bytes of weights are 17 787 words; 12 more, because each processor's run ends with a whole word.
  const std::int64_t weight_ns = 17'799 * kWeightWord;
  EXPECT_EQ(whole.weights.time.count(), weight_ns);
  EXPECT_NEAR(double(whole.weights.energy), 17'799 * kWordPj + double(weight_ns) * kAwake, 10);
  // 5 layers in 4 quadrants, 11 registers each, and 10 bytes of bias.
  const std::int64_t register_ns = (5 * 4 * 11 + 10) * kRegister;
  EXPECT_EQ(whole.registers.time.count(), register_ns);
  EXPECT_NEAR(double(whole.registers.energy), double(register_ns) * kAwake, 10);
  // 784 bytes, four a word; 70 157 cycles at 50 MHz; ten scores of four bytes, then argmax.
  const std::int64_t load = 196 * kWord, infer = 6'600 + 70'157 * 20,
                     unload = 10 * kUnloadWord + 40 * 2 * kUnpack;
  const std::int64_t restore = 784 * 320, save = 16 * 320 + 60'000;
  EXPECT_EQ(whole.variable.time.count(), load + infer + unload + restore + save);
  EXPECT_NEAR(double(whole.variable.energy),
              196 * kWordPj + double(load + unload) * kAwake + double(infer) * (kAccelerator + kAsleep) +
                  (784 + 16) * 3'900 + 456'000,
              10);
  EXPECT_EQ(whole.steps.sum(), whole.variable);
  EXPECT_EQ(whole.steps.restore.time.count(), restore);
  EXPECT_EQ(whole.steps.load.time.count(), load);
  EXPECT_EQ(whole.steps.infer.time.count(), infer);
  EXPECT_EQ(whole.steps.unload.time.count(), unload);
  EXPECT_EQ(whole.steps.save.time.count(), save);
  EXPECT_EQ(chain.cost({0, 5}, 3).energy,
            chain.boot.energy + whole.weights.energy + whole.registers.energy + 3 * whole.variable.energy);
}

TEST(Chain, AnInputThatLiesInSramIsNotReadFromFram) {
  const auto queued = chain_of("convnet5", {}), fresh = chain_of("convnet5", {.inputs_in_fram = false});
  EXPECT_EQ(queued.range(0, 3).variable.energy - fresh.range(0, 3).variable.energy, 784 * 3'900);
  EXPECT_EQ(queued.range(1, 3), fresh.range(1, 3));
  EXPECT_EQ(fresh.kept_bytes.front(), 0u);
}

TEST(Chain, RangesThatTheAcceleratorRefusesSayWhy) {
  const auto chain = chain_of("efficientnetv2-custom", {});
  const auto& whole = chain.range(0, chain.pieces());
  EXPECT_FALSE(whole.possible());
  EXPECT_THAT(whole.refusal, testing::HasSubstr("column"));
  for (std::uint32_t i = 0; i < chain.pieces(); ++i) EXPECT_TRUE(chain.range(i, i + 1).possible());
  // Ends and beginnings that lie in the accelerator together are told from those that do not.
  std::size_t fits = 0, not_fits = 0;
  for (std::uint32_t tail = 1; tail < chain.pieces(); ++tail)
    for (std::uint32_t head = 1; head <= tail; ++head) ++(chain.together(tail, head) ? fits : not_fits);
  EXPECT_GT(fits, 0u);
  EXPECT_GT(not_fits, 0u);
}

/// Of the models of deploy/, a layer between two large tensors that needs more than a range around it.
TEST(Chain, CostsAreNotMonotone) {
  const auto chain = chain_of("convnet5", {});
  EXPECT_GT(chain.cost({1, 2}).energy, chain.cost({0, 5}).energy);
}

TEST(Chain, WrongFiguresAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const CheckpointFigures& wrong :
       {CheckpointFigures{.boot_us = -1}, CheckpointFigures{.boot_uj = nan},
        CheckpointFigures{.fram_nj_per_byte = 1e10}, CheckpointFigures{.boot_uj = 1e9 + 1},
        CheckpointFigures{.fram_nj_per_byte = 1e9}, CheckpointFigures{.checkpoint_us = -0.1}}) {
    const auto made = make_chain(standard_model("kws"), standard_profile("max78000"), wrong);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace synergy::intermittent_test
