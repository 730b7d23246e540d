// The minimum-ratio cycle against an enumeration of all simple cycles, each power cycle with every number of
// inferences in it.
#include "synergy/intermittent/sequence.hpp"

#include "synergy/intermittent/once.hpp"
#include "types_by_hand.hpp"

namespace synergy::intermittent_test {
namespace {

struct Edge {
  std::uint32_t to = 0;
  std::int64_t inferences = 0;
  Picojoules energy = 0;
};

/// Energy over inferences; the least so far.
struct Ratio {
  Picojoules energy = 0;
  std::int64_t inferences = 0;
  [[nodiscard]] bool less_than(const Ratio& other) const {
    return energy * other.inferences < other.energy * inferences;
  }
};

std::optional<Ratio> least_ratio(const Chain& chain, Picojoules capacity) {
  const auto m = chain.pieces();
  std::vector<std::vector<Edge>> edges(m);
  for (std::uint32_t a = 0; a < m; ++a)
    for (auto to = a + 1; to <= m * 300; ++to) {
      const auto cost = leap_by_hand(chain, a, to);
      if (cost && cost->energy <= capacity) edges[a].push_back({to % m, to / m, cost->energy});
      // Whole inferences only add: beyond two there is nothing when none of m ends in a row fits.
      if (to > 3 * m && std::all_of(edges[a].begin(), edges[a].end(),
                                    [&](const Edge& e) { return e.inferences + 2 < to / m; }))
        break;
    }
  std::optional<Ratio> best;
  std::vector<bool> on_path(m, false);
  for (std::uint32_t start = 0; start < m; ++start) {
    const std::function<void(std::uint32_t, Ratio)> walk = [&](std::uint32_t at, Ratio so_far) {
      for (const auto& edge : edges[at]) {
        const Ratio ratio{so_far.energy + edge.energy, so_far.inferences + edge.inferences};
        if (edge.to == start) {
          if (!best || ratio.less_than(*best)) best = ratio;
        } else if (edge.to > start && !on_path[edge.to]) {  // each cycle from its lowest boundary
          on_path[edge.to] = true;
          walk(edge.to, ratio);
          on_path[edge.to] = false;
        }
      }
    };
    walk(start, {});
  }
  return best;
}

TEST(Sequence, IsTheBestOfAllSimpleCycles) {
  std::uint64_t fits = 0, shares = 0, patterns = 0, offset = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(4000 + n);
    const auto chain = random_chain(random, {.most_pieces = 4});
    const auto capacity = Picojoules(5 + random.below(130));
    const auto best = least_ratio(chain, capacity);
    const auto found = sequence(chain, capacity);
    ASSERT_EQ(found.has_value(), best.has_value()) << "seed " << n;
    if (!found) {
      EXPECT_EQ(found.error().code, ErrorCode::kNoFit);
      continue;
    }
    ++fits;
    EXPECT_EQ(found->cost.energy * best->inferences, best->energy * found->inferences) << "seed " << n;

    // The pattern can be repeated, and costs what it says.
    std::uint32_t at = found->pattern.front().stages.front().range.from;
    const auto start = at;
    Picojoules energy = 0;
    std::int64_t inferences = 0;
    for (const auto& cycle : found->pattern) {
      EXPECT_LE(cycle.cost.energy, capacity);
      auto to = at;
      for (const auto& [range, inputs] : cycle.stages) {
        EXPECT_EQ(range.from, to % chain.pieces()) << "seed " << n;
        to += std::uint32_t(inputs) * (range.to - range.from);
        if (range.to == chain.pieces()) inferences += inputs;
      }
      const auto cost = leap_by_hand(chain, at, to);
      ASSERT_TRUE(cost) << "seed " << n;
      EXPECT_EQ(*cost, cycle.cost) << "seed " << n;
      energy += cost->energy;
      at = to % chain.pieces();
    }
    EXPECT_EQ(at, start);
    EXPECT_EQ(energy, found->cost.energy);
    EXPECT_EQ(inferences, found->inferences);
    shares += found->inferences > std::int64_t(found->pattern.size());
    patterns += found->pattern.size() > 1;
    offset += start != 0;
    // Repeating the segments of `once` is in the class.
    if (const auto single = once(chain, capacity)) {
      EXPECT_LE(found->cost.energy, single->cost.energy * found->inferences) << "seed " << n;
    }
  }
  EXPECT_GT(fits, problems() / 3);
  EXPECT_GT(shares, problems() / 20);
  EXPECT_GT(patterns, problems() / 20);
  EXPECT_GT(offset, 0u);  // some best patterns never begin at an input
}

TEST(Sequence, SharesWeightsOverTheEndOfAnInference) {
  Chain chain(2);
  chain.boot = {10, Duration(1)};
  for (std::uint32_t b = 1; b <= 2; ++b)
    for (std::uint32_t a = 0; a < b; ++a) chain.range(a, b).variable = {b - a, Duration(1)};
  chain.range(0, 1).weights = chain.range(1, 2).weights = {50, {}};
  chain.range(0, 2).weights = {100, {}};
  chain.set_together(1, 1, true);
  // 110 + 2 an inference: four of them take 118.
  const auto four = sequence(chain, 118);
  ASSERT_TRUE(four);
  EXPECT_EQ(four->inferences, 4);
  EXPECT_EQ(four->cost.energy, 118);
  EXPECT_EQ(four->pattern.size(), 1u);
  // With one more, half an inference is begun in every other power cycle and ended in the next: nine for two.
  const auto nine = sequence(chain, 119);
  ASSERT_TRUE(nine);
  EXPECT_EQ(nine->inferences, 9);
  EXPECT_EQ(nine->cost.energy, 2 * 119);
  EXPECT_EQ(nine->pattern.size(), 2u);
  // One piece at a time where both do not fit: 61 twice.
  const auto pieces = sequence(chain, 100);
  ASSERT_TRUE(pieces);
  EXPECT_EQ(pieces->cost.energy, 122);
  EXPECT_EQ(pieces->inferences, 1);
  EXPECT_EQ(sequence(chain, 60).error().code, ErrorCode::kNoFit);
}

TEST(Sequence, WhatIsBeyondExactNumbersIsRefused) {
  Chain chain(1);
  chain.boot = {10, {}};
  chain.range(0, 1).variable = {1, Duration(1)};
  const auto most = sequence(chain, 1'000'000);
  ASSERT_TRUE(most);
  EXPECT_EQ(most->inferences, 999'990);
  EXPECT_EQ(sequence(chain, kMostEnergy).error().code, ErrorCode::kInvalid);
  chain.range(0, 1).variable = {0, Duration(1)};
  EXPECT_EQ(sequence(chain, 1000).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::intermittent_test
