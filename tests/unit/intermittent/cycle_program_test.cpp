// The bound against every type of power cycle, listed by hand; its policy; and the exact policies above it.
#include "synergy/intermittent/cycle_program.hpp"

#include "synergy/intermittent/batch.hpp"
#include "synergy/intermittent/once.hpp"
#include "synergy/intermittent/sequence.hpp"
#include "types_by_hand.hpp"

namespace synergy::intermittent_test {
namespace {

constexpr Picojoules kUnit = 10'000'000;
constexpr double kClose = 2e-6;

/// The greatest gain / cost at these prices over all types within the budget.
double greatest_ratio(const Chain& chain, Picojoules budget, const std::vector<Picojoules>& prices) {
  double greatest = 0;
  for (const auto& loaded : all_loaded_by_hand(chain)) {
    const auto loading = loading_by_hand(chain, loaded);
    if (!loading) continue;
    std::vector<Segment> ranges;
    for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
      for (std::uint32_t a = 0; a < b; ++a)
        if (runs_by_hand(chain, loaded, {a, b})) ranges.push_back({a, b});
    const std::function<void(std::size_t, Picojoules, Picojoules)> choose =
        [&](std::size_t next, Picojoules cost, Picojoules gain) {
          if (cost > budget) return;
          if (next == ranges.size()) {
            if (cost == *loading) return;  // nothing was run
            greatest = std::max(greatest, double(gain) / double(cost));
            return;
          }
          const auto [a, b] = ranges[next];
          choose(next + 1, cost, gain);
          const auto& range = chain.range(a, b);
          cost += range.registers.energy;
          while (true) {
            cost += range.variable.energy;
            gain += prices[b] - prices[a];
            if (cost > budget) break;
            choose(next + 1, cost, gain);
          }
        };
    choose(0, *loading, 0);
  }
  return greatest;
}

TEST(CycleProgram, NoTypeOfPowerCycleIsCheaperThanItsBoundSays) {
  std::uint64_t fits = 0, mixes = 0, below_all = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(5000 + n);
    auto chain = random_chain(random, {.most_pieces = 3, .unit = kUnit});
    chain.fram_bytes = 1'000'000;
    const auto budget = Picojoules(5 + random.below(100)) * kUnit;
    const auto found = cycle_program(chain, budget);
    const auto single = once(chain, budget);
    ASSERT_EQ(found.has_value(), single.has_value()) << "seed " << n;
    if (!found) continue;
    ++fits;
    ASSERT_EQ(found->prices.size(), chain.pieces() + 1);
    EXPECT_EQ(found->prices[0], 0);
    // What is proved from the enumeration and the prices alone.
    const double ratio = greatest_ratio(chain, budget, found->prices);
    const double proved = microjoules(found->prices.back()) / std::max(1.0, ratio);
    EXPECT_LE(found->bound_uj, proved * (1 + 1e-12)) << "seed " << n;
    EXPECT_GE(found->bound_uj, proved * (1 - kClose)) << "seed " << n;
    EXPECT_GE(found->bound_uj, found->optimum_uj * (1 - kClose)) << "seed " << n;
    EXPECT_LE(found->bound_uj, found->optimum_uj * (1 + 1e-9)) << "seed " << n;

    // The policy: as many tensors arrive as leave, each power cycle is what it says.
    std::vector<double> arrivals(chain.pieces() + 1, 0.0);
    double energy = 0;
    for (const auto& [cycle, share] : found->parts) {
      EXPECT_LE(cycle.cost.energy, budget);
      const LoadedByHand loaded{cycle.loaded.from >= cycle.loaded.to, cycle.loaded.from, cycle.loaded.to};
      ASSERT_TRUE(loading_by_hand(chain, loaded)) << "seed " << n;
      auto cost = *loading_by_hand(chain, loaded);
      for (const auto& [range, inputs] : cycle.stages) {
        EXPECT_TRUE(runs_by_hand(chain, loaded, range)) << "seed " << n;
        cost += chain.range(range.from, range.to).registers.energy +
                inputs * chain.range(range.from, range.to).variable.energy;
        arrivals[range.from] -= share * double(inputs);
        arrivals[range.to] += share * double(inputs);
      }
      EXPECT_EQ(cost, cycle.cost.energy) << "seed " << n;
      energy += share * microjoules(cost);
      mixes += cycle.stages.size() > 1;
    }
    EXPECT_NEAR(energy, found->optimum_uj, 1e-6 * found->optimum_uj) << "seed " << n;
    EXPECT_NEAR(arrivals.back(), 1, 1e-6);
    for (std::uint32_t b = 1; b < chain.pieces(); ++b) EXPECT_NEAR(arrivals[b], 0, 1e-6);

    // No policy of the class is below it. (A batch's energy is rounded up to picojoules.)
    auto best = microjoules(single->cost.energy);
    best = std::min(best, microjoules(batch(chain, budget, kMostInputs)->energy));
    if (const auto repeated = sequence(chain, budget)) best = std::min(best, repeated->uj_per_inference());
    EXPECT_LE(found->bound_uj, best * (1 + 1e-9)) << "seed " << n;
    below_all += found->optimum_uj < best * (1 - 1e-4);
  }
  EXPECT_GT(fits, problems() / 3);
  EXPECT_GT(mixes, problems() / 100);
  EXPECT_GT(below_all, problems() / 50);  // mixtures that neither of the three has
}

/// One range, 10 to load and 3 an input, budget 20, in units of 10 uJ: three inputs for 19.
TEST(CycleProgram, OfOneRangeIsWorkedOutOnPaper) {
  Chain chain(1);
  chain.boot = {4 * kUnit, {}};
  chain.range(0, 1).weights = {5 * kUnit, {}};
  chain.range(0, 1).registers = {1 * kUnit, {}};
  chain.range(0, 1).variable = {3 * kUnit, {}};
  const auto found = cycle_program(chain, 20 * kUnit);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->optimum_uj, 190.0 / 3, 1e-5);
  EXPECT_NEAR(found->bound_uj, 190.0 / 3, 1e-4);
  ASSERT_EQ(found->parts.size(), 1u);
  EXPECT_EQ(found->parts[0].cycle.stages, (std::vector<Stage>{{{0, 1}, 3}}));
  EXPECT_EQ(cycle_program(chain, 12 * kUnit).error().code, ErrorCode::kNoFit);
}

TEST(CycleProgram, TheSameQuestionHasTheSameAnswer) {
  Random random(77);
  const auto chain = random_chain(random, {.most_pieces = 6, .unit = kUnit});
  const auto one = cycle_program(chain, 200 * kUnit), other = cycle_program(chain, 200 * kUnit);
  ASSERT_EQ(one.has_value(), other.has_value());
  if (one) {
    EXPECT_EQ(one->bound_uj, other->bound_uj);
    EXPECT_EQ(one->prices, other->prices);
  }
}

}  // namespace
}  // namespace synergy::intermittent_test
