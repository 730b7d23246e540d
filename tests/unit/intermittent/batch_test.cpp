// Batches against all partitions with all numbers of inputs; limits one by one; the front over the limit.
#include "synergy/intermittent/batch.hpp"

#include <numeric>
#include <optional>
#include <tuple>

#include "random_chain.hpp"
#include "synergy/intermittent/once.hpp"

namespace synergy::intermittent_test {
namespace {

std::int64_t up(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0); }

struct Candidate {
  Picojoules energy = 0;
  std::int64_t time = 0, periods = 0;
  std::size_t segments = 0;
  auto operator<=>(const Candidate&) const = default;
};

Candidate judged(const Chain& chain, const std::vector<Stage>& stages) {
  Candidate candidate;
  for (const auto& [s, inputs] : stages) {
    const auto one = cost_by_hand(chain, s), each = chain.range(s.from, s.to).variable;
    candidate.energy += up(one.energy - each.energy, inputs) + each.energy;
    candidate.time += up((one.time - each.time).count(), inputs) + each.time.count();
    candidate.periods += inputs;
  }
  candidate.segments = stages.size();
  return candidate;
}

bool allowed(const Chain& chain, const Segment& s, std::int64_t inputs, Picojoules capacity) {
  return cost_by_hand(chain, s, inputs).energy <= capacity &&
         std::uint64_t(inputs) * (chain.kept_bytes[s.from] + chain.kept_bytes[s.to]) <= chain.fram_bytes;
}

/// The least energy over all partitions and numbers of inputs. A tie in energy may be broken by fewer inputs:
/// that is another class (each segment takes as many as it can), so only energies are compared.
std::optional<Picojoules> least_energy(const Chain& chain, Picojoules capacity, std::int64_t most) {
  std::optional<Picojoules> best;
  for_each_partition(chain, [&](const std::vector<Segment>& segments) {
    std::vector<Stage> stages;
    const std::function<void(std::size_t)> choose = [&](std::size_t next) {
      if (next == segments.size()) {
        const auto energy = judged(chain, stages).energy;
        best = std::min(best.value_or(energy), energy);
        return;
      }
      for (std::int64_t k = 1; k <= most && allowed(chain, segments[next], k, capacity); ++k) {
        stages.push_back({segments[next], k});
        choose(next + 1);
        stages.pop_back();
      }
    };
    choose(0);
  });
  return best;
}

TEST(Batch, IsTheBestOfAllPartitionsAndNumbersOfInputs) {
  std::uint64_t fits = 0, shares = 0, fram_binds = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(2000 + n);
    const auto chain = random_chain(random, {.most_pieces = 4});
    const auto capacity = random_capacity(random);
    const auto most = std::int64_t(1 + random.below(5));
    const auto best = least_energy(chain, capacity, most);
    const auto found = batch(chain, capacity, most);
    ASSERT_EQ(found.has_value(), best.has_value()) << "seed " << n;
    if (!found) continue;
    ++fits;
    EXPECT_EQ(found->energy, *best) << "seed " << n;
    const auto own = judged(chain, found->segments);
    EXPECT_EQ(own, (Candidate{found->energy, found->time.count(), found->periods, found->segments.size()}));
    std::uint32_t at = 0;
    for (const auto& [s, inputs] : found->segments) {
      EXPECT_EQ(s.from, at);
      at = s.to;
      EXPECT_TRUE(allowed(chain, s, inputs, capacity)) << "seed " << n;
      EXPECT_TRUE(inputs == most || !allowed(chain, s, inputs + 1, capacity)) << "seed " << n;
      shares += inputs > 1;
      fram_binds += inputs < most && cost_by_hand(chain, s, inputs + 1).energy <= capacity;
    }
    EXPECT_EQ(at, chain.pieces());
  }
  EXPECT_GT(fits, problems() / 4);
  EXPECT_GT(shares, problems() / 4);
  EXPECT_GT(fram_binds, problems() / 50);
}

TEST(Batch, OfOneInputIsOnce) {
  for (std::uint64_t n = 0; n < 300; ++n) {
    Random random(n);
    auto chain = random_chain(random);
    chain.fram_bytes = 1000;
    const auto capacity = random_capacity(random);
    const auto one = batch(chain, capacity, 1);
    const auto single = once(chain, capacity);
    ASSERT_EQ(one.has_value(), single.has_value());
    if (one) {
      EXPECT_EQ(one->energy, single->cost.energy);
    }
  }
}

/// Segments of 3 and 2 inputs: 3 + 2 - 1 = 4 tensors between them is enough, as playing it shows, and 3 is
/// not.
TEST(Batch, QueuesHoldWhatNeverBlocks) {
  const auto plays = [](std::int64_t k, std::int64_t l, std::int64_t room) {
    std::int64_t held = 0, left = 100 * std::lcm(k, l);
    while (left > 0) {
      if (held >= l) {
        held -= l;
        left -= l;
      } else if (held + k <= room) {
        held += k;
      } else {
        return false;
      }
    }
    return true;
  };
  for (std::int64_t k = 1; k <= 12; ++k)
    for (std::int64_t l = 1; l <= 12; ++l) {
      EXPECT_TRUE(plays(k, l, k + l - std::gcd(k, l)));
      EXPECT_FALSE(plays(k, l, k + l - std::gcd(k, l) - 1));
    }

  Chain chain(2);
  chain.boot = {10, {}};
  chain.range(0, 1).variable = {30, {}};  // 3 within 100
  chain.range(1, 2).variable = {45, {}};  // 2
  chain.range(0, 2).refusal = "no";
  chain.kept_bytes = {100, 7, 1};
  chain.fram_bytes = 1000;
  const auto found = batch(chain, 100, 100);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->queue_bytes, 3 * 100u + 4 * 7u + 2 * 1u);
  EXPECT_EQ(found->periods, 5);
  EXPECT_EQ(found->energy, 4 + 30 + 5 + 45);  // 10 / 3 rounded up, 10 / 2
  // 84 pJ at 2 mW: 42 ns for each inference.
  EXPECT_EQ(found->period(2), Duration(42));
  EXPECT_EQ(found->latency(2), Duration(210));
}

TEST(Batch, TheFrontFallsInEnergyAndRisesInLatency) {
  std::uint64_t wide = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(3000 + n);
    const auto chain = random_chain(random);
    const auto capacity = random_capacity(random);
    const double harvest = double(1 + random.below(100)) / 10;
    const auto front = batch_front(chain, capacity, harvest);
    if (!batch(chain, capacity, 1)) {
      EXPECT_FALSE(front);
      continue;
    }
    ASSERT_TRUE(front) << front.error().message;
    for (std::size_t i = 0; i < front->size(); ++i) {
      const auto& [most, plan] = (*front)[i];
      EXPECT_LE(plan.queue_bytes, chain.fram_bytes);
      const auto again = batch(chain, capacity, most);
      ASSERT_TRUE(again);
      EXPECT_EQ(again->energy, plan.energy);
      if (i == 0) continue;
      EXPECT_LT(plan.energy, (*front)[i - 1].plan.energy) << "seed " << n;
      EXPECT_GT(plan.latency(harvest), (*front)[i - 1].plan.latency(harvest)) << "seed " << n;
    }
    // What is left out is beaten by what is kept.
    for (std::int64_t most = 1; most <= 256; most *= 2) {
      const auto plan = batch(chain, capacity, most);
      if (plan->queue_bytes > chain.fram_bytes) continue;
      EXPECT_TRUE(std::any_of(front->begin(), front->end(),
                              [&](const BatchPoint& point) {
                                return point.plan.energy <= plan->energy &&
                                       point.plan.latency(harvest) <= plan->latency(harvest);
                              }))
          << "seed " << n;
    }
    wide += front->size() > 1;
  }
  EXPECT_GT(wide, problems() / 20);
}

TEST(Batch, WrongQuestionsAreRefused) {
  Chain chain(1);
  chain.range(0, 1).variable = {5, Duration(1)};
  for (const std::int64_t most : {std::int64_t(0), std::int64_t(-3), kMostInputs + 1})
    EXPECT_EQ(batch(chain, 100, most).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(batch(chain, 100, kMostInputs));
  EXPECT_EQ(batch(chain, 4, 1).error().code, ErrorCode::kNoFit);
  EXPECT_EQ(batch_front(chain, 100, 0).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(batch_front(chain, 100, -1).error().code, ErrorCode::kInvalid);
  chain.kept_bytes = {20, 20};
  chain.fram_bytes = 39;
  EXPECT_EQ(batch(chain, 100, 1).error().code, ErrorCode::kNoFit);
}

}  // namespace
}  // namespace synergy::intermittent_test
