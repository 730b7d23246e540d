// The oracle against all sequences of waiting and power cycles, on stores of whole numbers: with and without
// a leak, with a full store that lets the rest go.
#include "synergy/intermittent/oracle.hpp"

#include <queue>

#include "types_by_hand.hpp"

namespace synergy::intermittent_test {
namespace {

/// A tick is a nanosecond. Harvest comes tick by tick, and none after the last one.
struct TickStore {
  using Charge = std::int64_t;

  std::vector<Charge> harvest;
  Charge full = 0;
  Charge leaks_one_in = 0;  ///< 0: nothing leaks

  [[nodiscard]] Charge need(const Cost& cost) const {
    return leaks_one_in > 0 ? 2 * cost.energy : cost.energy;
  }
  [[nodiscard]] Charge tick(Charge charge, std::int64_t t) const {
    const auto lost = leaks_one_in > 0 && charge > 0 ? charge / leaks_one_in : 0;
    const auto gained = t < std::int64_t(harvest.size()) ? harvest[std::size_t(t)] : 0;
    return std::min(full, charge - lost + gained);
  }
  [[nodiscard]] Charge idle(Charge charge, Duration from, Duration to) const {
    for (auto t = from.count(); t < to.count(); ++t) charge = tick(charge, t);
    return charge;
  }
  [[nodiscard]] std::optional<Duration> time_to(Charge charge, Duration from, const Cost& cost) const {
    for (auto t = from.count(); t <= std::int64_t(harvest.size()); ++t) {
      if (charge >= need(cost)) return Duration(t);
      charge = tick(charge, t);
    }
    return std::nullopt;
  }
  /// The load is spread evenly over the ticks.
  [[nodiscard]] Charge work(Charge charge, Duration from, const Cost& cost) const {
    const auto ticks = cost.time.count();
    for (std::int64_t i = 0; i < ticks; ++i)
      charge = tick(charge, from.count() + i) - (cost.energy * (i + 1) / ticks - cost.energy * i / ticks);
    return charge;
  }
};
static_assert(HarvestedStore<TickStore>);

/// Every state that any sequence of waits and power cycles reaches; the earliest end.
std::optional<std::int64_t> earliest_end(const TickStore& store, TickStore::Charge charge, const Chain& chain,
                                         Picojoules capacity, std::uint32_t inferences) {
  const auto m = chain.pieces(), end = m * inferences;
  std::vector<std::vector<std::optional<Cost>>> leaps(m, std::vector<std::optional<Cost>>(end + 1));
  for (std::uint32_t from = 0; from < m; ++from)
    for (auto to = from + 1; to <= end; ++to) {
      leaps[from][to] = leap_by_hand(chain, from, to);
      if (leaps[from][to] && leaps[from][to]->energy > capacity) leaps[from][to].reset();
    }
  const auto last = std::int64_t(store.harvest.size());
  const std::int64_t lowest = -300, width = store.full - lowest + 1;
  std::vector<bool> seen(std::size_t((end + 1) * (last + 1) * width), false);
  struct State {
    std::uint32_t at;
    std::int64_t time, charge;
  };
  std::vector<State> open;
  std::optional<std::int64_t> best;
  const auto reach = [&](std::uint32_t at, std::int64_t time, std::int64_t now) {
    if (at == end) {
      best = std::min(best.value_or(time), time);
      return;
    }
    if (time > last) return;
    EXPECT_GE(now, lowest);
    const auto key = std::size_t((std::int64_t(at) * (last + 1) + time) * width + now - lowest);
    if (seen[key]) return;
    seen[key] = true;
    open.push_back({at, time, now});
  };
  reach(0, 0, charge);
  while (!open.empty()) {
    const auto [at, time, now] = open.back();
    open.pop_back();
    reach(at, time + 1, store.tick(now, time));
    const auto offset = at - at % m;
    for (auto to = at + 1; to <= end; ++to) {
      const auto& cost = leaps[at % m][to - offset];
      if (cost && now >= store.need(*cost))
        reach(to, time + cost->time.count(), store.work(now, Duration(time), *cost));
    }
  }
  return best;
}

TickStore random_store(Random& random) {
  TickStore store;
  const bool bursts = random.one_in(2);
  Picojoules level = 0;
  for (int t = 0; t < 50; ++t) {
    if (random.one_in(6)) level = bursts && random.one_in(2) ? 0 : Picojoules(random.below(9));
    store.harvest.push_back(level);
  }
  store.full = Picojoules(20 + random.below(60));
  store.leaks_one_in = random.one_in(3) ? Picojoules(8 + random.below(20)) : 0;
  return store;
}

TEST(Oracle, IsTheBestOfAllSequencesOfActions) {
  std::uint64_t ends = 0, waits = 0, shares = 0, leaky = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(6000 + n);
    const auto chain = random_chain(random, {.most_pieces = 3});
    const auto store = random_store(random);
    const auto inferences = std::uint32_t(1 + random.below(3));
    const auto charge = Picojoules(random.below(std::uint64_t(store.full) + 1));
    const auto best = earliest_end(store, charge, chain, store.full, inferences);
    const auto leaps = power_cycles_of(chain, store.full, inferences);
    const auto found = oracle(store, charge, leaps, chain.pieces(), inferences);
    ASSERT_EQ(found.has_value(), best.has_value()) << "seed " << n;
    if (!found) continue;
    ++ends;
    EXPECT_EQ(found->finish.count(), *best) << "seed " << n;
    // Played, its steps do what they say.
    auto now = charge;
    Duration time{0};
    std::uint32_t at = 0;
    for (const auto& [leap, begin] : found->steps) {
      EXPECT_EQ(leap.from, at % chain.pieces());
      EXPECT_GE(begin, time);
      waits += begin > time;
      now = store.idle(now, time, begin);
      EXPECT_GE(now, store.need(leap.cycle.cost));
      now = store.work(now, begin, leap.cycle.cost);
      time = begin + leap.cycle.cost.time;
      at += leap.to - leap.from;
      shares += leap.to > chain.pieces();
    }
    EXPECT_EQ(at, chain.pieces() * inferences);
    EXPECT_EQ(time, found->finish);
    EXPECT_GE(found->labels, found->steps.size() + 1);
    leaky += store.leaks_one_in > 0;
  }
  EXPECT_GT(ends, problems() / 5);
  EXPECT_GT(waits, problems() / 5);
  EXPECT_GT(shares, problems() / 50);
  EXPECT_GT(leaky, problems() / 50);
}

/// Two pieces of 10 each, or 15 for both at once: with 10 in the store the first piece begins at once, and
/// the second follows as soon as the harvest has given 10 more; both at once would have to wait for 15.
TEST(Oracle, WeighsSmallStepsNowAgainstALargeOneLater) {
  Chain chain(2);
  chain.range(0, 1).variable = chain.range(1, 2).variable = {10, Duration(1)};
  chain.range(0, 2).variable = {15, Duration(1)};
  const auto leaps = power_cycles_of(chain, 15, 1);
  EXPECT_EQ(leaps.size(), 3u);
  TickStore steady{std::vector<std::int64_t>(30, 1), 15, 0};
  // At 1 a tick both at once begin at tick 5, the second of two at tick 10.
  const auto at_once = oracle(steady, 10, leaps, 2, 1);
  ASSERT_TRUE(at_once);
  EXPECT_EQ(at_once->finish, Duration(6));
  EXPECT_EQ(at_once->steps.size(), 1u);
  // A store of 14 never holds 15: two steps, at tick 0 and at tick 10.
  steady.full = 14;
  const auto in_two = oracle(steady, 10, leaps, 2, 1);
  ASSERT_TRUE(in_two);
  EXPECT_EQ(in_two->finish, Duration(11));
  EXPECT_EQ(in_two->steps[0].begin, Duration(0));
  EXPECT_EQ(in_two->steps[1].begin, Duration(10));
  steady.harvest.clear();
  EXPECT_FALSE(oracle(steady, 10, leaps, 2, 1));
  EXPECT_FALSE(oracle(steady, 10, {}, 2, 1));
  const auto nothing_to_do = oracle(steady, 0, leaps, 2, 0);
  ASSERT_TRUE(nothing_to_do);
  EXPECT_EQ(nothing_to_do->finish, Duration(0));
}

}  // namespace
}  // namespace synergy::intermittent_test
