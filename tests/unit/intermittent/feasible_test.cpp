// The least capacity against all partitions; capacitors; what is refused and how that reads.
#include "synergy/intermittent/feasible.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <optional>

#include "random_chain.hpp"
#include "supplies.hpp"

namespace synergy::intermittent_test {
namespace {

using testing::HasSubstr;

TEST(Supply, GivesTheEnergyBetweenItsThresholds) {
  // 1000 uF / 2 x (3.15^2 - 2^2) = 2961.25 uJ, x 0.85 x 0.85.
  EXPECT_NEAR(microjoules(*usable_energy(supply(1000, 0.85))), 2961.25 * 0.7225, 2e-6);
  // 40 mW at 2 V are 20 mA; 5 ohm drop 0.1 V: (3.15^2 - 2.1^2) / 2 x 1000 = 2756.25 uJ.
  auto sagging = supply(1000);
  sagging.store.converter.output_efficiency = 1;
  sagging.store.capacitor.esr_ohm = 5;
  sagging.peak_mw = 40;
  EXPECT_NEAR(microjoules(*usable_energy(sagging)), 2756.25, 2e-6);
}

TEST(Supply, SmallestCapacitorIsEnoughAndATenthLessIsNot) {
  Random random(1);
  for (int n = 0; n < 2000; ++n) {
    auto like = supply(1, double(50 + random.below(51)) / 100);
    like.store.thresholds.on_v = 2.5 + double(random.below(200)) / 100;
    like.store.capacitor.esr_ohm = double(random.below(10));
    like.peak_mw = 50;
    const auto need = Picojoules(1 + random.below(20'000'000'000));
    const auto smallest = smallest_capacitor_uf(need, like);
    ASSERT_TRUE(smallest) << smallest.error().message;
    like.store.capacitor.capacitance_uf = *smallest;
    EXPECT_GE(*usable_energy(like), need);
    like.store.capacitor.capacitance_uf = *smallest - 0.1;
    if (*smallest - 0.1 > 1e-6) {
      EXPECT_LT(*usable_energy(like), need);
    }
  }
}

TEST(Supply, ImpossibleFiguresAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = HUGE_VAL;
  const auto expect_refused = [](const Supply& wrong) {
    const auto usable = usable_energy(wrong);
    ASSERT_FALSE(usable);
    EXPECT_EQ(usable.error().code, ErrorCode::kInvalid);
  };
  for (const double microfarads : {0.0, -1.0, nan, 1e7, infinite}) expect_refused(supply(microfarads));
  for (const double margin : {0.0, 1.1, nan}) expect_refused(supply(100, margin));
  using Spoil = void (*)(accel_model::StoreSettings & store);
  for (const Spoil spoil : {Spoil([](auto& store) { store.thresholds.on_v = 2; }),
                            Spoil([](auto& store) { store.thresholds.on_v = std::nan(""); }),
                            Spoil([](auto& store) { store.thresholds.off_v = -1; }),
                            Spoil([](auto& store) { store.capacitor.esr_ohm = 1.15 / 0.02; }),
                            Spoil([](auto& store) { store.converter.output_efficiency = std::nan(""); })}) {
    auto wrong = supply(100);
    wrong.peak_mw = 34;  // 20 mA at 2 V
    EXPECT_TRUE(usable_energy(wrong));
    spoil(wrong.store);
    expect_refused(wrong);
  }
  EXPECT_TRUE(usable_energy(supply(1e6)));
  const auto none = smallest_capacitor_uf(kMostEnergy, supply(1));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNoFit);
}

TEST(LeastCapacity, IsThatOfTheBestPartition) {
  std::uint64_t impossible = 0, not_monotone = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(n);
    const auto chain = random_chain(random, {.most_pieces = 8});
    std::optional<Picojoules> best;
    for_each_partition(chain, [&](const std::vector<Segment>& segments) {
      Picojoules dearest = 0;
      for (const auto& s : segments) dearest = std::max(dearest, cost_by_hand(chain, s).energy);
      best = std::min(best.value_or(dearest), dearest);
    });
    const auto found = least_capacity(chain);
    ASSERT_EQ(found.has_value(), best.has_value()) << "seed " << n;
    impossible += !found;
    if (!found) continue;
    EXPECT_EQ(found->need, *best) << "seed " << n;
    Picojoules dearest = 0;
    std::uint32_t at = 0;
    for (const auto& s : found->segments) {
      EXPECT_EQ(s.from, at);
      at = s.to;
      dearest = std::max(dearest, cost_by_hand(chain, s).energy);
    }
    EXPECT_EQ(at, chain.pieces());
    EXPECT_EQ(dearest, found->need);
    EXPECT_EQ(cost_by_hand(chain, found->hardest).energy, found->need);
    const bool whole_is_best = chain.range(0, chain.pieces()).possible() &&
                               cost_by_hand(chain, {0, chain.pieces()}).energy == *best && chain.pieces() > 1;
    not_monotone += whole_is_best;
  }
  EXPECT_GT(impossible, 0u);
  EXPECT_GT(not_monotone, 0u);  // a whole that needs no more than any of its partitions
}

TEST(Progress, ARefusalNamesLayersEnergyAndTheSmallestCapacitor) {
  Chain chain(2);
  chain.label = "model 'twins'";
  chain.layers = {"conv1", "conv2", "fc"};
  chain.first_layer = {0, 2, 3};
  chain.boot = {10'000'000, {}};
  chain.range(0, 1).variable = {490'000'000, {}};
  chain.range(1, 2).variable = {290'000'000, {}};
  chain.range(0, 2).variable = {790'000'000, {}};
  const auto refused = check_progress(chain, supply(100));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoFit);
  // 100 uF x 2.96125 x 0.85 = 251.7 uJ; 500 uJ / 2.5170625 uJ = 198.6 uF.
  EXPECT_EQ(refused.error().message,
            "model 'twins': no inference would ever end: layers 0 'conv1' to 1 'conv2' need 500.0 uJ in one "
            "power cycle, and 100.0 uF give 251.7 uJ; the smallest capacitor that would do has 198.7 uF");
  EXPECT_TRUE(check_progress(chain, supply(198.7)));
  EXPECT_FALSE(check_progress(chain, supply(198.6)));
}

TEST(Progress, ALayerThatTheAcceleratorRefusesIsNamed) {
  Chain chain(3);
  for (std::uint32_t b = 2; b <= 3; ++b)
    for (std::uint32_t a = 0; a < 2; ++a)
      if (a < b) chain.range(a, b).refusal = "it needs 900 columns";
  const auto refused = check_progress(chain, supply(1e6));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("layer 1 'layer1'"));
  EXPECT_THAT(refused.error().message, HasSubstr("900 columns"));
}

}  // namespace
}  // namespace synergy::intermittent_test
