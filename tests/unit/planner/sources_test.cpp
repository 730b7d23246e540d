// Who senses for an app: by capability, and by the shape of what its sensor gives.
#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::planner_test {
namespace {

using schemas::Layout;
using schemas::SensorSource;
using ::testing::ElementsAre;

const DeviceId kGlasses("glasses"), kBelt("belt");

SensorSource file(const std::string& name, schemas::Axes shape, Layout layout = Layout::kChw) {
  return {name, layout, {}, std::move(shape)};
}
SensorSource generator() { return {"", Layout::kChw, 0, {}}; }

/// The digits app (1 x 28 x 28) on a body whose glasses and belt have cameras with these sources.
planner::Problem problem_of(const std::vector<SensorSource>& glasses, const std::vector<SensorSource>& belt) {
  planner::Problem problem{standard_body("mixed-8"), {{digits_app(), digits_model()}}};
  problem.pipelines[0].app.sensing.on = {};
  for (auto& device : problem.body.devices)
    for (auto& sensor : device.sensors)
      if (sensor.capability == "camera") sensor.sources = device.id == kGlasses ? glasses : belt;
  return problem;
}

std::string why_not(const planner::Problem& problem) {
  const auto outcome = planner::solve(problem, "ind-e2e");
  EXPECT_EQ(outcome.status, planner::OutcomeStatus::kInfeasible);
  return outcome.reason;
}

TEST(Sources, AreThoseWhoseFramesHaveTheModelsShape) {
  const auto digits = file("digits.npy", {28, 28}), faces = file("faces.npy", {3, 64, 64});
  const auto sources = [](const planner::Problem& problem) {
    return *sources_for(problem.body, problem.pipelines[0]);
  };
  EXPECT_THAT(sources(problem_of({digits}, {digits, faces})), ElementsAre(kGlasses, kBelt));
  EXPECT_THAT(sources(problem_of({faces}, {digits})), ElementsAre(kBelt));
  EXPECT_THAT(sources(problem_of({faces, generator()}, {})), ElementsAre(kGlasses));
  EXPECT_THAT(sources(problem_of({faces, generator()}, {digits})), ElementsAre(kBelt))
      << "no noise without need";
  EXPECT_THAT(sources(problem_of({generator()}, {generator()})), ElementsAre(kGlasses, kBelt));
}

TEST(Sources, MayBeFoldersOfPicturesForModelsThatTakeThem) {
  const SensorSource photos{"photos", Layout::kChw, {}, {}, false, 12};
  auto problem = problem_of({photos}, {});
  ASSERT_TRUE(problem.pipelines[0].model.kinds.picture) << "the digits' model says so";
  EXPECT_THAT(*sources_for(problem.body, problem.pipelines[0]), ElementsAre(kGlasses));
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_EQ(outcome.plan.pipelines.at(0).picture, problem.pipelines[0].model.kinds.picture);
  EXPECT_FALSE(outcome.plan.pipelines.at(0).executions.at(0).generated);
  problem.pipelines[0].model.kinds.picture.reset();
  EXPECT_EQ(
      why_not(problem),
      "app 'digits': sensing: no 'camera' gives what model 'digits' takes, 1 x 28 x 28 (channels x rows x "
      "columns): glasses has photos of 12 pictures of any size, belt has no frames; the pictures of "
      "'photos' "
      "become its input where its model.yaml says so: input: {..., picture: {}}");
}

TEST(Sources, AFolderOfSoundsServesAModelThatTakesSound) {
  SensorSource words;
  words.frames = "words";
  words.sounds = 3;
  auto problem = problem_of({words}, {});
  problem.pipelines[0].model.kinds = {{}, schemas::SoundDescription{16000, 16}};
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_EQ(outcome.plan.pipelines.at(0).sound, problem.pipelines[0].model.kinds.sound);
  problem.pipelines[0].model.kinds = {};
  EXPECT_THAT(why_not(problem),
              ::testing::EndsWith("glasses has words of 3 sounds of any length, belt has no frames; the "
                                  "sounds of 'words' become its input where its model.yaml says so: "
                                  "input: {..., sound: {rate: 16000}}"));
}

TEST(Sources, EveryPolicyChoosesOneThatServes) {
  for (const auto& policy : planner::policy_names()) {
    SCOPED_TRACE(policy);
    const auto problem = problem_of({file("faces.npy", {3, 64, 64})}, {file("digits.npy", {28, 28})});
    const auto outcome = planner::solve(problem, policy);
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    const auto& pipeline = outcome.plan.pipelines.at(0);
    EXPECT_EQ(pipeline.executions.at(0).source, kBelt);
    EXPECT_FALSE(pipeline.executions.at(0).generated);
    EXPECT_EQ(pipeline.input, (schemas::FrameShape{1, 28, 28}));
  }
}

TEST(Sources, APlanSaysWhereItsFramesAreNoise) {
  const auto problem = problem_of({file("faces.npy", {3, 64, 64}), generator()}, {});
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_TRUE(outcome.plan.pipelines.at(0).executions.at(0).generated);
}

TEST(Sources, APlanTellsWhatItsModelExpects) {
  auto problem = problem_of({generator()}, {});
  problem.pipelines[0].model.expects = "microphone";
  EXPECT_EQ(planner::solve(problem, "ind-e2e").plan.pipelines.at(0).expects, "microphone");
}

TEST(Sources, WhereNobodyServesTheShapesAreToldAndWhatToDo) {
  EXPECT_EQ(
      why_not(problem_of({file("faces.npy", {3, 64, 64}), file("flat.npy", {784, 2})}, {})),
      "app 'digits': sensing: no 'camera' gives what model 'digits' takes, 1 x 28 x 28 (channels x rows x "
      "columns): glasses has faces.npy of (3, 64, 64), flat.npy of (784, 2), belt has no frames; list "
      "frames of that shape among this sensor's 'sources' in the body's file, or 'generator: 0' for noise");
}

TEST(Sources, ALayoutThatWouldFitIsNamed) {
  auto problem = problem_of({file("colour.npy", {16, 8, 4})}, {});
  problem.pipelines[0].model = SmallModel("colours", 4, 8).conv(4, 3).build();
  problem.pipelines[0].model.program.input_shape = {4, 16, 8};
  const auto found = sources_for(problem.body, problem.pipelines[0]);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message,
              ::testing::EndsWith("'layout: hwc' beside 'colour.npy' in the body's file converts these"));
}

TEST(Sources, TheNamedDeviceIsNotReplacedByAnotherThatServes) {
  auto problem = problem_of({file("faces.npy", {3, 64, 64})}, {file("digits.npy", {28, 28})});
  problem.pipelines[0].app.sensing.on = kGlasses;
  EXPECT_EQ(
      why_not(problem),
      "app 'digits': sensing: no 'camera' gives what model 'digits' takes, 1 x 28 x 28 (channels x rows x "
      "columns): glasses has faces.npy of (3, 64, 64); would serve it: belt; what would have to change: "
      "sensing.on of 'digits' "
      "left out");
}

}  // namespace
}  // namespace synergy::planner_test
