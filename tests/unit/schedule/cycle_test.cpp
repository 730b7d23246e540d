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

/// Pipelines of which each holds the cpu of these devices, one after the other.
schemas::CollaborationPlan plan_over(const std::vector<std::vector<std::uint64_t>>& devices) {
  schemas::CollaborationPlan plan;
  for (const auto& of_one : devices) {
    auto& pipeline = plan.pipelines.emplace_back();
    pipeline.app = AppId("app" + std::to_string(plan.pipelines.size() - 1));
    schedule_test::Steps steps(pipeline.executions.emplace_back());
    for (const auto n : of_one) steps.add(schemas::TaskKind::kPrepare, schedule_test::device(n), 1000);
  }
  return plan;
}

TEST(Groups, AreOfPipelinesThatShareUnitsDirectlyOrByWayOfOthers) {
  using Group = schemas::PipelineGroup;
  EXPECT_THAT(groups_of(plan_over({{0}, {1}, {2}})), ElementsAre(Group{0}, Group{1}, Group{2}));
  EXPECT_THAT(groups_of(plan_over({{0}, {1}, {0}, {1}})), ElementsAre(Group{0, 2}, Group{1, 3}));
  EXPECT_THAT(groups_of(plan_over({{3}, {0}, {1}, {0, 1}, {2, 3}, {4}})),
              ElementsAre(Group{0, 4}, Group{1, 2, 3}, Group{5}))
      << "the last of a group may join what were two";
  EXPECT_THAT(schemas::groups_of({}), testing::IsEmpty());
}

TEST(Groups, HoldBothEndsOfATransferAndEveryWay) {
  auto plan = plan_over({{0}, {1}, {2}});
  schedule_test::Steps(plan.pipelines[0].executions[0])
      .add(schemas::TaskKind::kTransfer, schedule_test::device(0), 1000, 10)
      .to = schedule_test::device(5);
  EXPECT_EQ(groups_of(plan).size(), 3u);
  // The other way of pipeline 2 receives where pipeline 0 sends to.
  schedule_test::Steps(plan.pipelines[2].executions.emplace_back())
      .add(schemas::TaskKind::kTransfer, schedule_test::device(2), 1000, 10)
      .to = schedule_test::device(5);
  EXPECT_THAT(groups_of(plan), ElementsAre(schemas::PipelineGroup{0, 2}, schemas::PipelineGroup{1}));
  plan.overlap = false;
  EXPECT_EQ(groups_of(plan).size(), 1u) << "one run at a time in the whole mesh";
}

TEST(Cycle, APartIsOfItsGroupAloneAndPutBackChangesNothingElse) {
  int parted = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    // Two plans on devices of their own make one of two groups at least.
    schedule_test::Random random(seed);
    auto plan = schedule_test::random_plan(random, 2, 1 + random.below(3), random.one_in(3));
    auto other = schedule_test::random_plan(random, 2, 1 + random.below(3), random.one_in(3));
    for (auto& pipeline : other.pipelines) {
      schedule_test::move_devices(pipeline, 2);
      pipeline.app = AppId("other-" + pipeline.app.text());
      plan.pipelines.insert(plan.pipelines.begin() + std::ptrdiff_t(random.below(plan.pipelines.size() + 1)),
                            pipeline);
    }
    schedule_test::draw_runs(random, plan, 4);
    if (!make_executable(plan, schedule_test::sram(4), {4, 2})) continue;
    const auto before = plan;
    std::size_t units = 0;
    for (const auto& group : groups_of(plan)) {
      auto part = part_of(plan, group);
      ASSERT_EQ(part.pipelines.size(), group.size());
      EXPECT_EQ(groups_of(part).size(), 1u);
      for (std::size_t k = 0; k < group.size(); ++k) EXPECT_EQ(part.pipelines[k], plan.pipelines[group[k]]);
      for (const auto& unit : part.units)
        for (const auto& task : unit.order) EXPECT_LT(task.pipeline, group.size());
      units += part.units.size();
      put_back(plan, group, std::move(part));
      EXPECT_EQ(plan, before);
      ++parted;
    }
    EXPECT_EQ(units, plan.units.size());
  }
  EXPECT_GT(parted, 100);
}

TEST(Cycle, RunsOfAFastPipelineAreSpreadEvenlyBetweenThoseOfASlowOne) {
  auto plan = plan_over({{0}, {0}});
  plan.pipelines[0].runs_per_cycle = 5;
  plan.pipelines[1].runs_per_cycle = 2;
  const auto cycle = flatten(plan.pipelines);
  std::vector<std::uint32_t> order;
  for (const auto& run : cycle.runs) order.push_back(run.pipeline);
  EXPECT_THAT(order, ElementsAre(0, 1, 0, 0, 0, 1, 0));
  EXPECT_THAT(cycle.runs_of[0], ElementsAre(0, 2, 3, 4, 6));
  EXPECT_EQ(cycle.runs[3].number, 2u);
}

}  // namespace
}  // namespace synergy::schedule
