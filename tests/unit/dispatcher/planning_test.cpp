// Quick plans first, full searches in the background: what interrupts them, what comes of them, and what is
// said meanwhile.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;
using schemas::Effort;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

schemas::BodyView body(const std::vector<DeviceId>& absent = {}) {
  schemas::BodyView view;
  view.name = "test";
  view.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  view.device_profiles["max78000"].name = "max78000";
  view.absent = absent;
  return view;
}

std::vector<Effort> efforts(const FakeWorld& world) {
  std::vector<Effort> all;
  for (const auto& request : world.plan_requests) all.push_back(request.effort);
  return all;
}

/// A world whose quick plans prove nothing, and whose full searches take ten seconds.
struct Hurried {
  FakeWorld world;
  Hurried() {
    world.quick_status = schemas::PlanStatus::kHeuristic;
    world.full_delay = 10s;
    world.full_gain = 2;
    world.dispatcher().on(body());
  }
  FakeWorld::Answer<schemas::AppSubmitted> submit(const std::string& app) {
    auto answer = world.submit(app_request(app, 0));
    world.run_until([&] { return answer->has_value(); }, 1s);
    return answer;
  }
};

TEST(Planning, AQuickPlanServesWhileTheFullSearchGoesOn) {
  Hurried hurried;
  auto& world = hurried.world;
  const auto answer = hurried.submit("digits");
  ASSERT_TRUE(answer->has_value() && **answer) << "the full search is not waited for";
  world.run_with_planner_for(1s);
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick, Effort::kFull));
  EXPECT_EQ(world.plan_requests[1].cause, "full search");
  EXPECT_EQ(world.published_plan->id, 1u);
  EXPECT_FALSE(world.grants.empty());
}

TEST(Planning, ABetterPlanOfTheFullSearchIsADecisionOfItsOwn) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(12s);
  EXPECT_EQ(world.published_plan->id, 2u);
  EXPECT_EQ(world.published_plan->effort, Effort::kFull);
  EXPECT_EQ(world.store.plan->id, 2u);
  world.run_with_planner_for(60s);
  EXPECT_EQ(world.plan_requests.size(), 2u) << "there is nothing left to look for";
}

TEST(Planning, APlanThatIsNoBetterIsNotGoneTo) {
  Hurried hurried;
  auto& world = hurried.world;
  world.full_gain = 1;
  world.reroute = true;  // another plan, as good
  (void)hurried.submit("digits");
  world.run_with_planner_for(60s);
  EXPECT_EQ(world.published_plan->id, 1u);
  ASSERT_EQ(world.store.stays.size(), 1u);
  EXPECT_EQ(world.plan_requests.size(), 2u);
}

TEST(Planning, OfAProvedPlanNoFullSearchIsMade) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 5));
  world.run_out();
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick));
}

TEST(Planning, ASubmissionInterruptsTheFullSearchWhichIsMadeAfterwards) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(2s);
  const auto second = hurried.submit("again");
  ASSERT_TRUE(second->has_value() && **second) << "submissions wait for no full search";
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick, Effort::kFull, Effort::kQuick, Effort::kFull));
  world.run_with_planner_for(12s);
  EXPECT_EQ(world.published_plan->effort, Effort::kFull);
  EXPECT_EQ(world.published_plan->pipelines.size(), 2u);
}

TEST(Planning, WhatNeedsNoPlanLeavesTheFullSearchAlone) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(2s);
  EXPECT_TRUE(world.stop("nobody")->has_value());
  EXPECT_TRUE(world.submit(app_request("digits", 0))->has_value());
  EXPECT_EQ(world.plan_requests.size(), 2u);
  world.run_with_planner_for(9s);
  EXPECT_EQ(world.published_plan->id, 2u);
}

TEST(Planning, ADeviceThatLeavesInterruptsTheFullSearch) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(5s);
  world.reroute = true;
  world.dispatcher().on(body({kWatch}));
  world.run_with_planner_for(dispatcher::kSettle + 100ms);
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick, Effort::kFull, Effort::kQuick, Effort::kFull));
  EXPECT_THAT(world.plan_requests[2].cause, HasSubstr("'watch' left"));
}

TEST(Planning, ADeviceThatLeavesGoesBeforeAPlanThatIsAskedFor) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(20s);
  std::optional<Result<schemas::CollaborationPlan>> again;
  world.dispatcher().on(schemas::PlanAgain{},
                        [&](Result<schemas::CollaborationPlan> plan) { again = std::move(plan); });
  world.run_with_planner_for(1s);
  EXPECT_EQ(world.plan_requests.back().effort, Effort::kFull) << "who asks wants the best";
  EXPECT_FALSE(again);
  world.reroute = true;
  world.dispatcher().on(body({kWatch}));
  world.run_with_planner_for(dispatcher::kSettle + 100ms);
  EXPECT_EQ(world.published_plan->effort, Effort::kQuick) << "the device is not waited for";
  EXPECT_FALSE(again);
  world.run_with_planner_for(30s);
  ASSERT_TRUE(again) << "it is answered in the end";
  ASSERT_TRUE(*again) << again->error().message;
  EXPECT_EQ((*again)->effort, Effort::kFull);
}

TEST(Planning, AnAnswerCountsHoweverLateItComesWhileThePlannerLives) {
  FakeWorld world;
  world.plan_delay = 5min;
  const auto answer = world.submit(app_request("digits", 0));
  world.run_with_planner_for(4min);
  EXPECT_FALSE(answer->has_value());
  EXPECT_EQ(world.plan_requests.size(), 1u) << "it is not asked again";
  EXPECT_THAT(world.dispatcher().note(),
              AllOf(HasSubstr("app 'digits' submitted"), HasSubstr("quick"), HasSubstr("240.0 s so far")));
  world.run_with_planner_for(2min);
  ASSERT_TRUE(answer->has_value() && **answer);
  EXPECT_THAT(world.dispatcher().note(), IsEmpty());
}

TEST(Planning, AQuestionGivenUpForAStrangersIsAskedAgain) {
  Hurried hurried;
  auto& world = hurried.world;
  world.questions_of_strangers = 3;
  const auto answer = world.submit(app_request("digits", 0));
  world.run_until([&] { return answer->has_value(); }, 3s);
  ASSERT_TRUE(answer->has_value() && **answer) << "a submission is not refused for what a stranger asks";
  EXPECT_THAT(efforts(world),
              ElementsAre(Effort::kQuick, Effort::kQuick, Effort::kQuick, Effort::kQuick, Effort::kFull));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(world.plan_requests[i].id, 1u) << "the same question";
  world.questions_of_strangers = 1;
  world.run_with_planner_for(30s);
  EXPECT_EQ(world.plan_requests.size(), 6u) << "the full search, twice";
  EXPECT_EQ(world.plan_requests.back().effort, Effort::kFull);
}

TEST(Planning, APlannerThatIsSilentIsGivenUp) {
  FakeWorld world;
  world.plan_delay = 5min;
  const auto answer = world.submit(app_request("digits", 0));
  world.run_with_planner_for(60s);
  world.run_for(dispatcher::kPlannerPatience - 1s);
  EXPECT_FALSE(answer->has_value());
  world.run_for(2s);
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kUnavailable);
  EXPECT_THAT((*answer)->error().message, HasSubstr("planner"));
  world.run_out();
  EXPECT_TRUE(world.store.apps.empty()) << "the late plan is nobody's";
}

TEST(Planning, WhoFindsNoRoomInHasteIsLookedForInFull) {
  Hurried hurried;
  auto& world = hurried.world;
  world.left_out_in_haste = {{AppId("tight"), "no place was found in a short search", "timeout"}};
  const auto answer = world.submit(app_request("tight", 0));
  world.run_with_planner_for(5s);
  EXPECT_FALSE(answer->has_value());
  EXPECT_THAT(world.dispatcher().note(), HasSubstr("full plan"));
  world.run_with_planner_for(6s);
  ASSERT_TRUE(answer->has_value() && **answer);
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick, Effort::kFull));
}

TEST(Planning, WhoIsKnownToFindNoRoomIsRejectedAtOnce) {
  Hurried hurried;
  auto& world = hurried.world;
  world.left_out_in_haste = {{AppId("tight"), "no columns are free", "no_fit"}};
  const auto answer = hurried.submit("tight");
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNoFit);
  EXPECT_THAT(efforts(world), ElementsAre(Effort::kQuick));
}

TEST(Planning, WhoStillFindsNoRoomInFullIsToldSoAndNotStored) {
  Hurried hurried;
  auto& world = hurried.world;
  world.left_out = {{AppId("tight"), "no place was found", "timeout"}};
  const auto answer = world.submit(app_request("tight", 0));
  world.run_with_planner_for(12s);
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(world.store.apps.empty()) << "it may be asked for again";
}

TEST(Planning, AnAppThatWaitsIsServedByTheFullSearchAndSaysWhatItWaitsFor) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  (void)hurried.submit("other");
  world.run_with_planner_for(20s);
  world.left_out_in_haste = {{AppId("other"), "no place was found in a short search", "timeout"}};
  world.reroute = true;
  world.dispatcher().on(body({kWatch}));
  world.run_with_planner_for(2s);
  const auto status_of = [&](const char* name) {
    for (const auto& status : world.published->apps)
      if (status.request.app == AppId(name)) return status;
    return schemas::AppStatus{};
  };
  EXPECT_TRUE(status_of("other").is_waiting());
  EXPECT_THAT(status_of("other").reason, AllOf(HasSubstr("no place"), HasSubstr("planning: full plan")));
  EXPECT_THAT(world.stored("other").reason, testing::Not(HasSubstr("planning")));
  world.run_with_planner_for(12s);
  EXPECT_FALSE(status_of("other").is_waiting());
  EXPECT_THAT(status_of("other").reason, IsEmpty());
}

TEST(Planning, AnAppWhosePlanLostADeviceSaysThatItIsPlannedFor) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(20s);
  world.plan_delay = 3s;
  world.dispatcher().on(body({kWatch}));
  world.run_with_planner_for(1s);
  ASSERT_EQ(world.published->apps.size(), 1u);
  EXPECT_THAT(world.published->apps[0].reason, AllOf(HasSubstr("gone"), HasSubstr("planning: quick plan")));
}

TEST(Planning, AFullSearchThatFailsIsNotRepeatedForEver) {
  Hurried hurried;
  auto& world = hurried.world;
  world.planner_fault = [](const schemas::PlanMake& request) -> std::optional<Error> {
    if (request.effort == Effort::kQuick) return std::nullopt;
    return Error{ErrorCode::kTimeout, "nothing was found"};
  };
  (void)hurried.submit("digits");
  world.run_with_planner_for(120s);
  EXPECT_EQ(world.plan_requests.size(), 2u);
  EXPECT_EQ(world.published_plan->id, 1u);
}

TEST(Planning, AFullSearchIsAskedForAgainWhenThePlannerIsBack) {
  Hurried hurried;
  auto& world = hurried.world;
  int away = 3;
  world.full_delay = 1ms;
  world.planner_fault = [&](const schemas::PlanMake& request) -> std::optional<Error> {
    if (request.effort == Effort::kQuick || away-- <= 0) return std::nullopt;
    return Error{ErrorCode::kUnavailable, "the body is not known yet"};
  };
  (void)hurried.submit("digits");
  world.run_with_planner_for(10s);
  EXPECT_EQ(world.published_plan->effort, Effort::kFull);
  EXPECT_LE(world.plan_requests.size(), 6u) << "the planner is not hammered";
}

TEST(Planning, AFullSearchThatACrashEndedIsMadeByTheNextDispatcher) {
  Hurried hurried;
  auto& world = hurried.world;
  (void)hurried.submit("digits");
  world.run_with_planner_for(2s);
  world.crash();
  world.restart();
  world.dispatcher().on(body());
  world.run_with_planner_for(15s);
  EXPECT_EQ(world.published_plan->effort, Effort::kFull);
}

}  // namespace
}  // namespace synergy::dispatcher_test
