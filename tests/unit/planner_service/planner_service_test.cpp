#include "synergy/planner_service/planner_service.hpp"

#include <gmock/gmock.h>

#include "asked_planner.hpp"

namespace synergy::planner_test {
namespace {

using planner_service::Settings;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

AskedPlanner service(Settings settings = {}, bool with_body = true) {
  AskedPlanner made(std::move(settings));
  if (with_body) made.on(standard_body("four-78000"));
  return made;
}

schemas::PlanMake request(std::uint32_t at_least_devices = 1) {
  return {7, {digits_app(at_least_devices)}, false, "", "test"};
}

TEST(PlannerService, SaysThatTheBodyIsNotKnownYet) {
  const auto plan = service({}, false).on(request());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(plan.error().message, HasSubstr("monitor"));
}

TEST(PlannerService, AnswersWithThePlanUnderTheNumberAskedFor) {
  const auto plan = service().on(request());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->id, 7u);
  EXPECT_EQ(plan->policy, "optimal");
  EXPECT_EQ(plan->planning_us, 0u) << "the caller has the clock";
  EXPECT_EQ(plan->pipelines, planner::solve(digits_problem(), "optimal").plan.pipelines);
}

TEST(PlannerService, FollowsThePolicyOfTheRequestBeforeItsOwn) {
  const auto own = service({"min-dev", 1000}).on(request(2));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->policy, "min-dev");
  auto asked = request(2);
  asked.policy = "ind-e2e";
  EXPECT_EQ(service({"min-dev", 1000}).on(asked)->policy, "ind-e2e");
}

TEST(PlannerService, FollowsObjectiveAndResidencyOfTheRequestBeforeItsOwn) {
  Settings settings;
  settings.objective = schemas::Objective::kLatency;
  settings.residency = schemas::Residency::kReload;
  const auto own = service(settings).on(request());
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->objective, schemas::Objective::kLatency);
  EXPECT_EQ(own->residency, schemas::Residency::kReload);
  auto asked = request();
  asked.objective = schemas::Objective::kEnergy;
  asked.residency = schemas::Residency::kNeeded;
  const auto plan = service(settings).on(asked);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->objective, schemas::Objective::kEnergy);
  EXPECT_EQ(plan->residency, schemas::Residency::kNeeded);
}

TEST(PlannerService, NamesAppAndKnownModelsForAnUnknownModel) {
  auto asked = request();
  asked.apps[0].model = ModelId("digit");
  const auto plan = service().on(asked);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(plan.error().message, AllOf(HasSubstr("app 'digits'"), HasSubstr("model 'digit'"),
                                          HasSubstr("did you mean 'digits'")));
}

TEST(PlannerService, PlansBesideThePlanInForceAndSaysWhatMoves) {
  auto made = service({"optimal"});
  const auto first = made.on(request());
  ASSERT_TRUE(first) << first.error().message;
  made.on(*first);
  const auto same = made.on(request());
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(same->pipelines, first->pipelines);
  EXPECT_THAT(same->reason, HasSubstr("nothing moves"));
  auto more = request();
  more.apps.push_back(digits_app(1, "again"));
  const auto next = made.on(more);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(next->reason, AllOf(HasSubstr("moves"), HasSubstr("again")));
}

TEST(PlannerService, MakesThePlanOfAPinnedPlacementWithoutASearch) {
  auto asked = request();
  asked.leave_out = true;
  asked.objective = schemas::Objective::kLatency;
  asked.pinned = schemas::Placement{
      {{AppId("digits"), {}, {}, {{DeviceId("earbud"), 0, 3}, {DeviceId("watch"), 4, 4}}, 5.0, {}}}};
  const auto plan = service().on(asked);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->id, 7u);
  EXPECT_EQ(plan->policy, "placement");
  EXPECT_EQ(plan->objective, schemas::Objective::kLatency);
  EXPECT_EQ(plan->pinned, asked.pinned);
  EXPECT_EQ(plan->nodes_spent, 0u);
  EXPECT_EQ(plan->pipelines[0].executions[0].chunks[0].device, DeviceId("earbud"));
  EXPECT_DOUBLE_EQ(plan->pipelines[0].runs_per_second, 5);
}

TEST(PlannerService, LeavesNobodyOutOfAPinnedPlacement) {
  auto asked = request();
  asked.leave_out = true;
  asked.apps.push_back(digits_app(1, "again"));
  asked.pinned = schemas::Placement{{{AppId("digits"), {}, {}, {{DeviceId("wach"), 0, 4}}, {}, {}}}};
  const auto plan = service().on(asked);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(plan.error().message,
              AllOf(HasSubstr("apps[0].chunks[0].device: unknown device 'wach'"), Not(HasSubstr("again"))))
      << "a message holds one line";
  asked.pinned->apps[0].chunks[0].device = DeviceId("watch");
  EXPECT_THAT(service().on(asked).error().message, HasSubstr("apps: app 'again' is missing"));
}

TEST(PlannerService, LeavesOutWhoFindsNoRoomTheLastInTheListFirst) {
  auto asked = request();
  asked.leave_out = true;
  asked.apps.push_back(digits_app(9, "too-wide"));
  asked.apps.push_back(digits_app(1, "again"));
  auto unknown = digits_app(1, "unknown");
  unknown.model = ModelId("digit");
  asked.apps.push_back(unknown);
  const auto plan = service().on(asked);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->pipelines.size(), 2u);
  EXPECT_EQ(plan->pipelines[0].app, AppId("digits"));
  EXPECT_EQ(plan->pipelines[1].app, AppId("again"));
  ASSERT_EQ(plan->left_out.size(), 2u);
  EXPECT_EQ(plan->left_out[0].app, AppId("unknown"));
  EXPECT_EQ(plan->left_out[0].code, "not_found");
  EXPECT_FALSE(plan->left_out[0].refusal) << "the planner was not asked";
  EXPECT_EQ(plan->left_out[1].app, AppId("too-wide"));
  EXPECT_EQ(plan->left_out[1].code, "no_fit");
  EXPECT_EQ(plan->left_out[1].refusal, schemas::RefusalKind::kInfeasible);
  EXPECT_THAT(plan->left_out[1].reason, HasSubstr("at_least_devices"));
  EXPECT_THAT(plan->reason, HasSubstr("no room for 'unknown', 'too-wide'"));
}

/// Every run of two of the apps goes from the glasses to the watch: 6.37 ms of a radio, so 156.9 runs per
/// second of both together.
TEST(PlannerService, SaysWhichDemandsOfANewcomerAndOfWhoRunsCanNotHoldTogether) {
  for (const auto effort : {schemas::Effort::kQuick, schemas::Effort::kFull}) {
    auto made = service({"optimal"});
    auto asked = request();
    asked.effort = effort;
    asked.apps = {digits_app(1, "runs"), digits_app(1, "beside")};
    asked.apps[0].min_rate = 70;
    asked.apps[1].interaction.on = asked.apps[1].sensing.on;  // no radio
    const auto before = made.on(asked);
    ASSERT_TRUE(before) << before.error().message;
    made.on(*before);
    asked.leave_out = true;
    asked.apps.push_back(digits_app(1, "newcomer"));
    asked.apps.back().min_rate = 90;
    const auto plan = made.on(asked);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_NE(plan->find(AppId("runs")), nullptr);
    ASSERT_EQ(plan->left_out.size(), 1u);
    const auto& out = plan->left_out.front();
    EXPECT_EQ(out.app, AppId("newcomer"));
    EXPECT_EQ(out.code, "no_fit");
    EXPECT_THAT(out.reason,
                AllOf(HasSubstr("'runs' with interaction.on watch, min_rate 70; and 'newcomer' with "
                                "interaction.on watch, min_rate 90"),
                      HasSubstr("min_rate of 'newcomer' at most")));
    ASSERT_TRUE(out.conflict);
    EXPECT_TRUE(out.conflict->is_smallest);
    std::size_t of_newcomer = 0;
    for (const auto& demand : out.conflict->demands) {
      EXPECT_NE(demand.app, AppId("beside"));
      if (demand.app != AppId("newcomer") || demand.kind != schemas::DemandKind::kMinimumRate) continue;
      ++of_newcomer;
      ASSERT_TRUE(demand.fits);
      EXPECT_GT(*demand.fits, 5);
      EXPECT_LE(*demand.fits, 156.9 - 70);
    }
    EXPECT_EQ(of_newcomer, 1u);
  }
}

TEST(PlannerService, GivesAPlanWithoutPipelinesWhereNobodyFindsRoomAndMaySo) {
  auto asked = request(9);
  asked.leave_out = true;
  const auto plan = service().on(asked);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->pipelines.empty());
  EXPECT_EQ(plan->id, 7u);
  EXPECT_EQ(plan->body, "four-78000");
  ASSERT_EQ(plan->left_out.size(), 1u);
}

TEST(PlannerService, AnswersNoFitWithTheReasonWhenNothingServesTheApp) {
  auto asked = request(9);
  const auto plan = service().on(asked);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kNoFit);
  EXPECT_THAT(plan.error().message, HasSubstr("at_least_devices"));
}

TEST(PlannerService, AnswersInvalidForAnUnknownPolicyAndForAnAppGivenTwice) {
  auto asked = request();
  asked.policy = "best";
  EXPECT_EQ(service().on(asked).error().code, ErrorCode::kInvalid);
  asked = request();
  asked.apps.push_back(asked.apps[0]);
  EXPECT_EQ(service().on(asked).error().code, ErrorCode::kInvalid);
}

TEST(PlannerService, AnswersAFailureWhenItsBudgetIsSpentBeforeAnyPlan) {
  auto asked = request();
  for (int n = 0; n < 6; ++n) {
    asked.apps.push_back(digits_app(1, "unet-" + std::to_string(n)));
    asked.apps.back().model = ModelId("unet");
  }
  const auto plan = service({"optimal", 1}).on(asked);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(plan.error().message, HasSubstr("budget of 1 nodes"));
}

TEST(PlannerService, PlansForTheBodyAsItWasLastSeen) {
  auto made = service();
  auto body = standard_body("four-78000");
  body.absent = {DeviceId("watch")};
  made.on(body);
  EXPECT_THAT(made.on(request()).error().message, HasSubstr("absent"));
  body.absent.clear();
  made.on(body);
  EXPECT_TRUE(made.on(request()));
}

}  // namespace
}  // namespace synergy::planner_test
