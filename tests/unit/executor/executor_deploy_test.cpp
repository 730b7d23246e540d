// Deployments: what the accelerator is told, in which order, and what becomes of runs that are under way.
#include <gmock/gmock.h>

#include "fake_mesh.hpp"

namespace synergy::executor_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Action = AcceleratorAction;
constexpr ModelTime kBegin{1000s};

std::pair<Action, std::uint32_t> did(Action action, std::uint32_t first_layer = 0) {
  return {action, first_layer};
}

TEST(Deploy, PowerCyclesFirstThenLoadsAndSelectsItsOneChunk) {
  FakeMesh mesh;
  const auto answer = mesh.deploy_to(kWatch, digits_plan(2));
  EXPECT_FALSE(answer->has_value()) << "the accelerator takes its time";
  mesh.host.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_THAT(mesh.driver(kWatch).actions(),
              ElementsAre(did(Action::kPowerCycle), did(Action::kLoadWeights, 4), did(Action::kSwitch, 4)));
  EXPECT_EQ((*answer)->value().device, kWatch);
  EXPECT_EQ((*answer)->value().plan_id, 1u);
  EXPECT_EQ((*answer)->value().weight_load, FakeDriver::kWeightLoad);
}

TEST(Deploy, OfAPlanWhoseInputTheSensorDoesNotGiveIsRefusedForGood) {
  auto camera = digits_camera();
  camera.sources->pop_back();  // no noise
  FakeMesh mesh({}, {kGlasses}, camera);
  EXPECT_TRUE(mesh.deploy_to(kGlasses, digits_plan(1, kGlasses))) << "the camera has digits";
  mesh.host.run_out();
  auto plan = digits_plan(1, kGlasses);
  plan.pipelines[0].input = {3, 16, 16};
  const auto refused = mesh.deploy_to(kGlasses, plan);
  ASSERT_TRUE(refused->has_value());
  EXPECT_EQ((*refused)->error().code, ErrorCode::kNotFound);
  EXPECT_EQ((*refused)->error().message,
            "app 'digits': device 'glasses' has no frames of 3 x 16 x 16 for sensor 'camera': "
            "models/digits/heldout/images.npy of (28, 28)");
  plan.pipelines[0].input = {};
  const auto earlier = mesh.deploy_to(kGlasses, plan);
  ASSERT_TRUE(earlier->has_value());
  EXPECT_THAT((*earlier)->error().message, HasSubstr("does not tell the shape of the model's input"));
}

TEST(Deploy, OfADeviceWithoutChunksOnlyPowerCycles) {
  FakeMesh mesh;
  const auto answer = mesh.deploy_to(kEarbud, digits_plan(2));
  mesh.host.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_THAT(mesh.driver(kEarbud).actions(), ElementsAre(did(Action::kPowerCycle)));
}

TEST(Deploy, OfTheSamePlanAgainIsAnsweredAtOnce) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(2));
  mesh.driver(kWatch).operations.clear();
  const auto answer = mesh.deploy_to(kWatch, digits_plan(2));
  ASSERT_TRUE(answer->has_value() && **answer);
  EXPECT_EQ((*answer)->value().weight_load, Duration(0));
  EXPECT_THAT(mesh.driver(kWatch).actions(), IsEmpty());
}

TEST(Deploy, LetsNoOperationOfARunBeforeComeLate) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(2));
  const auto before = mesh.driver(kGlasses).forgotten();
  auto next = digits_plan(2);
  next.id = 2;
  mesh.deploy(next);
  EXPECT_EQ(mesh.driver(kGlasses).forgotten(), before + 1);
}

TEST(Deploy, OfTheNextPlanStartsFromEmptyMemoryUnlessItBeginsWithWhatIsResident) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(2));
  mesh.driver(kGlasses).operations.clear();
  auto whole = digits_plan(1);
  whole.id = 2;
  mesh.deploy(whole);
  EXPECT_THAT(mesh.driver(kGlasses).actions(),
              ElementsAre(did(Action::kPowerCycle), did(Action::kLoadWeights, 0), did(Action::kSwitch, 0)));
  EXPECT_EQ(mesh.driver(kGlasses).resident().begin()->last_layer, 4u);
  EXPECT_THAT(mesh.driver(kWatch).resident(), IsEmpty());
  mesh.driver(kGlasses).operations.clear();
  whole.id = 3;
  mesh.deploy(whole);
  EXPECT_THAT(mesh.driver(kGlasses).actions(), ElementsAre(did(Action::kSwitch, 0)))
      << "its weights are there";
}

TEST(Deploy, LeavesSelectingToTheRunsWhereSeveralChunksShareTheAccelerator) {
  // The same model in two pipelines is one chunk; cut differently, they are two.
  auto plan = digits_plan(1, kGlasses, {"digits", "again"});
  plan.pipelines[1].executions[0].chunks[0].last_layer = 3;
  FakeMesh mesh;
  mesh.deploy(plan);
  EXPECT_THAT(
      mesh.driver(kGlasses).actions(),
      ElementsAre(did(Action::kPowerCycle), did(Action::kLoadWeights, 0), did(Action::kLoadWeights, 0)));
}

/// The digit classifier whole for `digits`, and but for its last layer for `again`: two chunks of the
/// glasses.
schemas::CollaborationPlan two_chunks() {
  auto plan = digits_plan(1, kGlasses, {"digits", "again"});
  plan.pipelines[1].executions[0].chunks[0].last_layer = 3;
  return plan;
}

/// The last layers of the chunks loaded, in order, after each power cycle (-1).
std::vector<int> loaded(FakeMesh& mesh) {
  std::vector<int> all;
  for (const auto& operation : mesh.driver(kGlasses).operations) {
    if (operation.action == Action::kPowerCycle) all.push_back(-1);
    if (operation.action == Action::kLoadWeights) all.push_back(int(operation.chunk.last_layer));
  }
  mesh.driver(kGlasses).operations.clear();
  return all;
}

TEST(Deploy, OnlyAddsToWhatIsResidentWhereThePlanBeginsWithIt) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 4));
  auto plan = two_chunks();
  plan.id = 2;
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(3));
  plan.id = 3;
  std::swap(plan.pipelines[0], plan.pipelines[1]);
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 3, 4))
      << "the other order is another placement, with other times";
}

TEST(Deploy, StartsFromEmptyMemoryInThePlannersOrderWhereGapsAreTooSmall) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  (void)loaded(mesh);
  mesh.driver(kGlasses).fault = [&](const schemas::AcceleratorDo& operation) -> std::optional<Error> {
    if (operation.action != Action::kLoadWeights || mesh.driver(kGlasses).resident().empty() ||
        mesh.driver(kGlasses).operations.front().action == Action::kPowerCycle)
      return std::nullopt;
    mesh.driver(kGlasses).operations.clear();
    return Error{ErrorCode::kNoFit, "no columns are free"};
  };
  auto plan = two_chunks();
  plan.id = 2;
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 4, 3));
}

TEST(Deploy, BesideWhatRunsDisturbsNoRunAndMakesTheSwitchShort) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  mesh.deploy(plan);
  auto next = two_chunks();
  next.id = 2;
  (void)loaded(mesh);
  mesh.grant(0, kBegin);
  mesh.host.run_until(kBegin + 1ms);
  const auto beside = mesh.deploy_to(kGlasses, next, schemas::DeployStage::kLoadBeside);
  mesh.grant(1, kBegin);
  mesh.host.run_out();
  ASSERT_TRUE(beside->has_value() && **beside);
  EXPECT_EQ((*beside)->value().weight_load, FakeDriver::kWeightLoad);
  EXPECT_THAT(loaded(mesh), ElementsAre(3));
  EXPECT_EQ(mesh.results.size(), 2u) << "the plan in force is served all the while";
  ++mesh.start;
  const auto served = mesh.deploy_to(kGlasses, next);
  mesh.host.run_out();
  ASSERT_TRUE(**served);
  EXPECT_EQ((*served)->value().weight_load, Duration(0)) << "all is there";
}

TEST(Deploy, BesideWhatRunsLeavesWhatFindsNoRoomForLater) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  (void)loaded(mesh);
  auto next = two_chunks();
  next.id = 2;
  mesh.driver(kGlasses).fault =
      [refusals = 1](const schemas::AcceleratorDo& operation) mutable -> std::optional<Error> {
    if (operation.action != Action::kLoadWeights || refusals-- <= 0) return std::nullopt;
    return Error{ErrorCode::kNoFit, "no columns are free"};
  };
  const auto beside = mesh.deploy_to(kGlasses, next, schemas::DeployStage::kLoadBeside);
  mesh.host.run_out();
  ASSERT_TRUE(**beside);
  EXPECT_EQ((*beside)->value().weight_load, Duration(0));
  mesh.grant(0, mesh.host.now());
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u) << "the plan in force is still served";
}

TEST(Deploy, WhileAChunkIsLoadedBesideWaitsForIt) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  auto next = two_chunks();
  next.id = 2;
  const auto beside = mesh.deploy_to(kGlasses, next, schemas::DeployStage::kLoadBeside);
  ++mesh.start;
  const auto served = mesh.deploy_to(kGlasses, next);
  EXPECT_FALSE(served->has_value());
  mesh.host.run_out();
  ASSERT_TRUE(beside->has_value() && served->has_value());
  EXPECT_TRUE(**served);
  EXPECT_EQ(mesh.driver(kGlasses).resident().size(), 2u);
}

/// The two chunks, of which the glasses keep one at a time.
schemas::CollaborationPlan two_chunks_reloaded() {
  auto plan = two_chunks();
  plan.residency = schemas::Residency::kReload;
  for (auto& pipeline : plan.pipelines)
    for (auto& step : pipeline.executions[0].steps) step.reloads = step.kind == schemas::TaskKind::kSwitch;
  return plan;
}

TEST(Deploy, OfAPlanThatLoadsWeightsAtSwitchesLoadsNoneItself) {
  FakeMesh mesh;
  mesh.deploy(two_chunks_reloaded());
  EXPECT_THAT(mesh.driver(kGlasses).actions(), ElementsAre(did(Action::kPowerCycle)));
}

TEST(Deploy, OfAPlanThatLoadsWeightsAtSwitchesIsAnsweredAtOnceWhenItComesAgainAfterRuns) {
  FakeMesh mesh;
  const auto plan = two_chunks_reloaded();
  mesh.deploy(plan);
  mesh.grant(0, kBegin);
  mesh.grant(0, kBegin, 1, 1, AppId("again"));
  mesh.host.run_out();
  EXPECT_THAT(mesh.failures, IsEmpty());
  EXPECT_EQ(mesh.results.size(), 2u);
  const auto& actions = mesh.driver(kGlasses).actions();
  EXPECT_EQ(std::count(actions.begin(), actions.end(), did(Action::kReload)), 2);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), did(Action::kSwitch)), 0);
  mesh.driver(kGlasses).operations.clear();
  const auto answer = mesh.deploy_to(kGlasses, plan);
  ASSERT_TRUE(answer->has_value() && **answer);
  EXPECT_THAT(mesh.driver(kGlasses).actions(), IsEmpty());
}

TEST(Deploy, AfterAPlanThatLoadedWeightsAtSwitchesBeginsWithAPowerCycle) {
  FakeMesh mesh;
  mesh.deploy(two_chunks_reloaded());
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.driver(kGlasses).resident().size(), 1u) << "what the run left there";
  auto next = two_chunks();
  next.id = 2;
  mesh.driver(kGlasses).operations.clear();
  const auto beside = mesh.deploy_to(kGlasses, next, schemas::DeployStage::kLoadBeside);
  mesh.host.run_out();
  ASSERT_TRUE(**beside);
  EXPECT_THAT(mesh.driver(kGlasses).actions(), IsEmpty()) << "the next switch would take it away";
  mesh.deploy(next);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 4, 3));
  next = two_chunks_reloaded();
  next.id = 3;
  const auto before = mesh.deploy_to(kGlasses, next, schemas::DeployStage::kLoadBeside);
  mesh.host.run_out();
  ASSERT_TRUE(**before);
  EXPECT_THAT(loaded(mesh), IsEmpty());
}

TEST(Deploy, WhileAnotherIsGoingOnIsAskedToComeAgain) {
  FakeMesh mesh;
  const auto first = mesh.deploy_to(kWatch, digits_plan(2));
  const auto second = mesh.deploy_to(kWatch, digits_plan(2));
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->error().code, ErrorCode::kUnavailable);
  mesh.host.run_out();
  EXPECT_TRUE(**first);
}

TEST(Deploy, ThatTheAcceleratorRefusesNamesTheDeviceAndStartsFromNothingNextTime) {
  FakeMesh mesh;
  mesh.driver(kWatch).fault = [](const schemas::AcceleratorDo& operation) -> std::optional<Error> {
    if (operation.action != Action::kLoadWeights) return std::nullopt;
    return Error{ErrorCode::kNoFit, "no columns are free"};
  };
  auto answer = mesh.deploy_to(kWatch, digits_plan(2));
  mesh.host.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNoFit);
  EXPECT_THAT((*answer)->error().message,
              testing::AllOf(HasSubstr("watch"), HasSubstr("no columns are free")));
  mesh.driver(kWatch).fault = [](const auto&) { return std::nullopt; };
  mesh.driver(kWatch).operations.clear();
  answer = mesh.deploy_to(kWatch, digits_plan(2));
  mesh.host.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ(mesh.driver(kWatch).actions().front(), did(Action::kPowerCycle));
}

TEST(Deploy, TakesNoRunsUntilItIsDone) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  (void)mesh.deploy_to(kGlasses, plan);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
}

}  // namespace
}  // namespace synergy::executor_test
