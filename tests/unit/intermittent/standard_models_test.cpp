// What the policies make of the models of deploy/ on a MAX78000: figures of this library at the time of
// writing, pinned so that a change of the cost tables is seen. None was measured on a board.
//
// Capacitors from 3.15 to 2.0 V, output efficiency 0.85, no margin, no drop, no harvest while on.
#include "standard_models.hpp"

#include "supplies.hpp"
#include "synergy/intermittent/batch.hpp"
#include "synergy/intermittent/cycle_program.hpp"
#include "synergy/intermittent/feasible.hpp"
#include "synergy/intermittent/once.hpp"
#include "synergy/intermittent/sequence.hpp"

namespace synergy::intermittent_test {
namespace {

constexpr double kNone = 0;  ///< there is no such thing
constexpr double kNear = 0.1;

Picojoules capacity_of(double microfarads) { return *usable_energy(supply(microfarads)); }

struct Sizes {
  const char* model;
  /// uJ: one inference from a cold start, its weights, an input with weights there, the sum over all pieces.
  double cold, weights, each, pieces;
  /// uF: the smallest capacitor for the whole at once, for piece by piece, and at all.
  double whole_uf, pieces_uf, smallest_uf;
};

class StandardSizes : public testing::TestWithParam<Sizes> {};
INSTANTIATE_TEST_SUITE_P(
    Models, StandardSizes,
    testing::Values(Sizes{"convnet5", 333.4, 254.4, 59.4, 1211.8, 132.5, 226.3, 105.0},
                    Sizes{"kws", 826.5, 629.8, 176.8, 1446.8, 328.4, 118.7, 118.7},
                    Sizes{"simplenet", 743.1, 595.0, 124.9, 2324.7, 295.3, 114.6, 114.6},
                    Sizes{"widenet", 1316.6, 1121.7, 171.1, 3613.7, 523.1, 246.4, 246.4},
                    Sizes{"ressimplenet", 1526.4, 1369.7, 136.0, 2699.7, 606.5, 219.1, 219.1},
                    Sizes{"unet", 3075.0, 1005.6, 2046.5, 16394.0, 1221.7, 767.9, 693.0},
                    Sizes{"efficientnetv2-custom", kNone, kNone, kNone, 10069.1, kNone, 519.0, 513.1}),
    [](const auto& sizes) {
      std::string name = sizes.param.model;
      std::erase(name, '-');
      return name;
    });

TEST_P(StandardSizes, AreThoseOfThisLibrary) {
  const auto& sizes = GetParam();
  const auto chain = chain_of(sizes.model, {});
  const auto like = supply(1);
  const Segment whole{0, chain.pieces()};
  ASSERT_EQ(chain.range(0, chain.pieces()).possible(), sizes.cold != kNone);
  if (sizes.cold != kNone) {
    EXPECT_NEAR(microjoules(chain.cost(whole).energy), sizes.cold, kNear);
    EXPECT_NEAR(microjoules(chain.range(0, chain.pieces()).weights.energy), sizes.weights, kNear);
    EXPECT_NEAR(microjoules(chain.variable(whole).energy), sizes.each, kNear);
    EXPECT_NEAR(*smallest_capacitor_uf(chain.cost(whole).energy, like), sizes.whole_uf, kNear);
  }
  Picojoules sum = 0, dearest = 0;
  for (std::uint32_t i = 0; i < chain.pieces(); ++i) {
    sum += chain.cost({i, i + 1}).energy;
    dearest = std::max(dearest, chain.cost({i, i + 1}).energy);
  }
  EXPECT_NEAR(microjoules(sum), sizes.pieces, kNear);
  EXPECT_NEAR(*smallest_capacitor_uf(dearest, like), sizes.pieces_uf, kNear);
  const auto least = least_capacity(chain);
  ASSERT_TRUE(least);
  EXPECT_NEAR(*smallest_capacitor_uf(least->need, like), sizes.smallest_uf, kNear);
}

struct Energies {
  const char* model;
  double microfarads;
  /// uJ for each inference: inputs of `once` and `batch` come out of FRAM, those of `sequence` are at hand.
  double once, sequence, batch;
};

class StandardEnergies : public testing::TestWithParam<Energies> {};
INSTANTIATE_TEST_SUITE_P(
    Models, StandardEnergies,
    testing::Values(
        Energies{"convnet5", 220, 333.4, 124.8, 127.9}, Energies{"convnet5", 330, 333.4, 86.8, 89.8},
        Energies{"convnet5", 470, 333.4, 73.5, 77.7}, Energies{"convnet5", 1000, 333.4, 63.4, 66.8},
        Energies{"kws", 220, 869.4, 805.5, 536.0}, Energies{"kws", 330, 826.5, 583.9, 330.9},
        Energies{"kws", 470, 826.5, 275.3, 286.9}, Energies{"kws", 1000, 826.5, 153.5, 229.8},
        Energies{"simplenet", 220, 769.0, 753.7, 213.4}, Energies{"simplenet", 330, 743.1, 473.5, 186.3},
        Energies{"simplenet", 470, 743.1, 236.6, 173.1}, Energies{"simplenet", 1000, 743.1, 151.6, 151.9},
        Energies{"widenet", 220, kNone, kNone, kNone}, Energies{"widenet", 330, 1345.6, 1333.6, 322.3},
        Energies{"widenet", 470, 1345.6, 1331.8, 269.5}, Energies{"widenet", 1000, 1316.6, 302.3, 228.5},
        Energies{"ressimplenet", 220, 1609.7, 1597.8, 924.9},
        Energies{"ressimplenet", 330, 1588.5, 1559.1, 292.7},
        Energies{"ressimplenet", 470, 1550.8, 1535.2, 249.7},
        Energies{"ressimplenet", 1000, 1526.4, 278.5, 192.9}, Energies{"unet", 470, kNone, kNone, kNone},
        Energies{"unet", 1000, 3317.5, 2886.2, 3284.9},
        Energies{"efficientnetv2-custom", 470, kNone, kNone, kNone},
        Energies{"efficientnetv2-custom", 1000, 4075.1, 4063.1, 2860.3}),
    [](const auto& energies) {
      std::string name = energies.param.model;
      std::erase(name, '-');
      return name + "At" + std::to_string(int(energies.param.microfarads));
    });

TEST_P(StandardEnergies, AreThoseOfThisLibraryAndNotBelowTheBound) {
  const auto& [model, microfarads, single, repeated, batched] = GetParam();
  const auto queued = chain_of(model, {}), fresh = chain_of(model, {.inputs_in_fram = false});
  const auto capacity = capacity_of(microfarads);
  const auto progress = check_progress(queued, supply(microfarads));
  ASSERT_EQ(progress.has_value(), single != kNone) << (progress ? "" : progress.error().message);
  if (!progress) {
    EXPECT_EQ(cycle_program(queued, capacity).error().code, ErrorCode::kNoFit);
    return;
  }
  const auto one = once(queued, capacity);
  const auto pattern = sequence(fresh, capacity);
  const auto shared = batch(queued, capacity, kMostInputs);
  ASSERT_TRUE(one && pattern && shared);
  EXPECT_NEAR(microjoules(one->cost.energy), single, kNear);
  EXPECT_NEAR(pattern->uj_per_inference(), repeated, kNear);
  EXPECT_NEAR(microjoules(shared->energy), batched, kNear);
  for (const auto* chain : {&queued, &fresh}) {
    const auto bound = cycle_program(*chain, capacity);
    ASSERT_TRUE(bound) << bound.error().message;
    EXPECT_LE(bound->bound_uj, bound->optimum_uj * (1 + 1e-9));
    EXPECT_GE(bound->bound_uj, bound->optimum_uj * (1 - 1e-4));
    EXPECT_LE(bound->bound_uj, microjoules(once(*chain, capacity)->cost.energy));
    EXPECT_LE(bound->bound_uj, sequence(*chain, capacity)->uj_per_inference() * (1 + 1e-9));
    EXPECT_LE(bound->bound_uj, microjoules(batch(*chain, capacity, kMostInputs)->energy));
  }
}

TEST(StandardModels, OnceIsTheBestOfAllPartitions) {
  for (const auto* model :
       {"convnet5", "kws", "simplenet", "ressimplenet", "unet", "efficientnetv2-custom"}) {
    const auto chain = chain_of(model, {});
    const auto capacity = capacity_of(800);
    Picojoules best = kMostEnergy, free = kMostEnergy;
    for_each_partition(chain, [&](const std::vector<Segment>& segments) {
      Picojoules sum = 0;
      for (const auto& s : segments) {
        if (!chain.is_safe(s, capacity)) return;
        sum += chain.cost(s).energy;
      }
      best = std::min(best, sum);
      free = std::min(free, sum - chain.cost(segments.back()).energy);
    });
    EXPECT_EQ(once(chain, capacity)->cost.energy, best) << model;
    EXPECT_EQ(once(chain, capacity, LastSegment::kFree)->paid, free) << model;
  }
}

}  // namespace
}  // namespace synergy::intermittent_test
