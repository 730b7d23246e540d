#include "synergy/planner_service/planner_service.hpp"

#include <gmock/gmock.h>

#include "planner_fixtures.hpp"

namespace synergy::planner_test {
namespace {

using planner_service::PlannerService;
using planner_service::Settings;
using testing::AllOf;
using testing::HasSubstr;

PlannerService service(Settings settings = {}, bool with_body = true) {
  PlannerService made(deploy_folder(), std::move(settings));
  if (with_body) made.on(standard_body("four-78000"));
  return made;
}

schemas::PlanMake request(std::uint32_t at_least_devices = 1) {
  return {7, {digits_app(at_least_devices)}, "", "test"};
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
  EXPECT_EQ(plan->policy, "ind-e2e");
  EXPECT_EQ(plan->planning_us, 0u) << "the caller has the clock";
  EXPECT_EQ(plan->pipelines, planner::solve(digits_problem(), "ind-e2e").plan.pipelines);
}

TEST(PlannerService, FollowsThePolicyOfTheRequestBeforeItsOwn) {
  const auto own = service({"min-dev", 1000}).on(request(2));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->policy, "min-dev");
  auto asked = request(2);
  asked.policy = "ind-e2e";
  EXPECT_EQ(service({"min-dev", 1000}).on(asked)->policy, "ind-e2e");
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

TEST(PlannerService, RefusesToStreamWhatRunningExecutorsCanNot) {
  auto body = standard_body("four-78000");
  body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 100;  // less than any tensor to be sent
  auto made = service();
  made.on(body);
  const auto plan = made.on(request(2));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kNoFit);
  EXPECT_THAT(plan.error().message, AllOf(HasSubstr("app 'digits'"), HasSubstr("executors do not stream")));
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

TEST(PlannerService, RefusesSharesThatRunningExecutorsDoNotFollow) {
  auto made = service({"optimal-mixed"});
  auto body = standard_body("four-78000");
  const auto fast = deploy_folder().link("wired-spi");
  ASSERT_TRUE(fast) << fast.error().message;
  body.link = *fast;
  made.on(body);
  auto asked = request();
  asked.apps.clear();
  for (const auto* name : {"convnet5", "ressimplenet", "unet"}) {
    auto app = documents::read_app(deploy_folder().root() / "apps/w1" / (std::string(name) + ".yaml"));
    ASSERT_TRUE(app) << app.error().message;
    asked.apps.push_back(*app);
  }
  const auto plan = made.on(asked);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, AllOf(HasSubstr("unet"), HasSubstr("several ways")));
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
  const auto plan = service({"ind-e2e", 1}).on(request(2));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("budget"));
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
