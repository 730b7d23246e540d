#include "reservation_table.hpp"

#include <gtest/gtest.h>

#include "synergy/base/splitmix64.hpp"

namespace synergy::schedule {
namespace {

TEST(ReservationTable, ATimeIsFoundBehindWhatIsHeldAndBeforeIt) {
  ReservationTable table(1, 100);
  table.take({{0, 10, 30}}, 0);
  table.take({{0, 0, 20}}, 90);  // 90 to 100 and 0 to 10
  const std::vector<Hold> ten{{0, 0, 10}};
  EXPECT_EQ(table.earliest(ten, 0), 30);
  EXPECT_EQ(table.earliest(ten, 81), 130) << "the next period's";
  EXPECT_EQ(table.latest(ten, 100), 80);
  EXPECT_EQ(table.latest(ten, 29), -20) << "the period's before";
  EXPECT_EQ(table.earliest({{0, 0, 60}}, 0), 30);
  EXPECT_EQ(table.earliest({{0, 0, 61}}, 0), std::nullopt);
  table.give_back({{0, 0, 20}}, 90);
  EXPECT_EQ(table.earliest({{0, 0, 61}}, 0), 30);
}

/// Whether the holds are free at this start, ns by ns.
bool is_free(const std::vector<std::vector<bool>>& held, const std::vector<Hold>& holds, std::int64_t start) {
  const auto period = std::int64_t(held.front().size());
  for (const auto& hold : holds)
    for (auto t = start + hold.from; t < start + hold.to; ++t)
      if (held[hold.unit][std::size_t(((t % period) + period) % period)]) return false;
  return true;
}

TEST(ReservationTable, FindsWhatASearchNsByNsFinds) {
  constexpr std::int64_t kPeriod = 40;
  int found = 0, given_back = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SplitMix64 random(seed);
    ReservationTable table(3, kPeriod);
    std::vector<std::vector<bool>> held(3, std::vector<bool>(kPeriod, false));
    const auto mark = [&](const std::vector<Hold>& holds, std::int64_t start, bool take) {
      (take ? table.take(holds, start) : table.give_back(holds, start));
      for (const auto& hold : holds)
        for (auto t = start + hold.from; t < start + hold.to; ++t)
          held[hold.unit][std::size_t(((t % kPeriod) + kPeriod) % kPeriod)] = take;
    };
    std::vector<std::pair<std::vector<Hold>, std::int64_t>> placed;
    for (int step = 0; step < 30; ++step) {
      std::vector<Hold> holds;
      for (std::uint32_t unit = 0; unit < 3; ++unit)
        if (random.below(2) == 0) {
          const auto from = std::int64_t(random.below(30)) - 5;
          holds.push_back({unit, from, from + 1 + std::int64_t(random.below(8))});
        }
      const auto from = std::int64_t(random.below(200)) - 100;
      std::optional<std::int64_t> earliest, latest;
      for (auto t = from; t < from + kPeriod && !earliest; ++t)
        if (is_free(held, holds, t)) earliest = t;
      for (auto t = from; t > from - kPeriod && !latest; --t)
        if (is_free(held, holds, t)) latest = t;
      ASSERT_EQ(table.earliest(holds, from), earliest) << "seed " << seed;
      ASSERT_EQ(table.latest(holds, from), latest) << "seed " << seed;
      if (earliest) {
        mark(holds, *earliest, true);
        placed.emplace_back(holds, *earliest);
        ++found;
      }
      if (placed.size() > 3 && random.below(3) == 0) {
        const auto which = std::ptrdiff_t(random.below(placed.size()));
        mark(placed[std::size_t(which)].first, placed[std::size_t(which)].second, false);
        placed.erase(placed.begin() + which);
        ++given_back;
      }
    }
  }
  EXPECT_GT(found, 1000);
  EXPECT_GT(given_back, 300);
}

}  // namespace
}  // namespace synergy::schedule
