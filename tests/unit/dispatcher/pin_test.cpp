// Plans whose placement somebody pinned: what keeps them, and what ends them.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using dispatcher::Event;
using testing::HasSubstr;

const DeviceId kRing("ring");

schemas::BodyView body(const std::vector<DeviceId>& absent = {}) {
  schemas::BodyView view;
  view.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}, {kRing, "max78000", {}, {}}};
  view.device_profiles["max78000"].name = "max78000";
  view.absent = absent;
  return view;
}

schemas::Placement placement() { return {{{AppId("digits"), {}, {}, {{kGlasses, 0, 4}}, 5.0, {}}}}; }

/// An app runs under plan 1, and a placement is pinned: plan 2.
class Pin : public testing::Test {
 protected:
  using Answer = std::optional<Result<schemas::CollaborationPlan>>;

  Pin() {
    world.dispatcher().on(body());
    (void)world.submit(app_request("digits", 0));
    world.run_for(10s);
    world.reroute = true;  // every plan that is asked for is another one
  }
  Answer ask(const schemas::PlanAgain& again) {
    const auto answer = std::make_shared<Answer>();
    world.dispatcher().on(
        again, [answer](Result<schemas::CollaborationPlan> plan) { *answer = std::move(plan); }, "cli#9.9");
    world.run_for(1s);
    return *answer;
  }
  Answer pin() {
    schemas::PlanAgain again;
    again.pin = placement();
    return ask(again);
  }
  Answer unpin() {
    schemas::PlanAgain again;
    again.unpin = true;
    return ask(again);
  }
  [[nodiscard]] bool is_pinned() const { return world.published_plan->pinned == placement(); }
  [[nodiscard]] std::vector<std::string> told(Event event) const {
    std::vector<std::string> texts;
    for (const auto& logged : world.logged)
      if (logged.event == event) texts.push_back(logged.what);
    return texts;
  }
  /// The planner refuses the pinned placement.
  void refuse_pinned(ErrorCode code) {
    world.planner_fault = [code](const schemas::PlanMake& request) -> std::optional<Error> {
      if (!request.pinned) return std::nullopt;
      return Error{code, "apps[0].chunks[0].device: device 'watch' is absent now"};
    };
  }

  /// The watch refuses the plan of this number for good.
  void refuse_to_deploy(std::uint64_t plan) {
    world.deploy_fault = [this, plan](const DeviceId& device) -> std::optional<Error> {
      if (device != kWatch || world.published_plan->id != plan) return std::nullopt;
      return Error{ErrorCode::kConflict, "the files are not those of the plan"};
    };
  }

  FakeWorld world;
};

TEST_F(Pin, AsksForThePlanOfThePlacementAndPutsItInForce) {
  const auto answer = pin();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(world.plan_requests.back().pinned, placement());
  EXPECT_EQ(world.plan_requests.back().cause, "a placement is pinned");
  EXPECT_TRUE(is_pinned());
  EXPECT_EQ((*answer)->id, 2u);
  EXPECT_EQ(world.store.plan->pinned, placement()) << "the store keeps it with the plan";
  EXPECT_EQ(told(Event::kPinned), std::vector<std::string>{" plan=2"});
}

TEST_F(Pin, ThatThePlannerRefusesChangesNothing) {
  refuse_pinned(ErrorCode::kInvalid);
  const auto answer = pin();
  ASSERT_TRUE(answer);
  EXPECT_THAT((*answer).error().message, HasSubstr("apps[0].chunks[0].device: "));
  EXPECT_EQ(world.plan_requests.size(), 2u) << "nothing else is planned in its place";
  EXPECT_EQ(world.published_plan->id, 1u);
  EXPECT_FALSE(world.published_plan->pinned);
}

TEST_F(Pin, ThatTheStoreRefusesChangesNothing) {
  world.decision_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
  const auto answer = pin();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
  EXPECT_EQ(world.published_plan->id, 1u);
}

TEST_F(Pin, IsKeptWhereAnotherDeviceLeaves) {
  (void)pin();
  world.reroute = false;
  (void)pin();  // plan 3, which the placement has from now on
  const auto requests = world.plan_requests.size();
  world.dispatcher().on(body({kRing}));
  world.run_for(5s);
  ASSERT_EQ(world.plan_requests.size(), requests + 1);
  EXPECT_EQ(world.plan_requests.back().pinned, placement());
  EXPECT_EQ(world.plan_requests.back().objective, schemas::Objective::kFair) << "that of the plan in force";
  EXPECT_EQ(world.published_plan->id, 3u) << "the same plan stays";
  EXPECT_TRUE(is_pinned());
  EXPECT_TRUE(told(Event::kPinEnded).empty());
}

TEST_F(Pin, GoesOnWithNewFiguresWhereTheBodyHasOthers) {
  (void)pin();
  auto slower = body();
  slower.link.name = "slower";
  world.dispatcher().on(slower);
  world.run_for(5s);
  EXPECT_EQ(world.published_plan->id, 3u);
  EXPECT_TRUE(is_pinned());
  EXPECT_TRUE(told(Event::kPinEnded).empty());
}

TEST_F(Pin, EndsWhereItsDeviceLeaves) {
  (void)pin();
  refuse_pinned(ErrorCode::kInvalid);
  world.dispatcher().on(body({kWatch}));
  world.run_for(5s);
  EXPECT_FALSE(world.plan_requests.back().pinned) << "the usual planning takes over";
  EXPECT_EQ(world.published_plan->id, 3u);
  EXPECT_FALSE(world.published_plan->pinned);
  ASSERT_EQ(told(Event::kPinEnded).size(), 1u);
  EXPECT_THAT(told(Event::kPinEnded)[0],
              testing::AllOf(HasSubstr("plan=3 cause=\"device 'watch' left"),
                             HasSubstr("'watch' is absent now"), HasSubstr("ends the pin of plan 2")));
}

TEST_F(Pin, IsNotGivenUpWhileThePlannerIsAway) {
  (void)pin();
  refuse_pinned(ErrorCode::kUnavailable);
  world.dispatcher().on(body({kRing}));
  world.run_for(5s);
  EXPECT_TRUE(world.plan_requests.back().pinned);
  EXPECT_TRUE(is_pinned());
}

TEST_F(Pin, EndsWhenAnAppComes) {
  (void)pin();
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_FALSE(world.plan_requests.back().pinned);
  EXPECT_FALSE(world.published_plan->pinned);
  ASSERT_EQ(told(Event::kPinEnded).size(), 1u);
  EXPECT_THAT(told(Event::kPinEnded)[0], HasSubstr("app 'second' submitted; ends the pin of plan 2"));
}

TEST_F(Pin, StaysWhereAnAppThatComesIsRejected) {
  (void)pin();
  world.left_out = {{AppId("second"), "no room"}};
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_TRUE(is_pinned());
  EXPECT_TRUE(told(Event::kPinEnded).empty());
}

TEST_F(Pin, EndsWhenItIsUnpinned) {
  (void)pin();
  const auto answer = unpin();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(world.plan_requests.back().cause, "unpinned");
  EXPECT_FALSE(world.published_plan->pinned);
  EXPECT_EQ(told(Event::kPinEnded).size(), 1u);
}

TEST_F(Pin, ThatIsNotThereCanNotBeEnded) {
  const auto answer = unpin();
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer).error().code, ErrorCode::kConflict);
  EXPECT_EQ(world.plan_requests.size(), 1u);
}

TEST_F(Pin, IsNotReplacedByABetterPlan) {
  world.quick_status = schemas::PlanStatus::kHeuristic;
  world.full_gain = 2;
  (void)pin();
  auto slower = body();
  slower.link.name = "slower";
  world.dispatcher().on(slower);  // a quick plan of the placement
  world.run_for(20s);
  EXPECT_EQ(world.plan_requests.back().effort, schemas::Effort::kQuick);
  EXPECT_TRUE(world.plan_requests.back().pinned);
  EXPECT_TRUE(is_pinned());
}

TEST_F(Pin, SurvivesADispatcherThatStartsAgain) {
  (void)pin();
  world.reroute = false;
  (void)pin();
  world.crash();
  world.restart();
  world.dispatcher().on(body());
  world.run_for(10s);
  EXPECT_EQ(world.published_plan->id, 3u);
  EXPECT_TRUE(is_pinned());
  EXPECT_THAT(world.plan_requests.back().cause, HasSubstr("the dispatcher started again"));
  EXPECT_EQ(world.plan_requests.back().pinned, placement()) << "the body is looked at with the pin";
  (void)world.submit(app_request("second", 0));
  world.run_for(1s);
  EXPECT_EQ(told(Event::kPinEnded).size(), 1u) << "and ends as any other";
}

TEST_F(Pin, IsThereOrNotWhereTheDispatcherDiesMeanwhile) {
  for (int milliseconds = 0; milliseconds < 40; ++milliseconds) {
    FakeWorld other;
    other.dispatcher().on(body());
    (void)other.submit(app_request("digits", 0));
    other.run_for(1s);
    other.reroute = true;
    schemas::PlanAgain again;
    again.pin = placement();
    other.dispatcher().on(
        again, [](const Result<schemas::CollaborationPlan>&) {}, "cli#9.9");
    other.run_for(std::chrono::milliseconds(milliseconds));
    other.crash();
    other.restart();
    other.run_for(2s);
    ASSERT_TRUE(other.published_plan);
    EXPECT_EQ(other.published_plan->pinned.has_value(), other.published_plan->id == 2) << milliseconds;
    EXPECT_EQ(other.published_plan->pinned, other.store.plan->pinned) << milliseconds;
  }
}

TEST_F(Pin, GivesWayToThePlanBeforeWhereAnExecutorRefusesIt) {
  refuse_to_deploy(2);
  (void)pin();
  world.run_for(3s);
  EXPECT_THAT(world.store.plan->reason, HasSubstr("back to plan 1"));
  EXPECT_FALSE(world.published_plan->pinned);
  EXPECT_EQ(told(Event::kPinEnded).size(), 1u);
}

TEST_F(Pin, DoesNotComeBackForOtherAppsThanItsOwn) {
  (void)pin();
  refuse_to_deploy(3);
  (void)world.submit(app_request("second", 0));
  world.run_for(3s);
  EXPECT_THAT(world.store.plan->reason, HasSubstr("back to plan 2"));
  EXPECT_TRUE(world.stored("second").is_waiting());
  EXPECT_FALSE(world.published_plan->pinned) << "an app waits that the placement does not name";
}

TEST_F(Pin, WithWhatExcludesItIsRefused) {
  schemas::PlanAgain again;
  again.pin = placement();
  again.unpin = true;
  EXPECT_EQ(ask(again)->error().code, ErrorCode::kInvalid);
  again.unpin = false;
  again.policy = "synergy";
  EXPECT_EQ(ask(again)->error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::dispatcher_test
