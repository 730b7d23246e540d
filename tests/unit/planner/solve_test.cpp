#include "synergy/planner/solve.hpp"

#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/assemble.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Budget;
using planner::OutcomeStatus;
using schemas::TaskKind;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

planner::Outcome solve_app(const schemas::AppRequest& app,
                           schemas::BodyView body = standard_body("four-78000")) {
  return planner::solve({std::move(body), {{app, digits_model()}}}, "ind-e2e");
}

TEST(Solve, RefusesACapabilityThatNobodyOffers) {
  auto app = digits_app();
  app.sensing = {"x-ray", {}};
  const auto outcome = solve_app(app);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("sensing"), HasSubstr("x-ray"), HasSubstr("no device")));
  app = digits_app();
  app.interaction = {"hologram", {}};
  EXPECT_THAT(solve_app(app).reason,
              AllOf(HasSubstr("interaction"), HasSubstr("hologram"), HasSubstr("; offered: ")));
}

TEST(Solve, NamesTheAbsentDeviceThatWouldOfferACapability) {
  auto body = standard_body("four-78000");
  body.absent = {DeviceId("glasses")};
  const auto outcome = solve_app(digits_app(), body);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("camera"), HasSubstr("glasses"), HasSubstr("absent")));
}

TEST(Solve, SaysWhoOffersWhatTheNamedDeviceLacks) {
  auto app = digits_app();
  app.interaction.on = DeviceId("ring");
  const auto outcome = solve_app(app);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("display"), HasSubstr("ring"), HasSubstr("glasses, watch")));
}

TEST(Solve, SuggestsTheDeviceThatWasProbablyMeant) {
  auto app = digits_app();
  app.sensing.on = DeviceId("glases");
  EXPECT_THAT(solve_app(app).reason, AllOf(HasSubstr("glases"), HasSubstr("glasses")));
}

TEST(Solve, SuggestsThePolicyThatWasProbablyMeant) {
  const auto outcome = planner::solve(digits_problem(), "ind-e2");
  EXPECT_EQ(outcome.status, OutcomeStatus::kInvalid);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("ind-e2"), HasSubstr("ind-e2e")));
}

TEST(Solve, RefusesAnAppGivenTwice) {
  auto problem = digits_problem();
  problem.pipelines.push_back(problem.pipelines.front());
  const auto outcome = planner::solve(problem, "ind-e2e");
  EXPECT_EQ(outcome.status, OutcomeStatus::kInvalid);
  EXPECT_THAT(outcome.reason, HasSubstr("digits"));
}

TEST(Solve, RefusesABodyWithoutDevices) {
  auto problem = digits_problem();
  problem.body.devices.clear();
  EXPECT_EQ(planner::solve(problem, "ind-e2e").status, OutcomeStatus::kInvalid);
}

TEST(Solve, RefusesADeviceWithoutABattery) {
  auto problem = digits_problem();
  auto& profile = problem.body.device_profiles.at(problem.body.devices.back().profile);
  profile.battery_mwh.reset();
  profile.harvest.emplace();
  const auto outcome = planner::solve(problem, "ind-e2e");
  EXPECT_EQ(outcome.status, OutcomeStatus::kInvalid);
  EXPECT_THAT(outcome.reason, HasSubstr("has no battery, and a mesh can not use"));
}

TEST(Solve, FailsWhenEveryDeviceIsAbsent) {
  auto problem = digits_problem();
  for (const auto& device : problem.body.devices) problem.body.absent.push_back(device.id);
  for (const auto& policy : planner::policy_names())
    EXPECT_EQ(planner::solve(problem, policy).status, OutcomeStatus::kInfeasible);
}

TEST(Solve, SaysHowManyDevicesCanTakePartWhenAnAppAsksForMore) {
  for (const auto& policy : planner::policy_names()) {
    const auto outcome = planner::solve(digits_problem(5), policy);
    EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr("at_least_devices"), HasSubstr("5"), HasSubstr("4")));
  }
}

TEST(Solve, SpreadsOverAsManyDevicesAsTheAppInsistsOn) {
  for (const auto& policy : planner::policy_names())
    for (std::uint32_t devices = 1; devices <= 4; ++devices) {
      const auto outcome = planner::solve(digits_problem(devices), policy);
      ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
      EXPECT_GE(outcome.plan.pipelines[0].executions[0].chunks.size(), devices);
    }
}

TEST(Solve, AnswersNoPipelinesWithAnEmptyPlan) {
  const auto outcome = planner::solve({standard_body("four-78000"), {}}, "ind-e2e");
  EXPECT_TRUE(outcome.has_plan());
  EXPECT_EQ(outcome.status, OutcomeStatus::kHeuristic);
  EXPECT_TRUE(outcome.plan.pipelines.empty());
}

/// Two pipelines, each of whose model fills more than half of a MAX78000's weight memory.
planner::Problem two_large_apps(const std::string& profile) {
  planner::Problem problem{standard_body("four-78000"), {}};
  problem.body.devices.resize(1);
  problem.body.devices[0].profile = profile;
  problem.body.device_profiles = standard_body("mixed-4").device_profiles;
  for (const auto* name : {"left", "right"}) {
    auto app = digits_app(1, name);
    app.interaction.on = {};
    problem.pipelines.push_back({app, SmallModel(name, 64, 4).conv(500, 3).build()});
    problem.pipelines.back().app.model = ModelId(name);
  }
  return problem;
}

TEST(Solve, NamesDeviceAndResourceWhenTwoAppsDoNotFitTogether) {
  const auto problem = two_large_apps("max78000");
  for (const auto& policy : planner::policy_names()) {
    const auto outcome = planner::solve(problem, policy);
    // Only a policy that searches through all plans knows that there is none.
    const bool proves = planner::find_policy(policy)->certifies;
    EXPECT_EQ(outcome.status, proves ? OutcomeStatus::kInfeasible : OutcomeStatus::kOutOfResource);
    EXPECT_EQ(outcome.refusal().kind,
              proves ? planner::RefusalKind::kInfeasible : planner::RefusalKind::kOutOfResource);
    EXPECT_THAT(outcome.refusal().text(), AllOf(HasSubstr(proves ? "proved" : "OOR: "),
                                                HasSubstr("device 'glasses'"), HasSubstr("column")));
  }
}

TEST(Solve, NamesTheFewestAppsThatCanNotBeServedTogether) {
  auto problem = two_large_apps("max78000");
  problem.pipelines.insert(problem.pipelines.begin() + 1,
                           {digits_app(1, "small"), SmallModel("small", 1, 4).conv(4, 1).build()});
  problem.pipelines[1].app.interaction.on = {};
  const auto outcome = planner::solve(problem, "optimal");
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
  EXPECT_THAT(outcome.reason, HasSubstr("no room for all of 'left', 'right' together"));
}

TEST(Solve, NamesTheWeightStoreWhenItIsTooSmall) {
  auto problem = digits_problem();
  auto& profile = problem.body.device_profiles.at("max78000");
  profile.flash_for_weights_bytes.value = 1000;
  profile.extra_weight_store_bytes.value = 500;
  const auto outcome = planner::solve(problem, "ind-e2e");
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("weight store"), HasSubstr("glasses"), HasSubstr("1500")));
}

TEST(Solve, NamesTheSramWhenTheRunsOfTwoAppsDoNotFitIt) {
  auto problem = digits_problem();
  problem.pipelines.push_back({digits_app(1, "again"), digits_model()});
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value =
      1000;  // one picture is 784 bytes
  auto one = problem;
  one.pipelines.pop_back();
  EXPECT_TRUE(planner::solve(one, "ind-e2e").has_plan());
  const auto outcome = planner::solve(problem, "ind-e2e");
  EXPECT_EQ(outcome.status, OutcomeStatus::kOutOfResource);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("SRAM"), HasSubstr("device 'glasses'"), HasSubstr("1568")));
}

TEST(Solve, InRoundsARateOfTheAppsOwnIsNoGapToTheBound) {
  planner::SolveOptions options;
  options.objective = planner::Objective::kRounds;
  const auto fast = planner::solve(digits_problem(), options);
  auto problem = digits_problem();
  problem.pipelines[0].app.rate = 10;
  const auto paced = planner::solve(problem, options);
  ASSERT_TRUE(fast.has_plan() && paced.has_plan()) << paced.reason;
  EXPECT_EQ(paced.plan.pipelines[0].runs_per_second, 10);
  EXPECT_TRUE(paced.plan.pipelines[0].paced);
  EXPECT_EQ(paced.plan.pipelines[0].bottleneck, "its own rate");
  EXPECT_EQ(paced.plan.rounds_per_second, 10);
  EXPECT_EQ(paced.status, OutcomeStatus::kOptimal);
  EXPECT_NEAR(paced.objective_value / fast.objective_value, 1, 1e-6) << "rounds that its units could make";
}

TEST(Solve, KeepsOnlyAsManyRunsInFlightAsTheSramHolds) {
  auto problem = digits_problem();
  const auto fast = planner::solve(problem, "ind-e2e").plan;
  EXPECT_EQ(fast.pipelines[0].depth, 2u);
  // A picture is 784 bytes: its place is then also that of the scores, held until the label has been sent.
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 800;
  const auto plan = planner::solve(problem, "ind-e2e").plan;
  EXPECT_LT(plan.rounds_per_second, fast.rounds_per_second);
  EXPECT_EQ(plan.memory[0].buffer_bytes, 784u);
}

TEST(Solve, LeavesAPictureThatIsLargerThanTheSramInTheSensor) {
  auto problem = digits_problem();
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 700;
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_EQ(outcome.plan.memory[0].buffer_bytes, 2u * 40) << "scores only";
}

TEST(Solve, StreamsATensorThatIsLargerThanTheSram) {
  auto problem = digits_problem(2);
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 100;  // the tensor is 192 bytes
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& steps = outcome.plan.pipelines[0].executions[0].steps;
  const auto sent = std::find_if(steps.begin(), steps.end(),
                                 [](const auto& step) { return step.kind == TaskKind::kTransfer; });
  ASSERT_NE(sent, steps.end());
  EXPECT_TRUE(sent->unloads);
  EXPECT_TRUE(sent->loads);
  EXPECT_EQ(schemas::units_held(*sent).size(), 6u);
}

TEST(Solve, SwitchesBeforeEveryChunkWhereTwoShareAnAccelerator) {
  auto problem = two_large_apps("max78002");
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  for (const auto& pipeline : outcome.plan.pipelines) {
    const auto kinds = kinds_of(pipeline.executions[0]);
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), TaskKind::kSwitch), 1);
    EXPECT_EQ(kinds[2], TaskKind::kSwitch);
    EXPECT_EQ(kinds[3], TaskKind::kLoad);
  }
  // 500 biases were not described and a MAX78002 keeps its registers: the switch writes nothing.
  EXPECT_EQ(outcome.plan.pipelines[0].executions[0].steps[2].duration, Duration(0));
}

TEST(Solve, TakesTheTimeOfRegistersAndBiasForASwitchOnAMax78000) {
  auto problem = digits_problem();
  problem.pipelines.push_back({digits_app(1, "small"), SmallModel("small", 1, 4).conv(4, 1).build()});
  problem.pipelines.back().app.model = ModelId("small");
  problem.pipelines.back().app.sensing.on = problem.pipelines.back().app.interaction.on = DeviceId("glasses");
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& small = outcome.plan.pipelines[1].executions[0];
  ASSERT_THAT(kinds_of(small), Contains(TaskKind::kSwitch));
  // 11 registers x 1 layer x 1 quadrant, no bias, 300 ns each; the MCU works above its sleep.
  EXPECT_EQ(small.steps[2].duration, Duration(11 * 300));
  EXPECT_NEAR(small.steps[2].energy_uj, (7.6 - 1.6) * 3300 * 1e-6, 1e-12);
}

TEST(Solve, NeedsNoSwitchWhereEveryAcceleratorServesOneChunk) {
  for (const auto& policy : planner::policy_names()) {
    const auto plan = planner::solve(digits_problem(3), policy).plan;
    const auto& executions = plan.pipelines[0].executions;
    if (executions.size() > 1) continue;  // they may share an accelerator
    EXPECT_THAT(kinds_of(executions[0]), testing::Not(Contains(TaskKind::kSwitch))) << policy;
  }
}

TEST(Solve, GivesEqualOutcomesForEqualInputs) {
  for (const auto& policy : planner::policy_names())
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto a = planner::solve(random_problem(seed, 2), policy, Budget(500));
      const auto b = planner::solve(random_problem(seed, 2), policy, Budget(500));
      EXPECT_EQ(a.status, b.status) << "seed " << seed;
      EXPECT_EQ(a.stopped_by, b.stopped_by) << "seed " << seed;
      EXPECT_EQ(a.nodes, b.nodes) << "seed " << seed;
      EXPECT_EQ(a.plan, b.plan) << "seed " << seed;
      EXPECT_EQ(a.reason, b.reason) << "seed " << seed;
    }
}

TEST(Solve, WithASpentBudgetReturnsTheBestPlanSoFar) {
  int unproved = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto problem = random_problem(seed, 3);
    const auto outcome = planner::solve(problem, "optimal", Budget(10 * seed));
    if (!outcome.has_plan()) continue;
    EXPECT_TRUE(planner::verify(problem, outcome.plan));
    if (outcome.stopped_by != planner::StoppedBy::kNodes) continue;
    ++unproved;
    EXPECT_EQ(outcome.status, OutcomeStatus::kBounded);
    EXPECT_EQ(outcome.plan.status, schemas::PlanStatus::kBounded);
    EXPECT_GE(outcome.bound, outcome.objective_value);
  }
  EXPECT_GE(unproved, 3);
}

TEST(Solve, NeverTakesMoreNodesThanTheBudget) {
  for (std::uint64_t nodes = 1; nodes <= 60; ++nodes) {
    const auto outcome = planner::solve(digits_problem(), "ind-e2e", Budget(nodes));
    EXPECT_TRUE(outcome.has_plan());
    EXPECT_LE(outcome.nodes, nodes);
  }
}

TEST(Solve, SaysInWordsWhatThePolicyChooses) {
  for (const auto& policy : planner::policies()) {
    const auto plan = planner::solve(digits_problem(2), policy.name).plan;
    EXPECT_EQ(plan.policy, policy.name);
    EXPECT_THAT(plan.reason, HasSubstr(std::string(policy.about)));
  }
}

TEST(CostModel, TakesNoTimeForBytesOnAnUnlimitedLink) {
  auto problem = digits_problem();
  problem.body.link.bytes_per_second.value = 0;
  problem.body.link.message_overhead_us.value = 0;
  planner::CostModel costs(problem);
  EXPECT_EQ(costs.transfer(DeviceId("glasses"), DeviceId("watch"), 1'000'000).duration, Duration(0));
}

TEST(CostModel, TakesTheTimeOfAMapWhereTheResultIsNotALabel) {
  auto problem = digits_problem();
  problem.pipelines[0].model.program.result = schemas::ResultKind::kRaw;
  planner::CostModel costs(problem);
  EXPECT_EQ(costs.interact(0, DeviceId("watch")).duration, Duration(23'600'000));
  EXPECT_EQ(costs.bytes_after(0, 4), 40u);
}

}  // namespace
}  // namespace synergy::planner_test
