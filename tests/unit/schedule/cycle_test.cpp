#include "synergy/schedule/cycle.hpp"

#include <gmock/gmock.h>

#include "schedule_fixtures.hpp"

namespace synergy::schedule {
namespace {

using testing::ElementsAre;

TEST(Cycle, RunsAlternateAsEvenlyAsCanBe) {
  EXPECT_THAT(alternate({2, 1}), ElementsAre(0, 1, 0));
  EXPECT_THAT(alternate({3, 3}), ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(alternate({1}), ElementsAre(0));
}

TEST(Cycle, SharesBecomeWholeNumbersOfRuns) {
  EXPECT_THAT(counts_of({0.5, 0.5}, 2), ElementsAre(1, 1));
  EXPECT_THAT(counts_of({2.0 / 3, 1.0 / 3}, 3), ElementsAre(2, 1));
  EXPECT_THAT(counts_of({0.99, 0.01}, 4), ElementsAre(3, 1));
  EXPECT_THAT(counts_of({0.4, 0.35, 0.25}, 8), ElementsAre(3, 3, 2));
}

TEST(Cycle, EveryRunOfTheSequenceIsInTheCycleAndLoadsAddUp) {
  schedule_test::Random random(1);
  const auto plan = schedule_test::random_plan(random, 3, 2, true);
  const auto cycle = flatten(plan.pipelines);
  EXPECT_EQ(cycle.runs.size(), 6u);
  std::int64_t held = 0, expected = 0;
  for (const auto load : cycle.loads()) held += load;
  for (const auto& pipeline : plan.pipelines)
    for (const auto e : pipeline.sequence)
      for (const auto& step : pipeline.executions[e].steps)
        expected += step.duration.count() * std::int64_t(schemas::units_held(step).size());
  EXPECT_EQ(held, expected);
}

}  // namespace
}  // namespace synergy::schedule
