// Messages lost, repeated and out of date; accelerators that refuse or forget. Units must be free again
// afterwards.
#include <gmock/gmock.h>

#include "fake_mesh.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::executor_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr ModelTime kBegin{1000s};

/// A run much later comes through in the plan's own time: nothing is still held.
void expect_idle(FakeMesh& mesh, const schemas::CollaborationPlan& plan) {
  for (const auto& [device, node] : mesh.nodes)
    EXPECT_EQ(mesh.counter(device, "runs.active"), 0u) << device.text();
  const auto begin = mesh.host.now() + 30s;
  const auto before = mesh.results.size();
  mesh.grant(1'000'000, begin, 1, plan.id);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), before + 1);
  EXPECT_EQ(mesh.results.back().ended - begin, plan.pipelines[0].executions[0].latency);
}

TEST(LostTensor, FailsTheRunWhenPatienceIsOver) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.tensor_copies = [](const auto&) { return 0; };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.failures.size(), 1u);
  EXPECT_EQ(mesh.failures[0].key, (schemas::RunKey{kApp, 0, 1}));
  EXPECT_EQ(mesh.failures[0].device, kGlasses);
  EXPECT_THAT(mesh.failures[0].reason, HasSubstr("watch"));
  EXPECT_GE(mesh.host.now(), mesh.tensors.at(0).ready + executor::kTransferPatience);
  EXPECT_THAT(mesh.results, IsEmpty());
  EXPECT_EQ(mesh.counter(kGlasses, "runs.failed"), 1u);
  mesh.tensor_copies = [](const auto&) { return 1; };
  expect_idle(mesh, plan);
}

TEST(Transfer, OfAHostThatIsBehindModelTimeHasItsPatienceAllTheSame) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  // Tensor and answer take longer than the patience counted from a begin that has long passed.
  mesh.host.late = [] { return Duration(1900ms); };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_THAT(mesh.failures, IsEmpty());
}

TEST(Nonsense, OfTimesFarAheadHoldsNoUnit) {
  const auto plan = digits_plan(2);
  const auto far = schemas::kLastModelTime;
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(7, far);
  const auto& steps = plan.pipelines[0].executions[0].steps;
  for (std::uint32_t step = 0; step < steps.size(); ++step)
    mesh.executor(kWatch).on(
        schemas::TensorSent{{{kApp, 8, 1}, plan.id, 0, kBegin, 0, {kGlasses}}, step, kGlasses, far, {}});
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 0u);
  EXPECT_EQ(mesh.counter(kWatch, "runs.active"), 0u);
  // A receiver that claims to take the tensor in a hundred years is one that does not take it.
  mesh.taken_copies = [&](const schemas::TensorTaken& taken) {
    mesh.executor(kGlasses).on(schemas::TensorTaken{taken.key, taken.step, taken.begin, far});
    return 0;
  };
  mesh.grant(0, kBegin);
  mesh.host.run_until(kBegin + 30s);
  EXPECT_EQ(mesh.failures.size(), 1u);
  mesh.taken_copies = [](const auto&) { return 1; };
  expect_idle(mesh, plan);
}

TEST(Nonsense, GrantedToADeviceThatDoesNotSenseIsIgnored) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.executor(kWatch).on(schemas::RunGrant{{kApp, 0, 1}, plan.id, 0, kBegin});
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  expect_idle(mesh, plan);
}

TEST(LostTaken, FailsAtTheSenderThoughTheRunComesThrough) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.taken_copies = [](const auto&) { return 0; };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.failures.size(), 1u);
  mesh.taken_copies = [](const auto&) { return 1; };
  expect_idle(mesh, plan);
}

TEST(RepeatedMessages, AreIgnoredWhileTheRunIsThere) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.tensor_copies = [](const auto&) { return 3; };
  mesh.taken_copies = [](const auto&) { return 3; };
  mesh.grant(0, kBegin);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.tensors.size(), 1u);
  EXPECT_THAT(mesh.failures, IsEmpty());
  mesh.tensor_copies = [](const auto&) { return 1; };
  expect_idle(mesh, plan);
}

TEST(LaterAttempt, TakesThePlaceOfAnEarlierOne) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(0, kBegin, 1);
  mesh.grant(0, kBegin, 2);
  mesh.grant(0, kBegin, 1);  // out of date
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 1u);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.results[0].run.key.attempt, 2u);
  EXPECT_THAT(mesh.failures, IsEmpty()) << "nobody waits for the earlier one";
  expect_idle(mesh, plan);
}

TEST(LaterAttempt, MayComeAtAnyMomentOfTheEarlierOne) {
  const auto plan = digits_plan(2);
  for (Duration after{0}; after < plan.latency; after += plan.latency / 40) {
    SCOPED_TRACE("after " + std::to_string(after.count()) + " ns");
    FakeMesh mesh;
    mesh.deploy(plan);
    mesh.grant(0, kBegin, 1);
    mesh.host.run_until(kBegin + after);
    mesh.grant(0, kBegin + after, 2);
    mesh.host.run_out();
    ASSERT_FALSE(mesh.results.empty());
    EXPECT_EQ(mesh.results.back().run.key.attempt, 2u);
    expect_idle(mesh, plan);
  }
}

TEST(Grant, OfAnUnknownPlanAppOrExecutionIsIgnored) {
  FakeMesh mesh;
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  mesh.deploy(digits_plan(1, kGlasses));
  mesh.grant(0, kBegin, 1, 99);
  mesh.grant(0, kBegin, 1, 1, AppId("stranger"));
  mesh.executor(kGlasses).on(schemas::RunGrant{{kApp, 0, 1}, 1, 5, kBegin});
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  EXPECT_THAT(mesh.failures, IsEmpty());
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 0u);
}

TEST(Tensor, ForAStepThatIsNoTransferToTheDeviceIsIgnored) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  const auto count = std::uint32_t(plan.pipelines[0].executions[0].steps.size());
  for (std::uint32_t step = 0; step < count + 2; ++step)
    mesh.executor(kEarbud).on(
        schemas::TensorSent{{{kApp, 0, 1}, 1, 0, kBegin, 0, {kGlasses}}, step, kGlasses, kBegin, {}});
  mesh.executor(kWatch).on(schemas::TensorTaken{{kApp, 0, 1}, 6, kBegin, kBegin});
  mesh.host.run_out();
  EXPECT_THAT(mesh.takens, IsEmpty());
  expect_idle(mesh, plan);
}

TEST(Accelerator, ThatRefusesAnyOperationFailsTheRunAndIsFreeAgain) {
  const auto plan = digits_plan(2);
  for (const auto action : {AcceleratorAction::kLoad, AcceleratorAction::kInfer, AcceleratorAction::kUnload})
    for (const auto& device : {kGlasses, kWatch}) {
      SCOPED_TRACE(device.text() + " " + std::string(schemas::name_of(action)));
      FakeMesh mesh;
      mesh.deploy(plan);
      mesh.driver(device).fault = [action](const schemas::AcceleratorDo& operation) -> std::optional<Error> {
        if (operation.action != action) return std::nullopt;
        return Error{ErrorCode::kTimeout, "it does not answer"};
      };
      mesh.grant(0, kBegin);
      mesh.host.run_out();
      ASSERT_EQ(mesh.failures.size(), 1u);
      EXPECT_EQ(mesh.failures[0].device, device);
      EXPECT_EQ(mesh.failures[0].reason, "it does not answer");
      mesh.driver(device).fault = [](const auto&) { return std::nullopt; };
      expect_idle(mesh, plan);
    }
}

TEST(Accelerator, ThatLostItsMemoryFailsTheRunAndIsLoadedAgain) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.driver(kWatch).lose_memory();
  mesh.driver(kWatch).operations.clear();
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.failures.size(), 1u);
  EXPECT_EQ(mesh.failures[0].device, kWatch);
  EXPECT_THAT(mesh.driver(kWatch).actions(),
              testing::ElementsAre(
                  std::pair(AcceleratorAction::kLoad, 4u), std::pair(AcceleratorAction::kPowerCycle, 0u),
                  std::pair(AcceleratorAction::kLoadWeights, 4u), std::pair(AcceleratorAction::kSwitch, 4u)));
  expect_idle(mesh, plan);
}

TEST(Accelerator, WhoseLoadingAgainFailedHalfWayIsLoadedAtTheNextRun) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.driver(kWatch).lose_memory();
  // The weights get there, the registers do not: from now on it refuses loads, yet not because nothing is
  // resident.
  bool selected = false;
  mesh.driver(kWatch).fault =
      [&, refusals = 1](const schemas::AcceleratorDo& operation) mutable -> std::optional<Error> {
    if (operation.action == AcceleratorAction::kSwitch && refusals-- > 0)
      return Error{ErrorCode::kTimeout, "no answer"};
    if (operation.action == AcceleratorAction::kSwitch) selected = true;
    if (operation.action == AcceleratorAction::kLoad && !selected && !mesh.driver(kWatch).resident().empty())
      return Error{ErrorCode::kConflict, "resident but not selected"};
    return std::nullopt;
  };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  mesh.grant(1, mesh.host.now() + 1s);
  mesh.host.run_out();
  EXPECT_EQ(mesh.failures.size(), 2u);
  expect_idle(mesh, plan);
}

TEST(Sensor, ThatTheDeviceDoesNotHaveFailsTheRun) {
  auto plan = digits_plan(1, kGlasses);
  plan.pipelines[0].sensing = "microphone";
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  ASSERT_EQ(mesh.failures.size(), 1u);
  EXPECT_EQ(mesh.failures[0].reason, "'glasses' has no sensor 'microphone'");
}

}  // namespace
}  // namespace synergy::executor_test
