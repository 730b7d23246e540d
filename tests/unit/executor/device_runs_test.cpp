#include "synergy/execution/device_runs.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace synergy::execution {
namespace {

using namespace std::chrono_literals;
using schemas::TaskKind;
using testing::ElementsAre;
using testing::IsEmpty;

const DeviceId kHere("here"), kThere("there");
const AppId kApp("app");
constexpr std::uint64_t kStart = 5;
constexpr ModelTime kNow{100s};

schemas::Step step(TaskKind kind, const DeviceId& device, Duration duration, const DeviceId& to = {}) {
  schemas::Step made;
  made.kind = kind;
  made.device = device;
  made.to = to;
  made.duration = duration;
  made.energy_uj = 2;
  return made;
}

/// sense (3 ms), load, infer, unload (1 ms each) here; a transfer (4 ms) to there; interact (2 ms) there.
schemas::CollaborationPlan two_devices() {
  schemas::PipelinePlan pipeline;
  pipeline.app = kApp;
  auto& way = pipeline.executions.emplace_back();
  way.source = kHere;
  way.target = kThere;
  way.chunks.push_back({kHere, 0, 0});
  way.steps = {step(TaskKind::kSense, kHere, 3ms),
               step(TaskKind::kLoad, kHere, 1ms),
               step(TaskKind::kInfer, kHere, 1ms),
               step(TaskKind::kUnload, kHere, 1ms),
               step(TaskKind::kTransfer, kHere, 4ms, kThere),
               step(TaskKind::kInteract, kThere, 2ms)};
  schemas::CollaborationPlan plan;
  plan.id = 7;
  plan.order = schemas::TaskOrder::kDynamic;
  plan.pipelines.push_back(std::move(pipeline));
  return plan;
}

/// Remembers what it is told, and does the accelerator's part in no time.
class FakePort final : public DevicePort {
 public:
  void end_at(TaskId id, ModelTime end) override { ends.emplace_back(id, end); }
  void use_accelerator(DeviceTask& task, const AcceleratorPart& part) override {
    parts.push_back(part.action);
    used.push_back(task.id);
  }
  void begin_guest(TaskId id, ModelTime begin) override { guests.emplace_back(id, begin); }
  Status work(DeviceTask&) override { return at_work; }
  void send_tensor(const DeviceId& to, schemas::TensorSent tensor) override {
    EXPECT_EQ(to, kThere);
    sent.push_back(std::move(tensor));
  }
  void send_taken(const DeviceId& to, schemas::TensorTaken taken) override {
    EXPECT_EQ(to, kHere);
    takens.push_back(taken);
  }
  void task_ended(const DeviceTask& task, ModelTime) override { ended.push_back(task.place.step); }
  void run_ended(DeviceTask task, ModelTime) override { results.push_back(task.state); }
  void run_failed(const DeviceTask&, const std::string& reason) override { failures.push_back(reason); }
  void follow_results(const AppId& app) override { followed.push_back(app); }

  std::vector<std::pair<TaskId, ModelTime>> ends, guests;
  std::vector<schemas::AcceleratorAction> parts;
  std::vector<TaskId> used;
  Status at_work;
  std::vector<schemas::TensorSent> sent;
  std::vector<schemas::TensorTaken> takens;
  std::vector<std::uint32_t> ended;
  std::vector<schemas::RunState> results;
  std::vector<std::string> failures;
  std::vector<AppId> followed;
};

class OneDevice {
 public:
  explicit OneDevice(const schemas::CollaborationPlan& plan, const DeviceId& device = kHere)
      : runs(device, port, numbers_) {
    runs.serve(std::make_shared<schemas::CollaborationPlan>(plan), kStart);
  }
  void grant(std::uint64_t turn, ModelTime at = kNow, std::uint64_t start = kStart) {
    runs.on(schemas::RunGrant{{kApp, 40 + turn, 1}, 7, 0, at, start, turn}, kNow);
  }
  /// The last task that was to end does, and the next begins.
  void end_last() {
    const auto [id, end] = port.ends.back();
    runs.end(id, end);
    runs.start_tasks();
  }
  FakePort port;

 private:
  TaskNumbers numbers_;

 public:
  DeviceRuns runs;
};

TEST(DeviceRuns, StartNothingBeforeTheyAreToldTo) {
  OneDevice one(two_devices());
  one.grant(0);
  EXPECT_THAT(one.port.ends, IsEmpty());
  EXPECT_TRUE(one.runs.start_tasks());
  ASSERT_EQ(one.port.ends.size(), 1u);
  EXPECT_EQ(one.port.ends[0].second, kNow + 3ms);
  EXPECT_FALSE(one.runs.start_tasks()) << "the sensor is at work";
}

TEST(DeviceRuns, TakeARunThroughItsStepsAndHandItOver) {
  OneDevice here(two_devices());
  here.grant(0);
  here.runs.start_tasks();
  here.end_last();  // sensed
  for (const auto at : {4ms, 5ms, 6ms}) {
    here.runs.worked(here.port.used.back(), kNow + at, {1, 2, 3});
    EXPECT_EQ(here.port.ends.back().second, kNow + at);
    here.end_last();
  }
  EXPECT_THAT(here.port.parts,
              ElementsAre(schemas::AcceleratorAction::kLoad, schemas::AcceleratorAction::kInfer,
                          schemas::AcceleratorAction::kUnload));
  ASSERT_EQ(here.port.sent.size(), 1u);
  EXPECT_EQ(here.port.sent[0].ready, kNow + 6ms);
  EXPECT_EQ(here.port.sent[0].data, (schemas::Bytes{1, 2, 3}));

  OneDevice there(two_devices(), kThere);
  there.runs.on(here.port.sent[0], kNow + 6ms);
  there.runs.start_tasks();
  ASSERT_EQ(there.port.takens.size(), 1u);
  EXPECT_EQ(there.port.takens[0].end, kNow + 10ms);
  here.runs.on(there.port.takens[0], kNow + 6ms);
  here.end_last();
  there.end_last();
  there.end_last();
  EXPECT_THAT(here.runs.tasks(), IsEmpty());
  ASSERT_EQ(there.port.results.size(), 1u);
  const auto& state = there.port.results[0];
  EXPECT_EQ(state.key.run, 40u);
  EXPECT_EQ(state.began, kNow);
  EXPECT_DOUBLE_EQ(state.energy_uj, 12) << "six steps; the transfer's is counted once";
  EXPECT_THAT(state.devices, ElementsAre(kHere, kThere));
}

TEST(DeviceRuns, IgnoreWhatIsOfAnotherStartCameBeforeOrIsFarAhead) {
  OneDevice one(two_devices());
  one.grant(0, kNow, kStart + 1);
  one.grant(0, kNow + kFarthestAhead + 1ns);
  EXPECT_THAT(one.runs.tasks(), IsEmpty());
  one.grant(0);
  one.grant(0);
  EXPECT_EQ(one.runs.tasks().size(), 1u);
}

TEST(DeviceRuns, ATransferEndsByItsOwnReceiversWordOnly) {
  OneDevice one(two_devices());
  one.grant(0);
  one.runs.start_tasks();
  one.end_last();
  for (int part = 0; part < 3; ++part) {
    one.runs.worked(one.port.used.back(), kNow + 6ms);
    one.end_last();
  }
  const auto before = one.port.ends.size();
  const schemas::TensorTaken taken{{kApp, 40, 1}, 4, kNow + 6ms, kNow + 10ms};
  auto other = taken;
  other.key.run = 41;
  one.runs.on(other, kNow);
  other = taken;
  other.key.attempt = 2;
  one.runs.on(other, kNow);
  other = taken;
  other.step = 3;
  one.runs.on(other, kNow);
  EXPECT_EQ(one.port.ends.size(), before);
  one.runs.on(taken, kNow);
  one.runs.on(taken, kNow);
  ASSERT_EQ(one.port.ends.size(), before + 1) << "it is said once, however often it comes";
  EXPECT_EQ(one.port.ends.back().second, kNow + 10ms);
}

TEST(DeviceRuns, ATurnMayStartWhenTheOneBeforeItIsSkipped) {
  auto plan = two_devices();
  plan.order = schemas::TaskOrder::kCyclic;
  plan.units.push_back({kHere, schemas::Unit::kSensor, {{0, 0, 0}}, 3ms});
  OneDevice one(plan);
  one.grant(1);
  EXPECT_FALSE(one.runs.start_tasks()) << "turn 0 is first";
  one.runs.on(schemas::RunSkip{kApp, plan.id, kStart, 0, 1});
  EXPECT_TRUE(one.runs.start_tasks());
}

TEST(DeviceRuns, AFailedTaskFreesItsUnitsAndEndsItsRun) {
  OneDevice one(two_devices());
  one.grant(0);
  one.grant(1);
  one.runs.start_tasks();
  ASSERT_EQ(one.port.ends.size(), 1u) << "one senses at a time";
  one.runs.fail(one.port.ends.back().first, kNow + 5ms, "no");
  EXPECT_THAT(one.port.failures, ElementsAre("no"));
  EXPECT_EQ(one.runs.tasks().size(), 1u);
  one.runs.start_tasks();
  ASSERT_EQ(one.port.ends.size(), 2u);
  EXPECT_EQ(one.port.ends.back().second, kNow + 8ms);
}

TEST(DeviceRuns, WorkThatFailsFailsTheRun) {
  OneDevice one(two_devices());
  one.port.at_work = Error{ErrorCode::kNotFound, "no frames"};
  one.grant(0);
  one.runs.start_tasks();
  one.end_last();
  EXPECT_THAT(one.port.failures, ElementsAre("no frames"));
  EXPECT_THAT(one.port.ended, ElementsAre(0u)) << "the task has ended all the same";
  EXPECT_THAT(one.runs.tasks(), IsEmpty());
}

TEST(DeviceRuns, AnotherPlanForgetsWhatIsUnderWay) {
  OneDevice one(two_devices());
  one.grant(0);
  one.runs.start_tasks();
  const auto [id, end] = one.port.ends.back();
  one.runs.serve(std::make_shared<schemas::CollaborationPlan>(two_devices()), kStart + 1);
  one.runs.end(id, end);
  EXPECT_THAT(one.port.ended, IsEmpty());
  one.grant(0, kNow, kStart + 1);
  EXPECT_TRUE(one.runs.start_tasks()) << "units are idle again, and turn 0 is the first again";
  EXPECT_NE(one.port.ends.back().first, id) << "who was late with the old task must not end the new one";
  one.runs.forget();
  EXPECT_EQ(one.runs.plan(), nullptr);
  one.grant(1, kNow, kStart + 1);
  EXPECT_FALSE(one.runs.start_tasks());
}

TEST(DeviceRuns, AGuestBeginsWhenItsUnitsAreIdle) {
  OneDevice one(two_devices());
  one.grant(0);
  one.runs.start_tasks();
  one.end_last();  // the accelerator loads
  const auto guest = one.runs.add_guest({schemas::Unit::kAccelerator}, kNow);
  one.runs.start_tasks();
  EXPECT_THAT(one.port.guests, IsEmpty());
  one.runs.fail(one.port.used.back(), kNow + 4ms, "no");
  one.runs.start_tasks();
  EXPECT_THAT(one.port.guests, ElementsAre(std::pair(guest, kNow + 4ms)));
  const auto second = one.runs.add_guest({schemas::Unit::kAccelerator}, kNow);
  EXPECT_FALSE(one.runs.start_tasks());
  one.runs.end_guest(guest, kNow + 9ms);
  one.runs.start_tasks();
  EXPECT_THAT(one.port.guests.back(), std::pair(second, kNow + 9ms));
}

/// Two ways, which end on different devices: the runs' results come out in order all the same.
schemas::CollaborationPlan two_ways() {
  auto plan = two_devices();
  auto& pipeline = plan.pipelines[0];
  auto& other = pipeline.executions.emplace_back();
  other.source = other.target = kHere;
  other.chunks = pipeline.executions[0].chunks;
  other.steps = {step(TaskKind::kSense, kHere, 3ms), step(TaskKind::kUnpack, kHere, 1ms),
                 step(TaskKind::kInteract, kHere, 2ms)};
  pipeline.sequence = {0, 1};
  return plan;
}

TEST(DeviceRuns, ALastStepWaitsForTheRunBeforeItWhereverThatEnds) {
  OneDevice one(two_ways());
  EXPECT_THAT(one.port.followed, ElementsAre(kApp));
  one.runs.on(schemas::RunGrant{{kApp, 41, 1}, 7, 1, kNow, kStart, 1}, kNow);
  one.runs.start_tasks();
  one.end_last();
  one.end_last();
  EXPECT_EQ(one.port.ends.size(), 2u) << "sensed and unpacked: the rest waits";
  schemas::RunResult before;
  before.run = {{kApp, 40, 1}, 7, 0, kNow, 0, {}, kStart, 0};
  before.ended = kNow + 20ms;
  one.runs.on(before, kNow + 20ms);
  one.runs.start_tasks();
  ASSERT_EQ(one.port.ends.size(), 3u);
  EXPECT_EQ(one.port.ends.back().second, kNow + 22ms);
}

TEST(DeviceRuns, ALastStepDoesNotWaitForATurnThatIsSkipped) {
  OneDevice one(two_ways());
  one.runs.on(schemas::RunGrant{{kApp, 41, 1}, 7, 1, kNow, kStart, 1}, kNow);
  one.runs.start_tasks();
  one.end_last();
  one.end_last();
  one.runs.on(schemas::RunSkip{kApp, 7, kStart, 0, 1});
  one.runs.start_tasks();
  EXPECT_EQ(one.port.ends.back().second, kNow + 6ms);
}

}  // namespace
}  // namespace synergy::execution
