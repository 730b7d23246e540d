// Devices that go, come, slow down and flap; apps that wait; plans that can not be deployed.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using testing::HasSubstr;

const DeviceId kRing("ring");

schemas::BodyView body(const std::vector<DeviceId>& absent = {}) {
  schemas::BodyView view;
  view.name = "test";
  view.link.name = "radio";
  view.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}, {kRing, "max78000", {}, {}}};
  view.device_profiles["max78000"].name = "max78000";
  view.absent = absent;
  for (const auto& device : absent) view.notes[device.text()] = "executor silent";
  return view;
}

/// A world whose app runs on glasses and watch, on a body that was whole from the beginning.
struct Running {
  FakeWorld world;
  Running() {
    world.dispatcher().on(body());
    (void)world.submit(app_request("digits", 0));
    world.run_for(10s);
  }
};

TEST(Body, ADeviceThatLeavesIsPlannedWithoutAsSoonAsThatIsSettled) {
  Running running;
  auto& world = running.world;
  world.dispatcher().on(body({kRing}));
  world.run_for(dispatcher::kSettle + 50ms);
  ASSERT_EQ(world.plan_requests.size(), 2u);
  EXPECT_EQ(world.plan_requests[1].cause, "device 'ring' left (executor silent)");
  EXPECT_TRUE(world.plan_requests[1].leave_out);
  world.run_for(1s);
  ASSERT_EQ(world.store.stays.size(), 1u) << "the same plan: that is a decision too";
  EXPECT_THAT(world.store.stays[0].decided, HasSubstr("plan 1 stays"));
  EXPECT_EQ(world.store.plan->id, 1u);
}

TEST(Body, ADeviceOfThePlanThatLeavesIsNotWaitedFor) {
  Running running;
  auto& world = running.world;
  world.reroute = true;  // the next plan is another one
  world.executors.at(kWatch).alive = false;
  world.dispatcher().on(body({kWatch}));
  world.run_for(dispatcher::kSettle + 100ms);
  EXPECT_EQ(world.published_plan->id, 2u) << "there is nothing to drain";
}

TEST(Body, ADeviceThatIsBackBeforeItIsMissedChangesNothing) {
  Running running;
  auto& world = running.world;
  world.dispatcher().on(body({kRing}));
  world.run_for(dispatcher::kSettle - 50ms);
  world.dispatcher().on(body());
  world.run_for(10s);
  EXPECT_EQ(world.plan_requests.size(), 1u);
}

TEST(Body, AFlappingDeviceDoesNotThrashThePlanner) {
  Running running;
  auto& world = running.world;
  for (int i = 0; i < 300; ++i) {  // five minutes of half a second there, half a second not
    world.dispatcher().on(i % 2 == 0 ? body({kRing}) : body());
    world.run_for(500ms);
  }
  EXPECT_LE(world.plan_requests.size(), 14u);
  world.dispatcher().on(body({kRing}));
  world.run_for(30s);
  EXPECT_EQ(world.plan_requests.back().cause, "device 'ring' left (executor silent)")
      << "in the end it is as it is";
}

TEST(Body, AnotherLinkIsADecisionToo) {
  Running running;
  auto& world = running.world;
  auto slower = body();
  slower.link.name = "slow-radio";
  world.dispatcher().on(slower);
  world.run_for(1s);
  ASSERT_EQ(world.plan_requests.size(), 2u);
  EXPECT_EQ(world.plan_requests[1].cause, "the link is 'slow-radio' now");
}

TEST(Body, OtherFramesOfASensorAreADecisionToo) {
  Running running;
  auto& world = running.world;
  auto other = body();
  other.devices[0].sensors = {
      {"camera", "", std::vector<schemas::SensorSource>{{"f.npy", {}, {}, {28, 28}}}}};
  world.dispatcher().on(other);
  world.run_for(1s);
  ASSERT_EQ(world.plan_requests.size(), 2u);
  EXPECT_EQ(world.plan_requests[1].cause,
            "device '" + other.devices[0].id.text() + "' has other sensors, or other frames, now");
}

TEST(Body, BatteriesAndNotesAreNoChange) {
  Running running;
  auto& world = running.world;
  auto later = body();
  later.batteries["ring"] = 50;
  world.dispatcher().on(later);
  world.run_for(5s);
  EXPECT_EQ(world.plan_requests.size(), 1u);
}

TEST(Body, WithoutARunningAppNothingIsPlanned) {
  FakeWorld world;
  world.dispatcher().on(body());
  world.run_for(10s);
  world.dispatcher().on(body({kRing}));
  world.run_for(10s);
  EXPECT_TRUE(world.plan_requests.empty());
}

TEST(Body, AChangeIsNotForgottenForARefusalMeanwhile) {
  Running running;
  auto& world = running.world;
  world.left_out = {{AppId("too-large"), "no columns are free"}};
  world.dispatcher().on(body({kRing}));
  const auto answer = world.submit(app_request("too-large", 0));
  world.run_for(3s);
  ASSERT_TRUE(answer->has_value() && !**answer);
  EXPECT_EQ(world.plan_requests.back().cause, "device 'ring' left (executor silent)");
}

TEST(Body, AChangeIsPlannedForOnceThePlannerIsBack) {
  Running running;
  auto& world = running.world;
  const auto back = world.now() + 25s;
  world.planner_fault = [&](const auto&) {
    return world.now() < back ? std::optional(Error{ErrorCode::kTimeout, "no planner"}) : std::nullopt;
  };
  world.dispatcher().on(body({kRing}));
  world.run_for(35s);
  EXPECT_EQ(world.store.stays.size(), 1u);
  EXPECT_LE(world.plan_requests.size(), 30u) << "once a second";
}

TEST(Body, AChangeThatTheStoreRefusedIsDecidedAgain) {
  Running running;
  auto& world = running.world;
  world.reroute = true;
  const auto room = world.now() + 5s;
  world.decision_fault = [&] {
    return world.now() < room ? std::optional(Error{ErrorCode::kEnvironment, "the disk is full"})
                              : std::nullopt;
  };
  world.dispatcher().on(body({kRing}));
  world.run_for(10s);
  EXPECT_LE(world.plan_requests.size(), 10u);
  EXPECT_GE(world.store.plan->id, 2u);
}

TEST(Body, WhatWasPlannedBeforeARestartIsQuestioned) {
  Running running;
  auto& world = running.world;
  world.crash();
  world.restart();
  auto another = body();
  another.link.name = "slow-radio";
  world.dispatcher().on(another);
  world.run_for(dispatcher::kFirstSettle + 1s);
  ASSERT_EQ(world.plan_requests.size(), 2u);
  EXPECT_EQ(world.plan_requests[1].cause, "the dispatcher started again");
  world.run_for(60s);
  EXPECT_EQ(world.plan_requests.size(), 2u) << "once";
}

TEST(Body, ADeviceThatItDoesNotHaveIsNotWaitedFor) {
  Running running;
  auto& world = running.world;
  world.reroute = true;
  world.executors.at(kWatch).alive = false;
  world.crash();
  world.restart();
  auto another = body();
  std::erase_if(another.devices, [](const auto& device) { return device.id == kWatch; });
  world.dispatcher().on(another);
  world.run_for(dispatcher::kFirstSettle + 200ms);
  EXPECT_EQ(world.published_plan->id, 2u);
}

TEST(Waiting, AppsAreKeptAndServedWhenThereIsRoomAgain) {
  Running running;
  auto& world = running.world;
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  world.left_out = {{AppId("second"), "nobody offers a display"}};
  world.dispatcher().on(body({kWatch}));
  world.run_for(3s);
  EXPECT_TRUE(world.stored("second").is_waiting());
  EXPECT_THAT(world.stored("second").reason, HasSubstr("nobody offers a display"));
  EXPECT_FALSE(world.stored("digits").is_waiting());
  const auto again = world.submit(app_request("second", 0));
  world.run_for(100ms);
  ASSERT_TRUE(again->has_value() && **again);
  EXPECT_EQ((*again)->value().plan_id, 0u);
  EXPECT_THAT((*again)->value().warnings, testing::ElementsAre("waits: nobody offers a display"));
  const auto runs = world.store.runs_of("second");
  world.run_for(1s);
  EXPECT_EQ(world.store.runs_of("second"), runs);
  world.left_out.clear();
  world.dispatcher().on(body());
  world.run_for(3s);
  EXPECT_FALSE(world.stored("second").is_waiting());
  EXPECT_GT(world.store.runs_of("second"), runs);
  EXPECT_EQ(world.stored("second").first_run, 0u);
}

TEST(Admission, WhatRunsIsProtectedFromWhatIsNew) {
  Running running;
  auto& world = running.world;
  auto urgent = app_request("urgent", 0);
  urgent.priority = 10;
  world.left_out = {{AppId("urgent"), "no columns are free"}};
  const auto answer = world.submit(urgent);
  world.run_for(1s);
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().message, "no columns are free");
  EXPECT_EQ(world.plan_requests.back().apps.front().app, AppId("digits")) << "it comes first";
  EXPECT_EQ(world.stored("urgent").phase, schemas::AppPhase::kRejected);
  EXPECT_EQ(world.store.plan->id, 1u) << "nothing was changed for it";
}

TEST(RollBack, GoesBackToTheLastPlanThatRan) {
  Running running;
  auto& world = running.world;
  world.deploy_fault = [&](const DeviceId& device) -> std::optional<Error> {
    const bool fails = device == kWatch && world.published_plan->id == 2;
    return fails ? std::optional(Error{ErrorCode::kConflict, "the files are not those of the plan"})
                 : std::nullopt;
  };
  const auto answer = world.submit(app_request("second", 0));
  world.run_for(3s);
  ASSERT_TRUE(answer->has_value() && **answer) << "it was kept before";
  EXPECT_EQ(world.store.plan->id, 3u);
  EXPECT_THAT(world.store.plan->reason, HasSubstr("back to plan 1"));
  EXPECT_TRUE(world.stored("second").is_waiting());
  EXPECT_THAT(world.stored("second").reason, HasSubstr("the files are not those of the plan"));
  const auto runs = world.store.runs_of("digits");
  world.run_for(1s);
  EXPECT_GT(world.store.runs_of("digits"), runs + 50) << "the one before runs on";
}

/// Lets the watch refuse these plans for good.
void refuse(FakeWorld& world, std::set<std::uint64_t> plans) {
  world.deploy_fault = [&world, plans = std::move(plans)](const DeviceId& device) -> std::optional<Error> {
    if (device != kWatch || !plans.contains(world.published_plan->id)) return std::nullopt;
    return Error{ErrorCode::kConflict, "the files are not those of the plan"};
  };
}

TEST(RollBack, IsDroppedWhereAnotherPlanHasComeMeanwhile) {
  Running running;
  auto& world = running.world;
  refuse(world, {2});
  (void)world.submit(app_request("second", 0));
  (void)world.submit(app_request("third", 0));  // planned at once, while plan 2 is being refused
  world.run_for(3s);
  EXPECT_EQ(world.store.plan->id, 3u);
  EXPECT_FALSE(world.stored("second").is_waiting());
  EXPECT_FALSE(world.stored("third").is_waiting());
}

TEST(RollBack, IsTriedAgainWhereTheStoreRefusedIt) {
  Running running;
  auto& world = running.world;
  refuse(world, {2});
  (void)world.submit(app_request("second", 0));
  (void)world.run_until([&] { return world.published_plan->id == 2; });
  bool failed = false;
  world.decision_fault = [&]() -> std::optional<Error> {
    if (std::exchange(failed, true)) return std::nullopt;
    return Error{ErrorCode::kEnvironment, "the disk is full"};
  };
  world.run_for(5s);
  EXPECT_TRUE(failed);
  EXPECT_THAT(world.store.plan->reason, HasSubstr("back to plan 1"));
  const auto runs = world.store.runs_of("digits");
  world.run_for(1s);
  EXPECT_GT(world.store.runs_of("digits"), runs + 50);
}

TEST(RollBack, GivesWayToANewPlanWhereADeviceOfTheLastIsGone) {
  Running running;
  auto& world = running.world;
  refuse(world, {2});
  world.reroute = true;
  (void)world.submit(app_request("second", 0));
  (void)world.run_until([&] { return world.published_plan->id == 2; });
  world.dispatcher().on(body({kGlasses}));
  world.run_for(100ms);
  EXPECT_THAT(world.plan_requests.back().cause, HasSubstr("can not be deployed on 'watch'"));
}

TEST(RollBack, WithoutAPlanThatRanMeansToPlanAgainOnce) {
  FakeWorld world;
  refuse(world, {1});
  world.reroute = true;
  (void)world.submit(app_request("digits", 0));
  world.run_for(3s);
  ASSERT_EQ(world.plan_requests.size(), 2u);
  EXPECT_THAT(world.plan_requests[1].cause, HasSubstr("plan 1 can not be deployed on 'watch'"));
  EXPECT_GT(world.store.runs_of("digits"), 50u);
}

TEST(PlanAgain, TakesThePolicyFromThenOn) {
  Running running;
  auto& world = running.world;
  std::optional<Result<schemas::CollaborationPlan>> answer;
  world.dispatcher().on(schemas::PlanAgain{"synergy"},
                        [&](Result<schemas::CollaborationPlan> plan) { answer = std::move(plan); });
  world.run_for(1s);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(world.plan_requests.back().policy, "synergy");
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().policy, "synergy");
}

TEST(PlanAgain, OnceLeavesThePolicyForLaterPlansAsItWas) {
  Running running;
  auto& world = running.world;
  const auto before = world.plan_requests.back().policy;
  world.dispatcher().on(schemas::PlanAgain{"synergy", true},
                        [](const Result<schemas::CollaborationPlan>&) {});
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().policy, "synergy");
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().policy, before);
}

TEST(PlanAgain, TakesObjectiveAndResidencyFromThenOnEachByItself) {
  Running running;
  auto& world = running.world;
  EXPECT_FALSE(world.plan_requests.back().objective);
  EXPECT_FALSE(world.plan_requests.back().residency);
  const auto ignore = [](const Result<schemas::CollaborationPlan>&) {};
  world.dispatcher().on(schemas::PlanAgain{"", false, schemas::Objective::kLatency, {}}, ignore);
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().cause, "objective 'latency' asked for");
  world.dispatcher().on(schemas::PlanAgain{"synergy", false, {}, schemas::Residency::kNeeded}, ignore);
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().cause, "policy 'synergy', residency 'needed' asked for");
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  const auto& last = world.plan_requests.back();
  EXPECT_EQ(last.policy, "synergy");
  EXPECT_EQ(last.objective, schemas::Objective::kLatency);
  EXPECT_EQ(last.residency, schemas::Residency::kNeeded);
}

TEST(PlanAgain, OnceLeavesObjectiveAndResidencyForLaterPlansAsTheyWere) {
  Running running;
  auto& world = running.world;
  world.dispatcher().on(
      schemas::PlanAgain{"", true, schemas::Objective::kEnergy, schemas::Residency::kReload},
      [](const Result<schemas::CollaborationPlan>&) {});
  world.run_for(1s);
  EXPECT_EQ(world.plan_requests.back().objective, schemas::Objective::kEnergy);
  EXPECT_EQ(world.plan_requests.back().residency, schemas::Residency::kReload);
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_FALSE(world.plan_requests.back().objective);
  EXPECT_FALSE(world.plan_requests.back().residency);
}

TEST(PlanAgain, WithoutAnAppSaysSo) {
  FakeWorld world;
  std::optional<Result<schemas::CollaborationPlan>> answer;
  world.dispatcher().on(schemas::PlanAgain{},
                        [&](Result<schemas::CollaborationPlan> plan) { answer = std::move(plan); });
  ASSERT_TRUE(answer);
  EXPECT_THAT((*answer).error().message, HasSubstr("no app is running"));
}

}  // namespace
}  // namespace synergy::dispatcher_test
