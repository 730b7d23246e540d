// Asking what a submission would lead to: the answer is that of the plan that would come, and nothing comes
// of it. What a submission costs the others is told with its answer.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::RateChange;
using testing::ElementsAre;
using testing::IsEmpty;

/// An app that runs at 100 runs per second, and plans from then on that leave it 20.
struct Crowded {
  FakeWorld world;

  Crowded() {
    submit("digits");
    world.run_for(100ms);
    world.paced_at[AppId("digits")] = 20;
    world.paced_at[AppId("newcomer")] = 40;
  }
  FakeWorld::Answer<schemas::AppSubmitted> submit(const std::string& app) {
    auto answer = world.submit(app_request(app, 0));
    EXPECT_TRUE(world.run_until([&] { return answer->has_value(); }));
    return answer;
  }
  FakeWorld::Answer<schemas::AppForecast> ask(const schemas::AppRequest& request) {
    auto answer = world.try_app(request);
    EXPECT_TRUE(world.run_until([&] { return answer->has_value(); }));
    return answer;
  }
};

TEST(Try, SaysWhatTheAppWouldGetAndWhatItWouldCostTheOthers) {
  Crowded crowded;
  const auto answer = crowded.ask(app_request("newcomer", 0));
  ASSERT_TRUE(**answer) << (*answer)->error().message;
  const auto& forecast = (*answer)->value();
  EXPECT_EQ(forecast.app, AppId("newcomer"));
  EXPECT_EQ(forecast.rate, 40);
  EXPECT_THAT(forecast.changes, ElementsAre(RateChange{AppId("digits"), 100, 20}));
}

TEST(Try, ChangesNothing) {
  Crowded crowded;
  auto& world = crowded.world;
  const auto before = world.published_plan;
  const auto loads = world.deployments.size() + world.loaded_beside.size();
  (void)crowded.ask(app_request("newcomer", 0));
  world.run_for(5s);
  EXPECT_EQ(world.published_plan, before);
  EXPECT_EQ(world.store.plan->id, before->id);
  EXPECT_FALSE(world.store.apps.contains(AppId("newcomer")));
  EXPECT_EQ(world.published->apps.size(), 1u);
  EXPECT_EQ(world.deployments.size() + world.loaded_beside.size(), loads);
  EXPECT_EQ(world.grants_of("newcomer"), 0u);
  EXPECT_GT(world.grants_of("digits"), 100u) << "it goes on meanwhile";
}

TEST(Try, IsAnsweredWithTheReasonWhereTheAppWouldBeRejectedAndKeepsNothingOfIt) {
  Crowded crowded;
  crowded.world.left_out = {{AppId("newcomer"), "no plan exists (proved)", "no_fit"}};
  const auto answer = crowded.ask(app_request("newcomer", 0));
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNoFit);
  EXPECT_EQ((*answer)->error().message, "no plan exists (proved)");
  crowded.world.run_for(1s);
  EXPECT_FALSE(crowded.world.store.apps.contains(AppId("newcomer"))) << "not even as rejected";
}

TEST(Try, LooksInFullBeforeItSaysNoAsASubmissionDoes) {
  Crowded crowded;
  crowded.world.left_out_in_haste = {{AppId("newcomer"), "no place was found", "timeout"}};
  const auto answer = crowded.ask(app_request("newcomer", 0));
  ASSERT_TRUE(**answer) << (*answer)->error().message;
  EXPECT_EQ(crowded.world.plan_requests.back().effort, schemas::Effort::kFull);
}

TEST(Try, OfAnAppThatRunsIsOfItsOtherRateOrAConflict) {
  Crowded crowded;
  auto slower = app_request("digits", 0);
  slower.rate = 5;
  crowded.world.paced_at.clear();
  const auto update = crowded.ask(slower);
  ASSERT_TRUE(**update) << (*update)->error().message;
  EXPECT_EQ((*update)->value().rate, 5);
  EXPECT_EQ(crowded.world.stored("digits").request.rate, 0);
  auto other = app_request("digits", 0);
  other.model = ModelId("another");
  const auto conflict = crowded.ask(other);
  ASSERT_FALSE(**conflict);
  EXPECT_EQ((*conflict)->error().code, ErrorCode::kConflict);
}

TEST(Submit, IsAnsweredWithWhatItCostsTheOthers) {
  Crowded crowded;
  const auto answer = crowded.submit("newcomer");
  ASSERT_TRUE(**answer) << (*answer)->error().message;
  EXPECT_EQ((*answer)->value().rate, 40);
  EXPECT_THAT((*answer)->value().changes, ElementsAre(RateChange{AppId("digits"), 100, 20}));
}

TEST(Submit, TellsOfNobodyWhereNobodyLoses) {
  FakeWorld world;
  const auto answer = world.submit(app_request("first", 0));
  ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }));
  ASSERT_TRUE(**answer);
  EXPECT_THAT((*answer)->value().changes, IsEmpty());
}

TEST(RateChanges, AreOfThoseBeforeAndOfThoseThatAreServedNow) {
  const auto plan = [](std::vector<std::pair<std::string, double>> rates) {
    schemas::CollaborationPlan made;
    for (const auto& [app, rate] : rates) {
      made.pipelines.push_back(pipeline_of(AppId(app)));
      made.pipelines.back().runs_per_second = rate;
    }
    return made;
  };
  dispatcher::Apps apps;
  for (const char* name : {"kws", "stays", "waits", "new", "waited"})
    apps[AppId(name)].status.phase = schemas::AppPhase::kRunning;
  apps[AppId("ended")].status.phase = schemas::AppPhase::kFinished;
  const auto before = plan({{"kws", 381.9}, {"stays", 10}, {"waits", 5}, {"ended", 120}});
  const auto after = plan({{"new", 7}, {"kws", 120.3}, {"stays", 10.005}, {"waited", 3}});
  EXPECT_THAT(dispatcher::rate_changes(&before, after, AppId("new"), apps),
              ElementsAre(RateChange{AppId("kws"), 381.9, 120.3}, RateChange{AppId("waits"), 5, 0},
                          RateChange{AppId("waited"), 0, 3}));
  EXPECT_THAT(dispatcher::rate_changes(nullptr, plan({{"new", 7}}), AppId("new"), apps), IsEmpty());
}

}  // namespace
}  // namespace synergy::dispatcher_test
