#include <gmock/gmock.h>

#include "day_fixtures.hpp"

namespace synergy::virtual_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Script full_day() {
  const auto first = digits_app("first"), second = digits_app("second", 5);
  Script script;
  script.submit(0s, first).submit(3s, second).leave(8s, "watch").join(14s, "watch");
  script.rate(20s, second, 2).link(24s, "ble-2m").battery(30s, "ring", 3).replan(36s, "synergy");
  script.stop(42s, "first");
  return script;
}

TEST(Day, TwiceTheSameIsTheSameToTheByte) {
  const auto script = full_day().until(60s);
  const auto one = schemas::to_json(day_of(script)), other = schemas::to_json(day_of(script));
  EXPECT_EQ(one, other);
  EXPECT_GT(one.size(), 1000u);
}

TEST(Day, TellsEachDecisionInOrder) {
  const auto report = day_of(full_day().until(60s));
  EXPECT_THAT(causes_of(report),
              ElementsAre("app 'first' submitted", "app 'second' submitted", HasSubstr("'watch' left"),
                          "device 'watch' came", "app 'second' submitted",
                          HasSubstr("the link is 'ble-2m' now"), HasSubstr("'ring' left (battery below 5 %)"),
                          "policy 'synergy' asked for", "app 'first' stopped", "full search"));
  EXPECT_THAT(report.broken, IsEmpty());
  ASSERT_EQ(report.events.size(), 9u);
  EXPECT_EQ(report.events[0].what, "submit first");
  ASSERT_TRUE(report.events[0].answered_s);
  EXPECT_NEAR(*report.events[0].answered_s, 0.101, 1e-3) << "planning takes 100 ms, the store one";
  EXPECT_THAT(report.events[0].answer, HasSubstr("plan 1, "));
}

TEST(Day, AnAppGetsTheRateThatItAsksFor) {
  const auto report = day_of(Script().submit(0s, digits_app("slow", 4)).until(60s));
  const auto& app = app_of(report, "slow");
  ASSERT_EQ(app.plans.size(), 1u);
  ASSERT_TRUE(app.plans[0].runs_per_second);
  EXPECT_NEAR(*app.plans[0].runs_per_second, 4, 0.01);
  EXPECT_DOUBLE_EQ(*app.plans[0].predicted_runs_per_second, 4);
  EXPECT_NEAR(double(app.completed), 240, 3);
}

TEST(Day, AnAppWithoutARateGetsWhatThePlanPromises) {
  const auto report = day_of(Script().submit(0s, digits_app("fast")).until(20s));
  const auto& plan = app_of(report, "fast").plans.at(0);
  EXPECT_NEAR(*plan.runs_per_second / *plan.predicted_runs_per_second, 1, 0.01);
}

TEST(Day, ADeviceThatLeavesInTheMiddleOfARunCostsNoRun) {
  auto app = digits_app("wristed");
  app.interaction.on = DeviceId("watch");
  Script script;
  script.submit(0s, app).leave(5003ms, "watch").join(9s, "watch").stop(15s, "wristed");
  const auto report = day_of(script.until(100s));
  EXPECT_THAT(report.broken, IsEmpty());
  const auto& got = app_of(report, "wristed");
  EXPECT_EQ(got.under_way, 0u);
  EXPECT_EQ(got.granted, got.completed + got.failed);
  EXPECT_EQ(got.failed, 0u) << "runs that were under way are repeated when the device is back";
  EXPECT_GT(got.completed, 500u);
  EXPECT_THAT(causes_of(report), ElementsAre("app 'wristed' submitted", HasSubstr("'watch' left"),
                                             "full search", "device 'watch' came", "app 'wristed' stopped"));
}

TEST(Day, ARunThatNoPlanTakesUpIsReportedFailed) {
  auto app = digits_app("wristed");
  app.model = ModelId("simplenet");
  app.interaction.on = DeviceId("watch");
  auto settings = quick_settings();
  settings.planner.policy = "max-dev";  // over a slow link, a run takes longer than a process has to end
  Script script;
  script.link(0s, "esp8266-uart-115200").submit(1s, app).leave(40s, "watch");
  const auto report = day_of(script.until(140s), "four-78000", settings);
  EXPECT_THAT(report.broken, IsEmpty());
  const auto& got = app_of(report, "wristed");
  EXPECT_EQ(got.state, "waiting");
  EXPECT_EQ(got.under_way, 0u);
  EXPECT_GT(got.failed, 0u);
  for (const auto& [reason, runs] : got.failures) EXPECT_THAT(reason, HasSubstr("device_left"));
}

TEST(Day, WhatCanNotBeServedIsAnsweredWithTheReason) {
  auto app = digits_app("blind");
  app.sensing = {"camera", DeviceId("ring")};
  const auto report = day_of(Script().submit(1s, app).until(20s));
  ASSERT_EQ(report.events.size(), 1u);
  EXPECT_THAT(report.events[0].answer, HasSubstr("camera"));
  EXPECT_EQ(app_of(report, "blind").state, "rejected");
  EXPECT_EQ(app_of(report, "blind").granted, 0u);
}

TEST(Day, ARateIsThatOfTheRequestThatRunsNotOfOneThatWasRefused) {
  auto other = digits_app("same");
  other.model = ModelId("simplenet");
  const auto report =
      day_of(Script().submit(0s, digits_app("same")).submit(2s, other).rate(5s, other, 3).until(30s));
  ASSERT_EQ(report.events.size(), 3u);
  EXPECT_EQ(report.events[1].accepted, false);
  EXPECT_THAT(report.events[1].answer, HasSubstr("is running with another request"));
  EXPECT_EQ(report.events[2].accepted, true) << report.events[2].answer;
  EXPECT_NEAR(*app_of(report, "same").plans.back().runs_per_second, 3, 0.01);
}

TEST(Day, AnAppThatWaitsIsAnsweredWithWhatItWaitsFor) {
  const auto app = digits_app("waiting");
  const auto report = day_of(Script()
                                 .submit(0s, app)
                                 .leave(5s, "glasses")
                                 .submit(10s, app)
                                 .submit(29950ms, digits_app("late"))
                                 .until(30s));
  ASSERT_EQ(report.events.size(), 4u);
  EXPECT_THAT(report.events[2].answer, testing::StartsWith("waits: "));
  EXPECT_THAT(report.events[2].answer, HasSubstr("camera"));
  EXPECT_EQ(report.events[3].accepted, std::nullopt) << "the day ended before";
  EXPECT_EQ(report.events[3].at_s, 29.95) << "the number that was written";
}

TEST(Day, TellsHowFarItIs) {
  auto settings = quick_settings();
  std::vector<double> told;
  settings.tell = [&](double part) { told.push_back(part); };
  day_of(Script().submit(0s, digits_app("one")).until(2s), "four-78000", settings);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 1);
}

TEST(Day, LoadingTakesTheTimeOfTheWeights) {
  const auto report = day_of(Script().submit(0s, digits_app("one")).until(5s));
  ASSERT_EQ(report.plans.size(), 1u);
  ASSERT_TRUE(report.plans[0].served_s);
  EXPECT_GT(*report.plans[0].served_s - report.plans[0].decided_s, 0.004) << "71 kB over QSPI";
}

TEST(Day, AQuickPlanIsLookedAtOnceMoreInFull) {
  auto settings = quick_settings();
  settings.planner.quick_nodes = 40;
  Script script;
  for (const char* name : {"a", "b", "c"}) script.submit(0s, digits_app(name));
  const auto report = day_of(script.until(20s), "mixed-8", settings);
  EXPECT_THAT(causes_of(report), testing::Contains("full search"));
  EXPECT_THAT(report.broken, IsEmpty());
}

}  // namespace
}  // namespace synergy::virtual_test
