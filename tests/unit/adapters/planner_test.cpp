// The planner's process over a transport that the test holds: when it is ready, and whom it answers.
#include "adapter_fixtures.hpp"
#include "synergy/planner_adapter/run.hpp"

namespace synergy::adapter_test {
namespace {

class PlannerAdapterTest : public test_support::ProcessTest {
 protected:
  explicit PlannerAdapterTest(const std::string& level = "error") : ProcessTest("planner", level) {}

  Status play_with(const planner_service::Settings& settings) {
    return play([&](runtime::Context& context) {
      return planner_adapter::run(context, deploy_folder().root(), settings);
    });
  }
  static schemas::PlanMake question(std::uint64_t id) {
    schemas::PlanMake make;
    make.id = id;
    make.apps = {digits()};
    make.effort = schemas::Effort::kQuick;
    return make;
  }
};

TEST_F(PlannerAdapterTest, APolicyThatThereIsNotIsRefusedWithThoseThereAre) {
  planner_service::Settings settings;
  settings.policy = "optimum";
  const auto status = play_with(settings);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("optimal"));
}

TEST_F(PlannerAdapterTest, WhatPeopleNameBecomesSettingsAndWhatTheyDoNotIsTheDefault) {
  const auto named = planner_adapter::settings_of({"synergy", "throughput", "needed"});
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->policy, "synergy");
  EXPECT_EQ(named->objective, schemas::Objective::kRounds) << "its older name";
  EXPECT_EQ(named->residency, schemas::Residency::kNeeded);
  const auto none = planner_adapter::settings_of({});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->policy, planner::SolveOptions{}.policy);
  EXPECT_EQ(none->objective, planner::SolveOptions{}.objective);
  EXPECT_EQ(none->residency, schemas::Residency::kResident);
  for (const auto& wrong :
       {planner_adapter::Named{"", "throughputs", ""}, {"", "", "neeeded"}, {"best", "", ""}}) {
    const auto refused = planner_adapter::settings_of(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  }
  EXPECT_THAT(planner_adapter::settings_of({"", "", "neeeded"}).error().message,
              ::testing::HasSubstr("did you mean 'needed'"));
}

TEST_F(PlannerAdapterTest, IsReadyWhenItKnowsTheBodyAndThenPlansBesideThePlanInForce) {
  std::string early, later;
  then([&] { EXPECT_EQ(health().note, "the body view"); });
  then([&] { early = ask("cmd/planner", question(1)); });
  when([&] { return outcome_of<schemas::PlanMake>(early).has_value(); });
  then([&] { arrive(topics::kBody, body_view()); });
  then([&] { EXPECT_EQ(health().state, schemas::LifeCycle::kReady); });
  then([&] { later = ask("cmd/planner", question(2)); });
  when([&] { return outcome_of<schemas::PlanMake>(later).has_value(); });
  ASSERT_TRUE(play_with({}));
  EXPECT_EQ(outcome_of<schemas::PlanMake>(early)->error().code, ErrorCode::kUnavailable);
  const auto plan = *outcome_of<schemas::PlanMake>(later);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->id, 2u);
  EXPECT_NE(plan->find(kApp), nullptr);
}

class PlannerLogTest : public PlannerAdapterTest {
 protected:
  PlannerLogTest() : PlannerAdapterTest("info") {}
};

TEST_F(PlannerLogTest, NamesTheCommandThatAPlanWasMadeFor) {
  auto good = question(2), bad = question(3);
  good.origin = "cli-1#2.3";
  bad.origin = "cli-1#2.4";
  bad.apps[0].at_least_devices = 9;
  std::string asked, last;
  then([&] { arrive(topics::kBody, body_view()); });
  then([&] { asked = ask("cmd/planner", good); });
  when([&] { return outcome_of<schemas::PlanMake>(asked).has_value(); });
  then([&] { last = ask("cmd/planner", bad); });
  when([&] { return outcome_of<schemas::PlanMake>(last).has_value(); });
  const auto log = logged([&] { return play_with({}); });
  EXPECT_THAT(log, ::testing::ContainsRegex(" info  planner plan_made plan=2 .* request=cli-1#2\\.3\n"));
  EXPECT_THAT(log, ::testing::ContainsRegex(" info  planner no_plan .* request=cli-1#2\\.4\n"));
}

TEST_F(PlannerAdapterTest, ThePlanInForceIsHeard) {
  std::string id;
  auto running = digits_plan();
  running.id = 7;
  then([&] {
    arrive(topics::kBody, body_view());
    arrive(topics::kPlan, running);
    id = ask("cmd/planner", question(8));
  });
  when([&] { return outcome_of<schemas::PlanMake>(id).has_value(); });
  ASSERT_TRUE(play_with({}));
  const auto plan = *outcome_of<schemas::PlanMake>(id);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->reason, ::testing::HasSubstr("nothing moves"));
}

TEST_F(PlannerAdapterTest, ANewerQuestionEndsTheOlder) {
  std::string older, newer;
  then([&] {
    arrive(topics::kBody, body_view());
    older = ask("cmd/planner", question(1));
    newer = ask("cmd/planner", question(2));
  });
  when([&] { return outcome_of<schemas::PlanMake>(newer).has_value(); });
  ASSERT_TRUE(play_with({}));
  ASSERT_TRUE(outcome_of<schemas::PlanMake>(older));
  EXPECT_EQ(outcome_of<schemas::PlanMake>(older)->error().code, ErrorCode::kConflict);
  EXPECT_TRUE(*outcome_of<schemas::PlanMake>(newer));
}

}  // namespace
}  // namespace synergy::adapter_test
