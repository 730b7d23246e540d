// Fair rates where the ways are known, against what says that they are fair: no pipeline can have more unless
// another that has no more than it gets less, and the lowest level is the highest one that fits.
#include "rates.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "synergy/base/splitmix64.hpp"

namespace synergy::planner {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNear = 1e-9;  ///< relative
constexpr double kMs = 1e6;     ///< in ns

struct Case {
  Loads loads;
  std::vector<Demand> demands;
};

/// Part of each unit's time that it is held at these rates.
std::vector<double> held(const Case& test, const std::vector<double>& rates) {
  std::vector<double> sums(8, 0.0);
  for (std::size_t p = 0; p < rates.size(); ++p)
    for (const auto& [unit, ns] : test.loads[p]) sums.at(unit) += rates[p] * ns / 1e9;
  return sums;
}

bool fits(const Case& test, const std::vector<double>& rates, double slack) {
  const auto sums = held(test, rates);
  return std::all_of(sums.begin(), sums.end(), [&](double sum) { return sum <= 1 + slack; });
}

std::vector<double> levels(const Case& test, const std::vector<double>& rates) {
  std::vector<double> made;
  for (std::size_t p = 0; p < rates.size(); ++p) made.push_back(rates[p] / test.demands[p].weight);
  return made;
}

/// Whether nothing can be taken for pipeline `p` from any that has more than it.
bool is_held(const Case& test, const std::vector<double>& rates, std::size_t p) {
  if (rates[p] >= test.demands[p].cap * (1 - kNear)) return true;
  const auto sums = held(test, rates);
  const auto level = levels(test, rates);
  for (const auto& [unit, ns] : test.loads[p]) {
    if (ns == 0 || sums[unit] < 1 - kNear) continue;
    bool any_gives = false;
    for (std::size_t q = 0; q < rates.size(); ++q)
      for (const auto& [other, other_ns] : test.loads[q])
        any_gives = any_gives || (other == unit && other_ns > 0 && level[q] > level[p] * (1 + 1e-6) &&
                                  rates[q] > test.demands[q].floor * (1 + 1e-6));
    if (!any_gives) return true;
  }
  return false;
}

/// The highest level that all can have at once, by bisection.
double highest_lowest_level(const Case& test) {
  double low = 0, high = kInfinity;
  for (std::size_t p = 0; p < test.loads.size(); ++p) {
    high = std::min(high, test.demands[p].cap / test.demands[p].weight);
    for (const auto& [unit, ns] : test.loads[p])
      if (ns > 0) high = std::min(high, 1e9 / ns / test.demands[p].weight);
  }
  for (int step = 0; step < 200; ++step) {
    const double level = step == 0 ? high : (low + high) / 2;
    std::vector<double> rates;
    for (const auto& demand : test.demands) rates.push_back(std::max(demand.floor, demand.weight * level));
    (fits(test, rates, 1e-13) ? low : high) = level;
    if (step == 0 && low == high) break;
  }
  return low;
}

/// Up to five pipelines on up to six units; weights, floors, caps and times often equal, so that there are
/// ties. A floor is never above its cap.
Case random_case(SplitMix64& random) {
  Case test;
  const auto pipelines = 1 + random.below(5), units = 1 + random.below(6);
  for (std::uint64_t p = 0; p < pipelines; ++p) {
    auto& loads = test.loads.emplace_back();
    for (std::uint32_t unit = 0; unit < units; ++unit)
      if (random.below(3) != 0)
        loads.emplace_back(unit, random.below(2) == 0 ? 10 * kMs : double(random.below(40'000'000)));
    if (loads.empty() || loads.front().second == 0) loads.assign(1, {0, 5 * kMs});
    auto& demand = test.demands.emplace_back();
    if (random.below(2) == 0) demand.weight = double(1 + random.below(8)) / 4;
    if (random.below(3) == 0) demand.floor = double(random.below(30));
    if (random.below(3) == 0) demand.cap = std::max(demand.floor, double(1 + random.below(60)));
  }
  return test;
}

TEST(FairRates, CanNotBeRaisedAnywhereWithoutTakingFromWhoHasNoMore) {
  SplitMix64 random(20261129);
  int compared = 0, with_several_levels = 0, refused = 0;
  for (int n = 0; n < 5000; ++n) {
    const auto test = random_case(random);
    std::vector<double> floors;
    for (const auto& demand : test.demands) floors.push_back(demand.floor);
    ASSERT_EQ(floors_fit(test.loads, test.demands), fits(test, floors, kNear)) << "case " << n;
    if (!floors_fit(test.loads, test.demands)) {
      ++refused;
      continue;
    }
    const auto rates = fair_rates(test.loads, test.demands);
    ASSERT_EQ(rates.size(), test.loads.size());
    EXPECT_TRUE(fits(test, rates, kNear)) << "case " << n;
    for (std::size_t p = 0; p < rates.size(); ++p) {
      EXPECT_GE(rates[p], test.demands[p].floor * (1 - kNear)) << "case " << n << ", pipeline " << p;
      EXPECT_LE(rates[p], test.demands[p].cap * (1 + kNear)) << "case " << n << ", pipeline " << p;
      EXPECT_TRUE(is_held(test, rates, p)) << "case " << n << ", pipeline " << p;
    }
    const auto level = levels(test, rates);
    const auto [lowest, highest] = std::minmax_element(level.begin(), level.end());
    EXPECT_NEAR(*lowest / highest_lowest_level(test), 1, 1e-8) << "case " << n;
    with_several_levels += *highest > *lowest * 1.001;
    ++compared;
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 2000);
  EXPECT_GT(with_several_levels, 1000);
  EXPECT_GT(refused, 100);
}

TEST(FairRates, GiveWhatASlowOneLeavesToWhoIsFaster) {
  // a and b share unit 0, c has unit 1 for itself; b is bounded by unit 2.
  const Loads loads{{{0, 10 * kMs}}, {{0, 10 * kMs}, {2, 50 * kMs}}, {{1, 4 * kMs}}};
  EXPECT_THAT(fair_rates(loads, {{}, {}, {}}),
              ElementsAre(DoubleNear(80, 1e-9), DoubleNear(20, 1e-9), DoubleNear(250, 1e-9)));
}

TEST(FairRates, FollowWeightsFloorsAndCaps) {
  const Loads loads{{{0, 10 * kMs}}, {{0, 10 * kMs}}};
  EXPECT_THAT(fair_rates(loads, {{1, 0, kInfinity}, {3, 0, kInfinity}}),
              ElementsAre(DoubleNear(25, 1e-9), DoubleNear(75, 1e-9)));
  EXPECT_THAT(fair_rates(loads, {{1, 70, kInfinity}, {1, 0, kInfinity}}),
              ElementsAre(DoubleNear(70, 1e-9), DoubleNear(30, 1e-9)));
  EXPECT_THAT(fair_rates(loads, {{1, 0, 5}, {1, 0, kInfinity}}),
              ElementsAre(DoubleNear(5, 1e-9), DoubleNear(95, 1e-9)));
  EXPECT_THAT(fair_rates(loads, {{1, 0, 5}, {1, 0, 7}}), ElementsAre(5, 7)) << "no unit is full";
}

TEST(FairRates, OfWeightsFarApartAreStillFair) {
  const Loads loads{{{0, 10 * kMs}}, {{0, 10 * kMs}}};
  const auto rates = fair_rates(loads, {{1e-6, 0, kInfinity}, {1e6, 0, kInfinity}});
  EXPECT_NEAR(rates[0] / 1e-10, 1, 1e-6);
  EXPECT_NEAR(rates[1], 100, 1e-6);
}

TEST(FairRates, OfRoundsAreThoseOfTheBusiestUnit) {
  const Loads loads{{{0, 10 * kMs}, {1, 1 * kMs}}, {{0, 30 * kMs}}};
  EXPECT_DOUBLE_EQ(round_time(loads), 40 * kMs);
  EXPECT_DOUBLE_EQ(busiest(loads, {10, 20}), 0.7);
}

TEST(Demands, OfASensorsFramesBoundARateUnlessRunsMayShareThem) {
  schemas::BodyView body;
  body.sensor_profiles["camera"].fresh_per_second.value = 30;
  Pipeline pipeline;
  pipeline.app.sensing.needs = "camera";
  EXPECT_EQ(demand_of(body, pipeline), (Demand{1, 0, 30}));
  pipeline.app.rate = 50;
  EXPECT_EQ(demand_of(body, pipeline), (Demand{1, 0, 30}));
  pipeline.app.rate = 12;
  EXPECT_EQ(demand_of(body, pipeline), (Demand{1, 0, 12}));
  pipeline.app.rate = 50;
  pipeline.app.repeat = true;
  pipeline.app.min_rate = 2;
  pipeline.app.weight = 3;
  EXPECT_EQ(demand_of(body, pipeline), (Demand{3, 2, 50}));
  pipeline.app.rate = 0;
  EXPECT_EQ(demand_of(body, pipeline).cap, kInfinity);
  pipeline.app.repeat = false;
  pipeline.app.sensing.needs = "microphone";
  EXPECT_EQ(demand_of(body, pipeline).cap, kInfinity) << "a sensor without a figure bounds nothing";
}

}  // namespace
}  // namespace synergy::planner
