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

TEST(Deploy, LoadsInTheOrderInWhichThePlannerPlaced) {
  FakeMesh mesh;
  auto plan = two_chunks();
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 4, 3));
  plan.id = 2;
  std::swap(plan.pipelines[0], plan.pipelines[1]);
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 3, 4)) << "the other order is another placement";
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
  plan.pipelines.erase(plan.pipelines.begin());
  mesh.deploy(plan);
  EXPECT_THAT(loaded(mesh), ElementsAre(-1, 3)) << "a gap in front is not what the planner saw";
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

TEST(Deploy, ReportsRunsThatAreUnderWayAsFailed) {
  const auto plan = digits_plan(2);
  for (Duration after{0}; after < plan.latency; after += plan.latency / 25) {
    SCOPED_TRACE("after " + std::to_string(after.count()) + " ns");
    FakeMesh mesh;
    mesh.deploy(plan);
    mesh.grant(0, kBegin);
    mesh.host.run_until(kBegin + after);
    auto next = plan;
    next.id = 2;
    for (const auto& device : {kGlasses, kWatch}) (void)mesh.deploy_to(device, next);
    mesh.host.run_out();
    EXPECT_GE(mesh.failures.size() + mesh.results.size(), 1u) << "the run must not vanish";
    for (const auto& failed : mesh.failures) EXPECT_EQ(failed.reason, "plan 2 was deployed");
    // Everything is free: a run of the new plan takes its own time.
    mesh.results.clear();
    const auto begin = mesh.host.now() + 10s;
    mesh.grant(1, begin, 1, 2);
    mesh.host.run_out();
    ASSERT_EQ(mesh.results.size(), 1u);
    EXPECT_EQ(mesh.results[0].ended - begin, plan.latency);
  }
}

TEST(Deploy, TakesNoRunsUntilItIsDone) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  (void)mesh.deploy_to(kGlasses, plan);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  mesh.grant(0, kBegin, 2);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
}

}  // namespace
}  // namespace synergy::executor_test
