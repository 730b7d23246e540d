// The arithmetic of the tables, beside means worked out by hand.
#include "synergy/harvested_bench/ratios.hpp"

#include <gtest/gtest.h>

namespace synergy::harvested_bench_test {
namespace {

using namespace harvested_bench;

RunRow run(const std::string& policy, double microfarads, const std::string& trace,
           std::optional<std::uint64_t> inferences, const std::string& figures = "low") {
  RunRow row;
  row.figures = figures;
  row.model = "kws";
  row.microfarads = microfarads;
  row.trace = trace;
  row.policy = policy;
  row.inferences = inferences;
  if (inferences) row.per_hour = 6 * double(*inferences);
  return row;
}

/// Both: 40 / 10 and 10 / 40 at 100 uF, 18 / 2 at 200. Only ours, only theirs, neither: one each.
std::vector<RunRow> some_runs() {
  return {run("restart", 100, "a", 10),        run("adaptive", 100, "a", 40),
          run("restart", 100, "b", 40),        run("adaptive", 100, "b", 10),
          run("restart", 200, "a", 2),         run("adaptive", 200, "a", 18),
          run("restart", 200, "b", 0),         run("adaptive", 200, "b", 7),
          run("restart", 200, "c", 3),         run("adaptive", 200, "c", std::nullopt),
          run("restart", 200, "d", 0),         run("adaptive", 200, "d", 0),
          run("restart", 100, "a", 1, "high"), run("adaptive", 100, "a", 5, "high")};
}

TEST(Ratios, AreGeometricMeansWhereBothEndAnInferenceAndTheRestIsCounted) {
  const auto rows = ratios_to("A", "restart", {"adaptive"}, some_runs());
  ASSERT_EQ(rows.size(), 6u);  // low: all, 100, 200; high: all, 100, 200
  const auto& all = rows[0];
  EXPECT_EQ(all.table, "A");
  EXPECT_EQ(all.figures, "low");
  EXPECT_EQ(all.baseline, "restart");
  EXPECT_EQ(all.policy, "adaptive");
  EXPECT_EQ(all.microfarads, std::nullopt);
  EXPECT_EQ(all.both, 3u);
  EXPECT_NEAR(*all.ratio, 2.080083823, 1e-9);  // cube root of 4 x 1/4 x 9
  EXPECT_DOUBLE_EQ(*all.least, 0.25);
  EXPECT_DOUBLE_EQ(*all.most, 9);
  EXPECT_EQ(all.only_ours, 1u);
  EXPECT_EQ(all.only_theirs, 1u);
  EXPECT_EQ(all.neither, 1u);
}

TEST(Ratios, AreToldForEachCapacitorAndForEachFiguresApart) {
  const auto rows = ratios_to("A", "restart", {"adaptive"}, some_runs());
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[1].microfarads, 100);
  EXPECT_EQ(rows[1].both, 2u);
  EXPECT_NEAR(*rows[1].ratio, 1, 1e-12);
  EXPECT_EQ(rows[2].microfarads, 200);
  EXPECT_NEAR(*rows[2].ratio, 9, 1e-12);
  EXPECT_EQ(rows[3].figures, "high");
  EXPECT_NEAR(*rows[3].ratio, 5, 1e-12);
  EXPECT_EQ(rows[5].ratio, std::nullopt) << "nothing was run there";
}

TEST(Ratios, APolicyOrABaselineWithoutRunsGivesNoRow) {
  EXPECT_TRUE(ratios_to("B", "layer", {"adaptive"}, some_runs()).empty());
  EXPECT_TRUE(ratios_to("A", "restart", {"once"}, some_runs()).empty());
}

TEST(Sizing, TheBestCapacitorIsTheSmallestOfThoseWithTheMost) {
  const std::vector<RunRow> runs{run("adaptive", 300, "a", 20), run("adaptive", 100, "a", std::nullopt),
                                 run("adaptive", 200, "a", 20), run("adaptive", 150, "a", 5),
                                 run("adaptive", 900, "a", 10), run("once", 150, "a", 999),
                                 run("adaptive", 100, "b", 0)};
  const auto rows = sizing_of(runs);
  ASSERT_EQ(rows.size(), 1u) << "on b none ends";
  EXPECT_EQ(rows[0].best_uf, 200);
  EXPECT_DOUBLE_EQ(rows[0].per_hour, 120);
  EXPECT_EQ(rows[0].smallest_uf, 150);
  EXPECT_DOUBLE_EQ(rows[0].over_smallest, 4);
  EXPECT_EQ(rows[0].largest_uf, 900);
  EXPECT_DOUBLE_EQ(*rows[0].over_largest, 2);
}

TEST(Sizing, WhereTheLargestEndsNoneThereIsNoRatioToIt) {
  const auto rows = sizing_of({run("adaptive", 100, "a", 4), run("adaptive", 200, "a", 0)});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].best_uf, 100);
  EXPECT_DOUBLE_EQ(rows[0].per_hour, 24);
  EXPECT_EQ(rows[0].over_largest, std::nullopt);
}

DeadlineRow share(const std::string& policy, const std::string& trace, std::optional<double> one, double two,
                  double bound) {
  DeadlineRow row;
  row.figures = "low";
  row.model = "kws";
  row.trace = trace;
  row.policy = policy;
  if (one) row.half = *one / 2;
  row.one = one;
  if (one) row.two = two;
  row.bound = bound;
  return row;
}

TEST(DeadlineMeans, WhoEndsNoneHasNoneInTimeAndPlacesWhereNobodyEndsAreLeftOut) {
  const auto means = means_of({share("restart", "a", std::nullopt, 0, 1), share("once", "a", 0.4, 0.8, 1),
                               share("restart", "b", 0.2, 0.6, 0.5), share("once", "b", 0.6, 1, 0.5),
                               share("restart", "c", 0, 0, 0.1), share("once", "c", 0, 0, 0.1)});
  ASSERT_EQ(means.size(), 2u);
  EXPECT_EQ(means[0].policy, "restart");
  EXPECT_EQ(means[0].places, 2u);
  EXPECT_DOUBLE_EQ(means[0].half, 0.05);
  EXPECT_DOUBLE_EQ(means[0].one, 0.1);
  EXPECT_DOUBLE_EQ(means[0].two, 0.3);
  EXPECT_DOUBLE_EQ(means[0].bound, 0.75);
  EXPECT_EQ(means[1].policy, "once");
  EXPECT_DOUBLE_EQ(means[1].one, 0.5);
}

}  // namespace
}  // namespace synergy::harvested_bench_test
