// Runs that come through: their model times are the plan's, whatever the host does.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <random>

#include "fake_mesh.hpp"
#include "synergy/accel_service/emulator.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::executor_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ModelTime kBegin{1000s};

/// Never moves before what it is told, and then up to `most` late.
void make_late(FakeHost& host, std::uint32_t seed, Duration most) {
  host.late = [random = std::mt19937(seed), most]() mutable {
    return Duration(random() % std::uint64_t(most.count()));
  };
}

void expect_the_plans_run(const schemas::RunResult& result, const schemas::CollaborationPlan& plan,
                          ModelTime begin) {
  const auto& execution = plan.pipelines[0].executions[0];
  EXPECT_EQ(result.run.began, begin);
  EXPECT_EQ(result.ended - begin, execution.latency);
  EXPECT_EQ(result.latency(), execution.latency);
  EXPECT_NEAR(result.run.energy_uj, execution.energy_uj, 1e-9);
}

TEST(Run, OnOneDeviceTakesThePlansTimesAndEnergy) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), 1u);
  EXPECT_TRUE(mesh.tensors.empty());
  expect_the_plans_run(mesh.results[0], plan, kBegin);
  EXPECT_THAT(mesh.results[0].run.devices, ElementsAre(kGlasses));
  EXPECT_EQ(mesh.results[0].run.key, (schemas::RunKey{kApp, 0, 1}));
  EXPECT_EQ(mesh.results[0].run.plan_id, 1u);
}

TEST(Run, EachDeviceCountsTheEnergyOfItsOwnTasksAndItsEndOfATransfer) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  std::map<DeviceId, double> expected;
  for (const auto& step : plan.pipelines[0].executions[0].steps) {
    expected[step.device] += step.energy_uj - step.receiver_energy_uj;
    if (step.kind != schemas::TaskKind::kTransfer) continue;
    EXPECT_GT(step.receiver_energy_uj, 0);
    expected[step.to] += step.receiver_energy_uj;
  }
  ASSERT_EQ(expected.size(), 2u);
  constexpr int kRuns = 5;
  for (std::uint64_t run = 0; run < kRuns; ++run) mesh.grant(run, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), std::size_t(kRuns));
  for (const auto& [device, energy_uj] : expected)  // counters hold whole uJ
    EXPECT_NEAR(double(mesh.executor(device).counters().at("energy_uj")), kRuns * energy_uj, 1)
        << device.text();
}

TEST(Run, OverTwoDevicesTakesThePlansTimesAndEnergy) {
  const auto plan = digits_plan(2);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(7, kBegin);
  mesh.host.run_out();
  ASSERT_EQ(mesh.results.size(), 1u);
  expect_the_plans_run(mesh.results[0], plan, kBegin);
  EXPECT_THAT(mesh.results[0].run.devices, ElementsAre(kGlasses, kWatch));
  ASSERT_EQ(mesh.takens.size(), 1u);
  EXPECT_EQ(mesh.takens[0].end - mesh.takens[0].begin,
            plan.pipelines[0].executions[0].steps[mesh.takens[0].step].duration);
  EXPECT_THAT(mesh.failures, IsEmpty());
}

TEST(Run, OnNoiseSaysSoAcrossDevices) {
  const auto plan = digits_plan(2);
  for (const bool noise : {false, true}) {
    auto camera = digits_camera();
    if (noise) camera.sources->erase(camera.sources->begin());
    FakeMesh mesh({}, {kGlasses, kEarbud, kWatch}, camera);
    mesh.deploy(plan);
    mesh.grant(7, kBegin);
    mesh.host.run_out();
    ASSERT_EQ(mesh.results.size(), 1u);
    EXPECT_THAT(mesh.results[0].run.devices, ElementsAre(kGlasses, kWatch));
    EXPECT_EQ(mesh.results[0].run.generated, noise);
  }
}

TEST(Run, TakesTheSameModelTimesHoweverLateTheHostIs) {
  for (const auto devices : {1u, 2u, 3u}) {
    const auto plan = digits_plan(devices);
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
      SCOPED_TRACE(std::to_string(devices) + " devices, seed " + std::to_string(seed));
      FakeMesh mesh;
      mesh.deploy(plan);
      make_late(mesh.host, seed, 200ms);
      mesh.grant(0, kBegin);
      mesh.host.run_out();
      ASSERT_EQ(mesh.results.size(), 1u);
      expect_the_plans_run(mesh.results[0], plan, kBegin);
    }
  }
}

TEST(Run, ThatComesBackToItsSourceIsTakenThoughTheSourceIsLate) {
  // glasses -> another -> glasses: the answer may be there before the glasses know that their transfer has
  // ended.
  const auto plan = digits_plan(2, kGlasses);
  ASSERT_EQ(plan.pipelines[0].executions[0].target, kGlasses);
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    FakeMesh mesh;
    mesh.deploy(plan);
    mesh.host.late = [random = std::mt19937(seed)]() mutable { return random() % 6 == 0 ? 100ms : 0ms; };
    mesh.grant(0, kBegin);
    mesh.host.run_out();
    for (const auto& failed : mesh.failures) ADD_FAILURE() << failed.device.text() << ": " << failed.reason;
    ASSERT_EQ(mesh.results.size(), 1u);
    expect_the_plans_run(mesh.results[0], plan, kBegin);
    EXPECT_EQ(mesh.results[0].run.devices.front(), kGlasses);
    EXPECT_EQ(mesh.results[0].run.devices.back(), kGlasses);
    EXPECT_EQ(mesh.results[0].run.devices.size(), 3u);
  }
}

TEST(Runs, InFlightTogetherEndAtTheRateOfTheBusiestUnit) {
  for (const auto devices : {1u, 2u}) {
    const auto plan = digits_plan(devices);
    FakeMesh mesh;
    mesh.deploy(plan);
    constexpr std::uint64_t kRuns = 40;
    std::uint64_t next = 0;
    // As the dispatcher does: a run takes the place of one that ended.
    mesh.on_result = [&](const schemas::RunResult& result) {
      if (next < kRuns) mesh.grant(next++, result.ended);
    };
    for (std::uint32_t place = 0; place < plan.pipelines[0].depth; ++place) mesh.grant(next++, kBegin);
    mesh.host.run_out();
    ASSERT_EQ(mesh.results.size(), kRuns);
    const Duration round(std::llround(1e9 / plan.rounds_per_second));
    for (std::size_t i = 5; i < kRuns; ++i)
      EXPECT_EQ(mesh.results[i].ended - mesh.results[i - 1].ended, round) << "run " << i;
    for (const auto& result : mesh.results) EXPECT_GE(result.latency(), plan.latency);
  }
}

TEST(Runs, OfTwoPipelinesThatShareAcceleratorsSwitchAndComeThrough) {
  const auto plan = digits_plan(1, kGlasses, {"digits", "again"});
  FakeMesh mesh;
  mesh.deploy(plan);
  for (std::uint64_t run = 0; run < 5; ++run) {
    mesh.grant(run, kBegin);
    mesh.grant(run, kBegin, 1, 1, AppId("again"));
  }
  mesh.host.run_out();
  EXPECT_EQ(mesh.results.size(), 10u);
  EXPECT_THAT(mesh.failures, IsEmpty());
  // Between a load and its unload no other run's operation came.
  const auto actions = mesh.driver(kGlasses).actions();
  for (std::size_t i = 0; i + 3 < actions.size(); ++i)
    if (actions[i].first == AcceleratorAction::kSwitch && actions[i + 1].first == AcceleratorAction::kLoad) {
      EXPECT_EQ(actions[i + 2].first, AcceleratorAction::kInfer);
      EXPECT_EQ(actions[i + 3].first, AcceleratorAction::kUnload);
    }
}

TEST(Runs, AreCountedAndTheirUnitsToo) {
  const auto plan = digits_plan(1, kGlasses);
  FakeMesh mesh;
  mesh.deploy(plan);
  mesh.grant(0, kBegin);
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 1u);
  mesh.host.run_out();
  EXPECT_EQ(mesh.counter(kGlasses, "runs.active"), 0u);
  EXPECT_EQ(mesh.counter(kGlasses, "tasks.done"), plan.pipelines[0].executions[0].steps.size());
  for (const auto& unit : plan.units)
    EXPECT_EQ(mesh.counter(kGlasses, "busy_us." + std::string(schemas::name_of(unit.unit))),
              std::uint64_t(unit.busy.count() / 1000));
}

TEST(Runs, ReportHowFarTheHostWasBehind) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  (void)mesh.counter(kGlasses, "lag.max_us");
  mesh.host.late = [] { return 3ms; };
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  EXPECT_GE(mesh.results.at(0).lag, 3ms);
  EXPECT_GE(mesh.counter(kGlasses, "lag.max_us"), 3000u);
  EXPECT_EQ(mesh.counter(kGlasses, "lag.max_us"), 0u) << "since the last call";
}

TEST(Runs, NameTheClassOfTheirLabel) {
  FakeMesh mesh;
  mesh.deploy(digits_plan(1, kGlasses));
  mesh.grant(0, kBegin);
  mesh.host.run_out();
  // The fake accelerator unloads ten equal scores of 0x01010101: the first is the largest.
  EXPECT_EQ(mesh.results.at(0).label, 0);
  EXPECT_EQ(mesh.results.at(0).label_name, "0");
  EXPECT_EQ(mesh.results.at(0).score, 0x01010101);
}

/// The emulator behind the driver boundary, without a bus.
class EmulatorDriver final : public executor::AcceleratorDriver {
 public:
  EmulatorDriver(FakeHost& host, accel_service::Emulator emulator)
      : host_(host), emulator_(std::move(emulator)) {}
  void perform(const schemas::AcceleratorDo& operation,
               std::function<void(Result<schemas::AcceleratorDone>)> done) override {
    auto answer = emulator_.on(operation);
    host_.at(answer ? answer->end : host_.now(), [done, answer] { done(answer); });
  }
  void forget() override {}

 private:
  FakeHost& host_;
  accel_service::Emulator emulator_;
};

TEST(Runs, ThroughEmulatorsGiveTheReferenceLabelsInThePlansTimes) {
  const auto deploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";
  const documents::DeployFolder folder(deploy);
  const auto body = folder.body(deploy / "bodies/four-78000.yaml");
  const auto logits = documents::read_npy(deploy / "models/digits/heldout/logits.npy");
  ASSERT_TRUE(body && logits);
  const auto plan = digits_plan(2);
  FakeMesh mesh([&](FakeHost& host, const DeviceId& device) {
    return std::make_unique<EmulatorDriver>(
        host, accel_service::Emulator(folder, body->profile_of(*body->find(device))));
  });
  mesh.deploy(plan);
  for (const std::uint64_t run : {0u, 42u, 199u}) {
    const auto begin = kBegin + std::int64_t(run) * 100ms;
    mesh.grant(run, begin);
    mesh.host.run_out();
    ASSERT_FALSE(mesh.results.empty());
    const auto& result = mesh.results.back();
    expect_the_plans_run(result, plan, begin);
    std::vector<std::int32_t> scores(10);
    std::memcpy(scores.data(), logits->data.data() + (run % 100) * 40, 40);
    const auto best = std::max_element(scores.begin(), scores.end());
    EXPECT_EQ(result.label, best - scores.begin());
    EXPECT_EQ(result.score, *best);
  }
}

}  // namespace
}  // namespace synergy::executor_test
