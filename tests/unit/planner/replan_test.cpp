// From a running plan to the next: what is kept, what moves, and what that costs.
#include "synergy/planner/replan.hpp"

#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Problem;
using planner::Replanned;
using planner::ReplanOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two apps that any of four devices can compute: the camera of the glasses to displays.
Problem two_apps() {
  auto problem = digits_problem();
  problem.pipelines[0].app.at_least_devices = 1;
  problem.pipelines.push_back(
      {digits_app(1, "small"), SmallModel("small", 1, 8).conv(8, 3).conv(4, 1).build()});
  problem.pipelines[1].app.model = ModelId("small");
  return problem;
}

Problem first_of(Problem problem) {
  problem.pipelines.resize(1);
  return problem;
}

Replanned replanned(const Problem& problem, const schemas::CollaborationPlan& running,
                    ReplanOptions options = {}) {
  auto made = planner::replan(problem, running, options, planner::Budget(200'000));
  EXPECT_TRUE(made.outcome.has_plan()) << made.outcome.reason;
  const auto verified = planner::verify(problem, made.outcome.plan);
  EXPECT_TRUE(verified) << verified.error().message;
  return made;
}

TEST(Replan, KeepsAPlanThatIsStillTheBest) {
  const auto problem = two_apps();
  const auto running = planner::solve(problem, "optimal").plan;
  const auto made = replanned(problem, running);
  EXPECT_TRUE(made.keeps);
  EXPECT_EQ(made.move.weight_bytes, 0u);
  EXPECT_EQ(made.move.time(), Duration(0));
  EXPECT_EQ(made.outcome.plan.pipelines, running.pipelines);
  EXPECT_THAT(made.outcome.plan.reason, HasSubstr("nothing moves"));
}

TEST(Replan, MovesOnlyTheAppWhoseDeviceLeft) {
  auto problem = two_apps();
  problem.pipelines[0].app.at_least_devices = 2;
  const auto running = planner::solve(problem, "ind-e2e").plan;  // digits: glasses, then watch
  problem.pipelines[0].app.interaction.on = {};
  problem.pipelines[1].app.interaction.on = {};
  problem.body.absent = {DeviceId("watch")};
  const auto made = replanned(problem, running);
  for (const auto& pipeline : made.outcome.plan.pipelines)
    for (const auto& chunk : pipeline.executions[0].chunks) EXPECT_NE(chunk.device, DeviceId("watch"));
  EXPECT_THAT(made.move.apps, testing::Contains(AppId("digits")));
  for (const auto& device : made.move.devices) EXPECT_NE(device.device, DeviceId("watch"));
}

TEST(Replan, LoadsOnlyWhatIsNewWhenAnAppIsAdded) {
  const auto both = two_apps(), one = first_of(both);
  const auto running = planner::solve(one, "optimal").plan;
  const auto made = replanned(both, running);
  EXPECT_THAT(made.move.apps, ElementsAre(AppId("small")));
  EXPECT_EQ(made.move.runs_to_drain, 0u);
  EXPECT_EQ(made.move.weight_bytes, 8u * 9 + 4 * 8);
  EXPECT_GT(made.move.load, Duration(0));
}

TEST(Replan, DrainsTheAppThatIsGone) {
  const auto both = two_apps(), one = first_of(both);
  const auto running = planner::solve(both, "optimal").plan;
  const auto made = replanned(one, running);
  EXPECT_THAT(made.move.apps, testing::Contains(AppId("small")));
  EXPECT_GE(made.move.runs_to_drain, 1u);
  EXPECT_GT(made.move.drain, Duration(0));
}

TEST(Replan, ADeviceThatBringsNothingMovesNothing) {
  auto problem = two_apps();
  problem.body.absent = {DeviceId("ring")};
  const auto running = planner::solve(problem, "optimal").plan;
  problem.body.absent.clear();
  const auto made = replanned(problem, running);
  EXPECT_NEAR(made.outcome.objective_value, running.rounds_per_second, 1e-9);
  EXPECT_TRUE(made.keeps);
}

/// The same app, first planned while the link was slow.
TEST(Replan, MovesForAGainThatIsWorthItOverTheHorizonOnly) {
  auto problem = two_apps();
  problem.body.link.bytes_per_second.value = 2'000;
  const auto running = planner::solve(problem, "optimal").plan;
  problem.body.link.bytes_per_second.value = 20'000'000;
  problem.body.link.message_overhead_us.value = 10;
  ReplanOptions patient, hasty;
  patient.horizon = std::chrono::hours(1);
  hasty.horizon = std::chrono::milliseconds(1);
  const auto best = planner::solve(problem, "optimal");
  const auto moved = replanned(problem, running, patient), kept = replanned(problem, running, hasty);
  EXPECT_NEAR(moved.outcome.objective_value, best.objective_value, 1e-3 * best.objective_value);
  EXPECT_TRUE(kept.keeps);
  EXPECT_LE(kept.outcome.objective_value, moved.outcome.objective_value * (1 + 1e-9));
  EXPECT_GE(kept.outcome.gap, moved.outcome.gap);
}

TEST(Replan, FollowsAHeuristicPolicyWhateverItMoves) {
  auto problem = two_apps();
  const auto running = planner::solve(problem, "optimal").plan;
  ReplanOptions options;
  options.solve.policy = "max-dev";
  const auto made = replanned(problem, running, options);
  EXPECT_EQ(made.outcome.plan.policy, "max-dev");
  EXPECT_EQ(made.outcome.choices, planner::solve(problem, options.solve).choices);
}

/// A plan from the bus or a file may say anything that decode() lets pass.
TEST(Replan, TakesNothingFromARunningPlanThatIsNonsense) {
  const auto problem = two_apps();
  const auto right = planner::solve(problem, "optimal").plan;
  using Change = std::function<void(schemas::ExecutionPlan&)>;
  for (const Change& change : std::vector<Change>{
           [](auto& way) { way.chunks[0].last_layer = ~std::uint32_t{0}; },
           [](auto& way) { way.chunks[0].first_layer = 3; },
           [](auto& way) { way.chunks.push_back(way.chunks[0]); },
           [](auto& way) { way.chunks.clear(); },
           [](auto& way) { way.chunks[0].device = DeviceId("hat"); },
           [](auto& way) { way.source = DeviceId("hat"); },
           [](auto& way) { way.target = {}; },
           [](auto& way) { way.share = 0; },
           [](auto& way) { way.share = 0.25; },
       }) {
    auto running = right;
    change(running.pipelines[0].executions[0]);
    const auto made = replanned(problem, running);
    EXPECT_EQ(made.outcome.objective_value, right.rounds_per_second);
  }
  auto empty = right;
  empty.pipelines.clear();
  EXPECT_EQ(replanned(problem, empty).move.apps.size(), 2u);
  auto no_ways = right;
  no_ways.pipelines[0].executions.clear();
  EXPECT_THAT(replanned(problem, no_ways).move.apps, testing::Contains(AppId("digits")));
}

TEST(Replan, SaysWhyThereIsNoPlanAnyMore) {
  auto problem = two_apps();
  const auto running = planner::solve(problem, "optimal").plan;
  problem.body.absent = {DeviceId("glasses")};
  const auto made = planner::replan(problem, running, {});
  EXPECT_FALSE(made.outcome.has_plan());
  EXPECT_THAT(made.outcome.reason, HasSubstr("absent"));
}

/// Whatever happens to the body: the decision is a right plan, its move is what lies between the two.
TEST(Replan, GivesAPlanAndItsMoveWhateverHappens) {
  int kept = 0, moved = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto before = random_problem(seed, 2);
    const auto running = planner::solve(before, "optimal", planner::Budget(50'000));
    if (!running.has_plan()) continue;
    auto after = before;
    Random random(seed);
    if (random.one_in(3))
      after.body.absent.clear();
    else if (random.one_in(2))
      after.body.absent = {random.any_of(after.body.devices).id};
    else
      after.body.link.bytes_per_second.value = double(5'000 + random.below(1'000'000));
    const auto made = planner::replan(after, running.plan, {}, planner::Budget(50'000));
    if (!made.outcome.has_plan()) continue;
    EXPECT_TRUE(planner::verify(after, made.outcome.plan));
    (made.keeps ? kept : moved)++;
    planner::CostModel costs(after);
    EXPECT_EQ(planner::move_between(costs, running.plan, made.outcome.plan), made.move);
    EXPECT_EQ(made.keeps, made.move.apps.empty() && made.move.devices.empty());
  }
  EXPECT_GE(kept, 2);
  EXPECT_GE(moved, 1);
}

}  // namespace
}  // namespace synergy::planner_test
