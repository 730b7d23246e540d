// The shortest path against all partitions, by both readings, with ties.
#include "synergy/intermittent/once.hpp"

#include <optional>
#include <tuple>

#include "random_chain.hpp"
#include "synergy/intermittent/feasible.hpp"

namespace synergy::intermittent_test {
namespace {

struct Candidate {
  Picojoules paid = 0;
  Cost cost;
  std::size_t segments = 0;
  auto operator<=>(const Candidate&) const = default;
};

Candidate judged(const Chain& chain, const std::vector<Segment>& segments, LastSegment last) {
  Candidate candidate;
  for (const auto& s : segments) {
    candidate.cost += cost_by_hand(chain, s);
    if (s.to < chain.pieces() || last == LastSegment::kPaid) candidate.paid += cost_by_hand(chain, s).energy;
  }
  candidate.segments = segments.size();
  return candidate;
}

TEST(Once, IsTheBestOfAllPartitions) {
  std::uint64_t fits = 0, several = 0, differ = 0;
  for (std::uint64_t n = 0; n < problems(); ++n) {
    Random random(1000 + n);
    const auto chain = random_chain(random, {.most_pieces = 8});
    const auto capacity = random_capacity(random);
    std::vector<Segment> both[2];
    for (const auto last : {LastSegment::kPaid, LastSegment::kFree}) {
      std::optional<Candidate> best;
      for_each_partition(chain, [&](const std::vector<Segment>& segments) {
        for (const auto& s : segments)
          if (cost_by_hand(chain, s).energy > capacity) return;
        const auto candidate = judged(chain, segments, last);
        best = std::min(best.value_or(candidate), candidate);
      });
      const auto found = once(chain, capacity, last);
      ASSERT_EQ(found.has_value(), best.has_value()) << "seed " << n;
      const auto least = least_capacity(chain);
      EXPECT_EQ(found.has_value(), least && least->need <= capacity) << "seed " << n;
      if (!found) {
        EXPECT_EQ(found.error().code, ErrorCode::kNoFit);
        continue;
      }
      EXPECT_EQ((Candidate{found->paid, found->cost, found->segments.size()}), *best) << "seed " << n;
      EXPECT_EQ(judged(chain, found->segments, last), *best) << "seed " << n;
      for (const auto& s : found->segments) EXPECT_LE(cost_by_hand(chain, s).energy, capacity);
      both[last == LastSegment::kFree] = found->segments;
      ++fits;
      several += found->segments.size() > 1;
    }
    differ += both[0] != both[1];
  }
  EXPECT_GT(fits, problems() / 4);
  EXPECT_GT(several, problems() / 10);
  EXPECT_GT(differ, problems() / 20);  // the readings are two
}

TEST(Once, ALastSegmentThatIsFreeTakesAsMuchAsItCan) {
  Chain chain(2);
  chain.boot = {1, {}};
  chain.range(0, 1).variable = {10, {}};
  chain.range(1, 2).variable = {50, {}};
  chain.range(0, 2).variable = {58, {}};
  const auto at_59 = once(chain, 59, LastSegment::kFree);
  ASSERT_TRUE(at_59);
  EXPECT_EQ(at_59->segments, (std::vector<Segment>{{0, 2}}));
  EXPECT_EQ(at_59->paid, 0);
  const auto at_58 = once(chain, 58, LastSegment::kFree);
  ASSERT_TRUE(at_58);
  EXPECT_EQ(at_58->segments, (std::vector<Segment>{{0, 1}, {1, 2}}));
  EXPECT_EQ(at_58->paid, 11);
  EXPECT_EQ(at_58->cost.energy, 62);
  EXPECT_FALSE(once(chain, 50, LastSegment::kFree));
  EXPECT_FALSE(once(chain, 0));
  EXPECT_FALSE(once(chain, -1));
}

}  // namespace
}  // namespace synergy::intermittent_test
