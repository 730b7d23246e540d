// Apps that run for each frame, and sensors that are fed: who senses, at which rate, and what a plan says of
// it.
#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using schemas::FrameUse;
using schemas::SensorSource;
using schemas::Trigger;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const DeviceId kGlasses("glasses"), kBelt("belt");

SensorSource digits_file() { return {"digits.npy", schemas::Layout::kChw, {}, {28, 28}}; }
SensorSource feed() {
  SensorSource source;
  source.feed = true;
  return source;
}

/// The digits app on a body whose glasses and belt have cameras with these sources.
planner::Problem problem_of(const std::vector<SensorSource>& glasses, const std::vector<SensorSource>& belt,
                            Trigger trigger = Trigger::kFrame) {
  planner::Problem problem{standard_body("mixed-8"), {{digits_app(), digits_model()}}};
  auto& app = problem.pipelines[0].app;
  app.sensing.on = {};
  app.repeat = false;
  app.trigger = trigger;
  for (auto& device : problem.body.devices)
    for (auto& sensor : device.sensors)
      if (sensor.capability == "camera") sensor.sources = device.id == kGlasses ? glasses : belt;
  return problem;
}

schemas::PipelinePlan planned(const planner::Problem& problem, const std::string& policy = "optimal") {
  const auto outcome = planner::solve(problem, policy);
  EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
  return outcome.has_plan() ? outcome.plan.pipelines.at(0) : schemas::PipelinePlan();
}

TEST(FedFrames, AnAppThatRunsForEachSensesWhereSomeAreFed) {
  const auto sources = [](const planner::Problem& problem) {
    return *sources_for(problem.body, problem.pipelines[0]);
  };
  EXPECT_THAT(sources(problem_of({digits_file()}, {feed()})), ElementsAre(kBelt));
  EXPECT_THAT(sources(problem_of({digits_file(), feed()}, {feed()})), ElementsAre(kGlasses, kBelt));
  EXPECT_THAT(sources(problem_of({digits_file()}, {digits_file()})), ElementsAre(kGlasses, kBelt));
  EXPECT_THAT(sources(problem_of({digits_file()}, {feed()}, Trigger::kFree)), ElementsAre(kGlasses, kBelt));
}

TEST(FedFrames, APlanSaysHowItsRunsTakeThem) {
  for (const auto& policy : planner::policy_names()) {
    SCOPED_TRACE(policy);
    EXPECT_EQ(planned(problem_of({feed(), digits_file()}, {}), policy).frames, FrameUse::kEvery);
  }
  EXPECT_EQ(planned(problem_of({digits_file()}, {})).frames, FrameUse::kOwn);
  EXPECT_EQ(planned(problem_of({feed()}, {}, Trigger::kFree)).frames, FrameUse::kOnce);
  EXPECT_EQ(planned(problem_of({feed(), digits_file()}, {}, Trigger::kFree)).frames, FrameUse::kOwn);
  auto again = problem_of({feed()}, {}, Trigger::kFree);
  again.pipelines[0].app.repeat = true;
  EXPECT_EQ(planned(again).frames, FrameUse::kNewest);
}

TEST(FedFrames, ArePlannedAtTheAppsRateElseAtThatOfTheSensor) {
  auto problem = problem_of({feed()}, {});
  problem.body.sensor_profiles.at("camera").fresh_per_second.value = 3;
  auto& app = problem.pipelines[0].app;
  EXPECT_DOUBLE_EQ(planned(problem).runs_per_second, 3);
  EXPECT_THAT(planned(problem).bottleneck, HasSubstr("(trigger: frame)"));
  app.repeat = true;  // says nothing where each frame has its run
  EXPECT_DOUBLE_EQ(planned(problem).runs_per_second, 3);
  app.rate = 7;
  EXPECT_DOUBLE_EQ(planned(problem).runs_per_second, 7) << "it knows how many come";
  app.rate = 0.5;
  EXPECT_DOUBLE_EQ(planned(problem).runs_per_second, 0.5);
}

TEST(FedFrames, AMinimumRateAboveThatOfTheSensorNeedsARate) {
  auto problem = problem_of({feed()}, {});
  problem.body.sensor_profiles.at("camera").fresh_per_second.value = 3;
  problem.pipelines[0].app.min_rate = 5;
  const auto outcome = planner::solve(problem, "optimal");
  EXPECT_FALSE(outcome.has_plan());
  EXPECT_THAT(outcome.reason, HasSubstr("only 3"));
  EXPECT_THAT(outcome.reason, HasSubstr("'rate'"));
  problem.pipelines[0].app.rate = 6;
  EXPECT_TRUE(planner::solve(problem, "optimal").has_plan());
}

TEST(FedFrames, RunsAreNotSpreadOverSeveralSensors) {
  const std::vector<SensorSource> own{digits_file()}, fed{feed()};
  const auto sources = [](const schemas::PipelinePlan& pipeline) {
    std::set<DeviceId> found;
    for (const auto& execution : pipeline.executions) found.insert(execution.source);
    return found;
  };
  const auto of = [](const std::vector<SensorSource>& both, Trigger trigger) {
    auto problem = problem_of(both, both, trigger);
    problem.pipelines[0].app.repeat = true;
    problem.body.sensor_profiles.at("camera").fixed_us.value = 1e5;  // two see twice as much
    return problem;
  };
  EXPECT_EQ(sources(planned(of(own, Trigger::kFree), "optimal-mixed")).size(), 2u)
      << "where nothing is fed, the mixture of both is best: else this test says nothing";
  EXPECT_EQ(sources(planned(of(fed, Trigger::kFree), "optimal-mixed")).size(), 1u);
}

TEST(FedFrames, VerifyRefusesAPlanThatTakesThemAnotherWay) {
  const auto problem = problem_of({feed()}, {feed()});
  auto plan = planner::solve(problem, "optimal").plan;
  ASSERT_TRUE(planner::verify(problem, plan));
  auto other = plan;
  other.pipelines[0].frames = FrameUse::kNewest;
  EXPECT_FALSE(planner::verify(problem, other));
}

}  // namespace
}  // namespace synergy::planner_test
