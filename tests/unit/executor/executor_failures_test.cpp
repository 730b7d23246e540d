// Messages lost, repeated and out of date; accelerators that refuse or forget. Whatever happens, the next
// start of the plan begins with idle units.
#include <gmock/gmock.h>

#include "fake_mesh.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::executor_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr ModelTime kBegin{1000s};

/// After the plan was started again, a run comes through in the plan's own time.
void expect_served_again(FakeMesh& mesh, const schemas::CollaborationPlan& plan) {
  mesh.deploy_again(plan);
  for (const auto& [device, node] : mesh.nodes)
    EXPECT_EQ(mesh.counter(device, "runs.active"), 0u) << device.text();
  const auto begin = mesh.host.now() + 30s;
  const auto before = mesh.results.size();
  mesh.grant(1'000'000, begin, 1, plan.id);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), before + 1);
  EXPECT_EQ(mesh.results.back().ended - begin, plan.pipelines[0].executions[0].latency);
}

TEST(LostTensor, StopsItsRunUntilThePlanIsStartedAgain) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.tensor_copies = [](const auto&) { return 0; };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 1u) << "the sender's radio waits for the receiver";
  mesh.tensor_copies = [](const auto&) { return 1; };
  expect_served_again(mesh, plan);
}

TEST(LostTaken, LetsTheRunComeThroughAndHoldsTheSendersRadio) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.taken_copies = [](const auto&) { return 0; };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 1u);
  mesh.taken_copies = [](const auto&) { return 1; };
  expect_served_again(mesh, plan);
}

TEST(Transfer, OfAHostThatIsFarBehindModelTimeComesThrough) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.host.late = [] { return Duration(19s); };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.results[0].ended - kBegin, plan.latency);
}

TEST(Nonsense, OfTimesFarAheadHoldsNoUnit) {
  const auto plan = digits_plan(2);
  const auto far = schemas::kLastModelTime;
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(7, far);
  const auto& steps = plan.pipelines[0].executions[0].steps;
  for (std::uint32_t step = 0; step < steps.size(); ++step)
    mesh.executor(kWatch).on(schemas::TensorSent{
        {{kApp, 8, 1}, plan.id, 0, kBegin, 0, {kGlasses}, mesh.start, 0}, step, kGlasses, far, {}});
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 0u);
  EXPECT_EQ(mesh.counter(kWatch, "runs.active"), 0u);
  // A receiver that claims to take the tensor in a hundred years is one that does not take it.
  mesh.taken_copies = [&](const schemas::TensorTaken& taken) {
    mesh.executor(kGlasses).on(schemas::TensorTaken{taken.key, taken.step, taken.begin, far});
    return 1;
  };
  mesh.grant(7, kBegin);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_LT(mesh.host.now(), kBegin + 30s);
}

TEST(Nonsense, GrantedToADeviceThatDoesNotSenseIsIgnored) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.executor(kWatch).on(schemas::RunGrant{{kApp, 0, 1}, plan.id, 0, kBegin, mesh.start, 0});
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  EXPECT_EQ(mesh.counter(kWatch, "runs.active"), 0u);
}

TEST(RepeatedMessages, AreIgnoredWhetherTheRunIsThereOrHasGone) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.tensor_copies = [](const auto&) { return 3; };
  mesh.taken_copies = [](const auto&) { return 3; };
  mesh.grant(0, kBegin);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  mesh.grant(0, kBegin);
  mesh.executor(kWatch).on(mesh.tensors.at(0));
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u);
  EXPECT_EQ(mesh.tensors.size(), 1u);
  EXPECT_THAT(mesh.failures, IsEmpty());
  mesh.tensor_copies = [](const auto&) { return 1; };
  mesh.grant(1, mesh.host.now() + 1s);
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 2u);
}

TEST(StartedAgain, AtAnyMomentForgetsWhatWasUnderWayAndServesTheNextAttempt) {
  const auto plan = digits_plan(2);
  for (Duration after{0}; after < plan.latency; after += plan.latency / 40) {
    SCOPED_TRACE("after " + std::to_string(after.count()) + " ns");
    FakeMesh mesh;
    mesh.deploy(plan);
    mesh.grant(0, kBegin, 1);
    mesh.host.run_until(kBegin + after);
    mesh.begin_start();
    for (const auto& [device, node] : mesh.nodes) (void)mesh.deploy_to(device, plan);
    mesh.host.run_until(kBegin + after + 50ms);
    mesh.grant(0, mesh.host.now() + 1s, 2);
    mesh.host.run_out();
    ASSERT_EQ(mesh.results.size(), 1u) << "messages of the start before find nobody";
    EXPECT_EQ(mesh.results[0].run.key.attempt, 2u);
    EXPECT_EQ(mesh.results[0].latency(), plan.latency);
  }
}

TEST(Grant, OfAnUnknownPlanStartAppOrExecutionIsIgnored) {
  FakeMesh mesh;
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  mesh.deploy(digits_plan(1, kGlasses));
  mesh.grant(0, kBegin, 1, 99);
  mesh.grant(0, kBegin, 1, 1, AppId("stranger"));
  mesh.executor(kGlasses).on(schemas::RunGrant{{kApp, 0, 1}, 1, 5, kBegin, mesh.start, 0});
  mesh.executor(kGlasses).on(schemas::RunGrant{{kApp, 0, 1}, 1, 0, kBegin, mesh.start - 1, 0});
  mesh.executor(kGlasses).on(schemas::RunSkip{AppId("stranger"), 1, mesh.start, 0, 5});
  mesh.executor(kGlasses).on(schemas::RunSkip{kApp, 1, mesh.start - 1, 0, 5});
  mesh.host.run_out();
  EXPECT_THAT(mesh.results, IsEmpty());
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 0u);
  mesh.executor(kGlasses).on(schemas::RunGrant{{kApp, 0, 1}, 1, 0, kBegin, mesh.start, 0});
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 1u) << "no turn was passed over";
}

TEST(Tensor, ForAStepThatIsNoTransferToTheDeviceIsIgnored) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  const auto count = std::uint32_t(plan.pipelines[0].executions[0].steps.size());
  for (std::uint32_t step = 0; step < count + 2; ++step)
    mesh.executor(kEarbud).on(schemas::TensorSent{
        {{kApp, 0, 1}, 1, 0, kBegin, 0, {kGlasses}, mesh.start, 0}, step, kGlasses, kBegin, {}});
  mesh.executor(kWatch).on(schemas::TensorTaken{{kApp, 0, 1}, 6, kBegin, kBegin});
  mesh.host.run_out();
  EXPECT_THAT(mesh.takens, IsEmpty());
  EXPECT_EQ(mesh.counter(kEarbud, "runs.active"), 0u);
}

TEST(Accelerator, ThatRefusesAnyOperationFailsTheRun) {
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
      EXPECT_EQ(mesh.counter(device, "runs.failed"), 1u);
      mesh.driver(device).fault = [](const auto&) { return std::nullopt; };
      expect_served_again(mesh, plan);
    }
}

TEST(Accelerator, ThatLostItsMemoryFailsTheRunAndIsLoadedAtTheNextStart) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.driver(kWatch).lose_memory();
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.failures.size(), 1u);
  EXPECT_EQ(mesh.failures[0].device, kWatch);
  mesh.driver(kWatch).operations.clear();
  mesh.deploy_again(plan);
  EXPECT_THAT(mesh.driver(kWatch).actions(),
              testing::ElementsAre(std::pair(AcceleratorAction::kPowerCycle, 0u),
                                   std::pair(AcceleratorAction::kLoadWeights, 4u),
                                   std::pair(AcceleratorAction::kSwitch, 4u)));
  expect_served_again(mesh, plan);
}

TEST(Sensor, ThatTheDeviceDoesNotHaveIsSaidAtTheDeployment) {
  auto plan = digits_plan(1, kGlasses);
  plan.pipelines[0].sensing = "microphone";
  FakeMesh mesh;
  const auto answer = mesh.deploy_to(kGlasses, plan);
  mesh.host.run_out();
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNotFound);
  EXPECT_THAT((*answer)->error().message, HasSubstr("no sensor 'microphone'"));
}

}  // namespace
}  // namespace synergy::executor_test
