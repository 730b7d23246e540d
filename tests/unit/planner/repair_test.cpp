// Plans in little time: what stays, what moves, who goes without.
#include "synergy/planner/repair.hpp"

#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Budget;
using planner::Problem;
using planner::Repaired;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Apps of the digit classifier without wishes as to their devices: any camera, any display.
Problem digits_problems(std::size_t apps) {
  Problem problem{standard_body("four-78000"), {}};
  for (std::size_t i = 0; i < apps; ++i) {
    auto app = digits_app(1, "digits-" + std::to_string(i));
    app.sensing.on = app.interaction.on = {};
    problem.pipelines.push_back({app, digits_model()});
  }
  return problem;
}

Repaired repaired(const Problem& problem, const schemas::CollaborationPlan* running = nullptr) {
  Budget budget(200'000);
  return planner::repair(problem, running, {}, budget);
}

schemas::CollaborationPlan plan_of(const Problem& problem, const Repaired& made,
                                   const schemas::CollaborationPlan* running = nullptr) {
  Budget budget(200'000);
  const auto served = planner::part_of(problem, made.served);
  auto planned = planner::plan_of_repair(served, running, made.choices, {}, budget);
  EXPECT_TRUE(planned.outcome.has_plan()) << planned.outcome.reason;
  const auto verified = planner::verify(served, planned.outcome.plan);
  EXPECT_TRUE(verified) << verified.error().message;
  return planned.outcome.plan;
}

TEST(Repair, PlacesEverybodyWhereNothingRunsYet) {
  const auto problem = digits_problems(3);
  const auto made = repaired(problem);
  EXPECT_THAT(made.served, ElementsAre(0u, 1u, 2u));
  EXPECT_THAT(made.refused, IsEmpty());
  EXPECT_EQ(plan_of(problem, made).pipelines.size(), 3u);
}

TEST(Repair, LeavesARunningPlanAsItIs) {
  const auto problem = digits_problems(3);
  // Not a plan that a search would choose: all on the lowest devices.
  const auto running = planner::solve(problem, "pri-min-dev").plan;
  const auto made = repaired(problem, &running);
  ASSERT_EQ(made.choices.size(), 3u);
  for (std::size_t p = 0; p < 3; ++p)
    EXPECT_EQ(made.choices[p].executions.front().chunks, running.pipelines[p].executions.front().chunks);
}

TEST(Repair, MovesOnlyWhoseDeviceIsGone) {
  auto problem = digits_problems(4);
  const DeviceId gone("ring");  // neither camera nor display
  problem.pipelines[1].app.at_least_devices = 4;
  const auto running = planner::solve(problem, "optimal").plan;
  problem.pipelines[1].app.at_least_devices = 1;
  problem.body.absent = {gone};
  const auto made = repaired(problem, &running);
  ASSERT_THAT(made.served, ElementsAre(0u, 1u, 2u, 3u));
  std::size_t all_touched = 0;
  for (std::size_t p = 0; p < 4; ++p) {
    const auto& was = running.pipelines[p].executions.front();
    const auto& is = made.choices[p].executions.front();
    const bool touched = was.source == gone || was.target == gone ||
                         std::any_of(was.chunks.begin(), was.chunks.end(),
                                     [&](const auto& chunk) { return chunk.device == gone; });
    EXPECT_EQ(is.chunks == was.chunks, !touched) << p;
    all_touched += touched ? 1 : 0;
  }
  EXPECT_GE(all_touched, 1u);
  EXPECT_EQ(plan_of(problem, made, &running).pipelines.size(), 4u);
}

TEST(Repair, SaysWhoCanNotBeServedWhateverTheOthersDo) {
  auto problem = digits_problems(3);
  problem.pipelines[1].app.sensing = {"camera", DeviceId("glasses")};
  problem.body.absent = {DeviceId("glasses")};
  const auto made = repaired(problem);
  ASSERT_EQ(made.refused.size(), problem.pipelines.size() - made.served.size());
  const auto refused = std::find_if(made.refused.begin(), made.refused.end(),
                                    [](const auto& one) { return one.pipeline == 1; });
  ASSERT_NE(refused, made.refused.end());
  EXPECT_EQ(refused->why.kind, planner::RefusalKind::kInfeasible);
  EXPECT_THAT(refused->why.reason, HasSubstr("absent now"));
}

TEST(Repair, MakesRoomForTheFirstInTheListByThoseAfterThem) {
  // As many copies as fit run. Then the last of them comes first in the list, with one more before it.
  auto all = digits_problems(60);
  const auto first = repaired(all);
  ASSERT_LT(first.served.size(), all.pipelines.size()) << "not all find room";
  ASSERT_GT(first.served.size(), 2u);
  for (const auto& refused : first.refused) EXPECT_EQ(refused.why.kind, planner::RefusalKind::kBudgetSpent);
  const auto running = plan_of(all, first);
  Problem next{all.body, {all.pipelines.back()}};  // that does not run, and comes first
  for (const auto p : first.served) next.pipelines.push_back(all.pipelines[p]);
  const auto made = repaired(next, &running);
  ASSERT_FALSE(made.served.empty());
  EXPECT_EQ(made.served.front(), 0u) << "precedence is the list's order";
  ASSERT_FALSE(made.refused.empty());
  EXPECT_EQ(made.refused.back().pipeline, next.pipelines.size() - 1) << "the last gives way";
}

TEST(Replan, ThatWasCutIsRepeatedByItsNodes) {
  const auto problem = digits_problems(6);
  const auto running = planner::solve(problem, "pri-max-dev").plan;
  std::set<std::uint64_t> cuts;
  for (int times = 1; times < 200; times = times * 2 + 1) {
    const Budget clock(50'000, [times, asked = std::make_shared<int>(0)] { return ++*asked > times; });
    const auto cut = planner::replan(problem, running, {}, clock).outcome;
    Budget again(50'000);
    again.cut_at(cut.nodes);
    const auto repeated = planner::replan(problem, running, {}, again).outcome;
    EXPECT_EQ(repeated.plan, cut.plan) << cut.nodes;
    EXPECT_EQ(repeated.reason, cut.reason);
    cuts.insert(cut.nodes);
  }
  EXPECT_GT(cuts.size(), 3u);
}

}  // namespace
}  // namespace synergy::planner_test
