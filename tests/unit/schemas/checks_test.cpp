// What decode() refuses although every field is of the right type: values that handlers could not count with.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "samples.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas_test {
namespace {

/// What decoding says of a sample that `change` has spoilt; empty when nothing.
template <class T, class Change>
std::string complaint(Change change) {
  auto value = sample<T>();
  change(value);
  const auto back = from_msgpack<T>(to_msgpack(value));
  if (back) return {};
  EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
  return back.error().message;
}

/// Expects the sample to be refused once `change` has spoilt it, and the complaint to hold `part`.
template <class T, class Change>
void expect_refused(const std::string& part, Change change) {
  const auto message = complaint<T>(change);
  EXPECT_NE(message.find(part), std::string::npos) << "expected '" << part << "', found '" << message << "'";
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Checks, AcceptEverySample) {
  for (const auto& sample : messages_and_parts()) {
    const auto back = read(*sample.info, bytes_of(*sample.info, sample.value.get()));
    EXPECT_TRUE(back) << sample.info->name << ": " << back.error().message;
  }
}

TEST(Checks, NumbersAreFinite) {
  for (const double odd : {kInfinity, -kInfinity, std::nan("")}) {
    expect_refused<RunState>("energy_uj: the number is infinite", [&](auto& run) { run.energy_uj = odd; });
    expect_refused<BodyView>("time_scale: the number is infinite",
                             [&](auto& body) { body.time_scale = odd; });
  }
}

TEST(Checks, AnAppAndItsModelHavePlainNames) {
  const std::vector<std::string> refused{"", ".hidden", "a/b", "../x", "a b", "a\nb", std::string(65, 'a')};
  for (const auto& name : refused) {
    expect_refused<AppRequest>("'app' is '", [&](auto& app) { app.app = AppId(name); });
    expect_refused<AppRequest>("'model' is '", [&](auto& app) { app.model = ModelId(name); });
  }
  EXPECT_EQ(complaint<AppRequest>([](auto& app) { app.app = AppId(std::string(64, 'a')); }), "");
}

TEST(Checks, RatesAndTurnsStayInRange) {
  expect_refused<AppRequest>("'rate'", [](auto& app) { app.rate = 1e-10; });
  expect_refused<AppRequest>("'rate'", [](auto& app) { app.rate = -1; });
  EXPECT_EQ(complaint<AppRequest>([](auto& app) { app.rate = 0; }), "");
  expect_refused<RunSkip>("'turns'", [](auto& skip) { skip.turns = kMaxTurnsSkipped + 1; });
  expect_refused<RunSkip>("'turns'", [](auto& skip) { skip.turns = std::uint64_t(1) << 62; });
}

TEST(Checks, AnErrorOfAHugeNameIsShort) {
  EXPECT_LT(complaint<AppRequest>([](auto& app) { app.app = AppId(std::string(1u << 20, 'a')); }).size(),
            300u);
}

TEST(Checks, ARequirementNamesACapability) {
  expect_refused<AppSubmit>("request: sensing: 'needs' has 0 bytes; allowed: 1 to 64",
                            [](auto& submit) { submit.request.sensing.needs.clear(); });
  expect_refused<AppRequest>("'needs' has 65 bytes",
                             [](auto& app) { app.interaction.needs = std::string(65, 'x'); });
  expect_refused<AppRequest>("'on' is 'a b'", [](auto& app) { app.sensing.on = DeviceId("a b"); });
  EXPECT_EQ(complaint<AppRequest>([](auto& app) { app.sensing.on = {}; }), "");
}

TEST(Checks, RunNumbersCanBeAddedUp) {
  expect_refused<AppRequest>("'runs' must be from 0 to 1000000000000000; it is 1000000000000001",
                             [](auto& app) { app.runs = kMaxRuns + 1; });
  expect_refused<AppStatus>("have not ended", [](auto& app) {
    app.first_run = app.completed = app.failed = 0;
    app.next_run = kMaxOpenRuns + 1;
  });
  expect_refused<AppStatus>("first_run", [](auto& app) { app.first_run = kMaxRunNumber + 1; });
  expect_refused<AppStatus>("next_run", [](auto& app) { app.next_run = kMaxRunNumber + 1; });
  expect_refused<RunKey>("run", [](auto& key) { key.run = std::numeric_limits<std::uint64_t>::max(); });
  expect_refused<RunKey>("'attempt' must be from 1 to", [](auto& key) { key.attempt = 0; });
}

TEST(Checks, ABodyHasDevicesOfDifferentPlainNames) {
  expect_refused<BodyView>("'devices' has 0 items; allowed: 1 to 64",
                           [](auto& body) { body.devices.clear(); });
  expect_refused<BodyView>("given twice", [](auto& body) { body.devices[1].id = body.devices[0].id; });
  expect_refused<BodyView>("devices: [1]: 'id' is 'a/b'",
                           [](auto& body) { body.devices[1].id = DeviceId("a/b"); });
  expect_refused<Body>("given twice", [](auto& body) { body.devices[1].id = body.devices[0].id; });
  expect_refused<Body>("'devices' has 65 items", [](auto& body) {
    const auto device = body.devices[0];
    body.devices.assign(65, device);
  });
  expect_refused<BodyView>("'stranger' is absent", [](auto& body) { body.absent = {DeviceId("stranger")}; });
}

TEST(Checks, ABodyViewHasEveryProfileThatItsDevicesName) {
  expect_refused<BodyView>("no device profile 'other'",
                           [](auto& body) { body.devices[0].profile = "other"; });
  expect_refused<BodyView>("no sensor profile 'other'",
                           [](auto& body) { body.devices[0].sensors[0].capability = "other"; });
  expect_refused<BodyView>("no actuator profile 'other'", [](auto& body) {
    body.devices[1].actuators = {"first", "other"};
  });
}

TEST(Checks, ASensorsSourcesAreFew) {
  expect_refused<SensorSource>("'shape' has 65 items", [](auto& source) { source.shape.assign(65, 1); });
  expect_refused<Sensor>("'sources' has 65 items", [](auto& sensor) { sensor.sources->resize(65); });
  EXPECT_EQ(complaint<Sensor>([](auto& sensor) { sensor.sources.reset(); }), "");
}

TEST(Checks, ADeviceHasASensorOnce) {
  expect_refused<Device>("twice; a sensor may have several sources",
                         [](auto& device) { device.sensors[1].capability = device.sensors[0].capability; });
}

TEST(Checks, TimeNeitherStopsNorRunsOver) {
  for (const double scale : {0.0, -1.0, 1e-300, 0.001, 1e7, 1e300}) {
    expect_refused<BodyView>("time_scale", [&](auto& body) { body.time_scale = scale; });
    expect_refused<Body>("time_scale", [&](auto& body) { body.time_scale = scale; });
  }
}

TEST(Checks, FiguresCanBeCountedWith) {
  expect_refused<Figure>("'value' must be from 0 to 1000000000; it is",
                         [](auto& figure) { figure.value = -1; });
  expect_refused<Figure>("'value' must be from 0 to 1000000000; it is",
                         [](auto& figure) { figure.value = 1.001e9; });
  EXPECT_EQ(complaint<Figure>([](auto& figure) { figure.value = 0; }), "");
  expect_refused<Figure>("'value' must be from 0 to 1000000000; it is 1e+300",
                         [](auto& figure) { figure.value = 1e300; });
  expect_refused<DeviceProfile>("'cnn_clock_mhz' must be at least 0.001 MHz",
                                [](auto& profile) { profile.cnn_clock_mhz.value = 0; });
  expect_refused<DeviceProfile>("'mcu_clock_mhz' must be at least 0.001 MHz",
                                [](auto& profile) { profile.mcu_clock_mhz.value = 1e-9; });
  expect_refused<DeviceProfile>("'measured_at_mcu_mhz' must be at least 0.001 MHz",
                                [](auto& profile) { profile.measured_at_mcu_mhz.value = 1e-9; });
  EXPECT_EQ(complaint<DeviceProfile>([](auto& profile) { profile.measured_at_mcu_mhz.value = 0; }), "");
  for (const double mwh : {0.0, 1e-9})
    expect_refused<DeviceProfile>("'battery_mwh' must be at least 0.001 mWh",
                                  [=](auto& profile) { profile.battery_mwh->value = mwh; });
  expect_refused<DeviceProfile>("'sram_for_tensors_bytes' must be at most 'sram_bytes'", [](auto& profile) {
    profile.sram_for_tensors_bytes.value = profile.sram_bytes.value + 1;
  });
  expect_refused<DeviceProfile>("'mcu_active_mw' must be at least 'mcu_sleep_mw'", [](auto& profile) {
    profile.mcu_sleep_mw.value = profile.mcu_active_mw.value + 1;
  });
  expect_refused<LinkProfile>("bytes_per_second", [](auto& link) { link.bytes_per_second.value = 1e-6; });
  EXPECT_EQ(complaint<LinkProfile>([](auto& link) { link.bytes_per_second.value = 0; }), "");
}

TEST(Checks, APlanOnlyNamesChunksThatItHas) {
  const auto execution = [](auto& plan) -> auto& { return plan.pipelines[0].executions[1]; };
  expect_refused<CollaborationPlan>(
      "pipelines: [0]: executions: [1]: step 1 is of chunk 3, there are 3", [&](auto& plan) {
        execution(plan).steps[1].kind = TaskKind::kInfer;
        execution(plan).steps[1].unloads = execution(plan).steps[1].loads = false;
        execution(plan).steps[1].chunk = 3;
      });
  expect_refused<CollaborationPlan>("step 1 is of chunk 3, there are 3", [&](auto& plan) {
    execution(plan).steps[1].unloads = execution(plan).steps[1].loads = true;
    execution(plan).steps[1].chunk = 2;  // from the last chunk to the one behind it
  });
  expect_refused<CollaborationPlan>("'chunks' has 0 items; allowed: at least 1",
                                    [&](auto& plan) { execution(plan).chunks.clear(); });
  expect_refused<CollaborationPlan>("'steps' has 0 items",
                                    [&](auto& plan) { execution(plan).steps.clear(); });
  expect_refused<Chunk>("last layer is before",
                        [](auto& chunk) { chunk.last_layer = chunk.first_layer - 1; });
}

TEST(Checks, APlansBuffersSequencesAndCyclesStayInRange) {
  const auto buffer = [](auto& plan) -> auto& { return plan.buffers[1]; };
  expect_refused<ExecutionPlan>("held to step 2, there are 2",
                                [&](auto& plan) { buffer(plan).last_step = 2; });
  expect_refused<ExecutionPlan>("left before it is taken", [&](auto& plan) { buffer(plan).last_step = 0; });
  expect_refused<TensorBuffer>("'slots' must be from 1 to 256; it is 0", [](auto& made) { made.slots = 0; });
  expect_refused<TensorBuffer>("'slots'", [](auto& made) { made.slots = 1u << 31; });
  expect_refused<PipelinePlan>("'sequence' names execution plan 2, there are 2", [](auto& pipeline) {
    pipeline.sequence = {0, 2, 1};
  });
  expect_refused<PipelinePlan>("'sequence' has 2 entries, 'runs_per_cycle' is 3", [](auto& pipeline) {
    pipeline.sequence = {0, 1};
  });
  for (const std::uint32_t wrong : {0u, kMaxRunsPerCycle + 1})
    expect_refused<PipelinePlan>("'runs_per_cycle' must be from 1 to 256",
                                 [&](auto& pipeline) { pipeline.runs_per_cycle = wrong; });
  expect_refused<CollaborationPlan>("a task that the plan does not have", [](auto& plan) {
    plan.units[0].order[0].run = plan.pipelines[0].runs_per_cycle;
  });
}

TEST(Checks, AnAppsRateAndDeadlineAreAmounts) {
  for (const double wrong : {-1.0, std::nan(""), HUGE_VAL}) {
    expect_refused<AppRequest>("min_rate", [&](auto& app) { app.min_rate = wrong; });
    expect_refused<AppRequest>("deadline_us", [&](auto& app) { app.deadline_us = wrong; });
  }
}

TEST(Checks, AnAppDoesNotAskForLessThanItInsistsOn) {
  expect_refused<AppRequest>("'rate' is 5, below 'min_rate', which is 10: raise 'rate', lower 'min_rate'",
                             [](auto& app) {
                               app.rate = 5;
                               app.min_rate = 10;
                             });
  for (const double rate : {0.0, 10.0, 11.0})
    EXPECT_EQ(complaint<AppRequest>([&](auto& app) {
                app.rate = rate;
                app.min_rate = 10;
              }),
              "");
}

TEST(Checks, AnAppsWeightIsAboveZero) {
  for (const double wrong : {0.0, -1.0, 1e7, std::nan("")})
    expect_refused<AppRequest>("weight", [&](auto& app) { app.weight = wrong; });
}

TEST(Checks, AReceiverSpendsNoMoreThanTheWholeTransfer) {
  const auto spend = [](double energy_uj, double receiver_uj) {
    return [=](auto& execution) {
      execution.steps[0].energy_uj = energy_uj;
      execution.steps[0].receiver_energy_uj = receiver_uj;
    };
  };
  expect_refused<ExecutionPlan>("step 0: 'receiver_energy_uj' is more than its 'energy_uj'", spend(2, 2.5));
  EXPECT_EQ(complaint<ExecutionPlan>(spend(2, 2)), "");
}

TEST(Checks, OnlyATransferIsStreamed) {
  for (const auto streams : {&Step::unloads, &Step::loads})
    expect_refused<ExecutionPlan>("step 1 is streamed; only a transfer is", [&](auto& plan) {
      plan.steps[1].kind = TaskKind::kInfer;
      plan.steps[1].unloads = plan.steps[1].loads = false;
      plan.steps[1].*streams = true;
    });
}

TEST(Checks, OnlyASwitchLoadsWeights) {
  expect_refused<ExecutionPlan>("step 1 loads weights; only a switch does", [](auto& plan) {
    plan.steps[1].kind = TaskKind::kInfer;
    plan.steps[1].unloads = plan.steps[1].loads = false;
    plan.steps[1].reloads = true;
  });
}

TEST(Checks, AStepTakesSomeTimeAndATransferGoesSomewhere) {
  expect_refused<Step>("'duration_ns' must be from 0 to 864000000000000",
                       [](auto& step) { step.duration = Duration(-1); });
  expect_refused<Step>("'duration_ns' must be from 0 to 864000000000000",
                       [](auto& step) { step.duration = std::chrono::hours(241); });
  expect_refused<Step>("receiver", [](auto& step) {
    step.kind = TaskKind::kTransfer;
    step.to = {};
  });
  expect_refused<Step>("to itself", [](auto& step) {
    step.kind = TaskKind::kTransfer;
    step.to = step.device;
  });
  expect_refused<Step>("'bytes'", [](auto& step) { step.bytes = kMaxTensorBytes + 1; });
}

TEST(Checks, ASoundIsMonoOfTwoBytesASample) {
  EXPECT_EQ(complaint<FrameFeed>([](auto& feed) {
              feed.shape = {3};
              feed.data.resize(6);
            }),
            "");
  expect_refused<FrameFeed>("sound is 'dtype' int16; it is uint8",
                            [](auto& feed) { feed.dtype = ElementType::kUint8; });
  expect_refused<FrameFeed>("a frame of int16 is sound: say its 'sound_rate'",
                            [](auto& feed) { feed.sound_rate = 0; });
  expect_refused<FrameFeed>("sound is mono, with one axis: its samples; 'shape' is (1, 1)", [](auto& feed) {
    feed.shape = {1, 1};
  });
  expect_refused<FrameFeed>(
      "a frame of (2,) has 2 values, and 'data' 2 bytes: two bytes a value are expected",
      [](auto& feed) { feed.shape = {2}; });
  expect_refused<FrameFeed>("'sound_rate' must be 0 or from 4000 to 192000; it is 5",
                            [](auto& feed) { feed.sound_rate = 5; });
  EXPECT_EQ(complaint<FrameFeed>([](auto& feed) {
              feed.dtype = ElementType::kUint8;
              feed.sound_rate = 0;
              feed.shape = {1, 2};
            }),
            "");
}

TEST(Checks, AnInputIsAPictureOrASound) {
  expect_refused<InputDescription>("an input is a 'picture' or a 'sound', not both", [](auto& input) {
    input.sound = SoundDescription{16000, {}};
  });
  const auto sound = [](SoundDescription made) {
    return complaint<InputDescription>([&](auto& input) {
      input.picture.reset();
      input.sound = made;
    });
  };
  EXPECT_EQ(sound({4000, 1}), "");
  EXPECT_EQ(sound({48000, 256}), "");
  EXPECT_EQ(sound({3999, {}}), "sound: 'rate' must be from 4000 to 48000; it is 3999");
  EXPECT_EQ(sound({48001, {}}), "sound: 'rate' must be from 4000 to 48000; it is 48001");
  EXPECT_EQ(sound({16000, 0}), "sound: 'gain' must be from 1 to 256; it is 0");
  EXPECT_EQ(sound({16000, 257}), "sound: 'gain' must be from 1 to 256; it is 257");
}

TEST(Checks, APipelineCanBeRun) {
  expect_refused<PipelinePlan>("'executions' has 0 items", [](auto& plan) { plan.executions.clear(); });
  expect_refused<PipelinePlan>("'depth' must be from 1 to 256; it is 0", [](auto& plan) { plan.depth = 0; });
  expect_refused<PipelinePlan>("'depth' must be from 1 to 256; it is 257",
                               [](auto& plan) { plan.depth = kMaxRunsInFlight + 1; });
  expect_refused<PipelinePlan>("'output_width' must be 8 or 32; it is 0",
                               [](auto& plan) { plan.output_width = 0; });
  expect_refused<PipelinePlan>("'input_bytes'",
                               [](auto& plan) { plan.input_bytes = std::uint64_t(1) << 60; });
  expect_refused<PipelinePlan>("'input' is 12 x 4 x 5, 'input_bytes' 241",
                               [](auto& plan) { ++plan.input_bytes; });
  expect_refused<PipelinePlan>("a frame has no channels", [](auto& plan) { plan.input.rows = 0; });
  expect_refused<PipelinePlan>("'picture': a picture has 1 channel (grey) or 3",
                               [](auto& plan) { plan.picture->fold = 3; });
  EXPECT_EQ(complaint<PipelinePlan>([](auto& plan) { plan.picture.reset(); }), "");
  EXPECT_EQ(complaint<PipelinePlan>([](auto& plan) { plan.input = {}; }), "")
      << "earlier plans do not tell it";
  expect_refused<ExecutionPlan>("'share'", [](auto& plan) { plan.share = 1.5; });
}

TEST(Checks, APlanServesAnAppOnceAndOrdersOnlyItsOwnTasks) {
  expect_refused<CollaborationPlan>("two pipelines",
                                    [](auto& plan) { plan.pipelines[1].app = plan.pipelines[0].app; });
  for (const TaskRef task : {TaskRef{2, 0, 0}, TaskRef{0, 2, 0}, TaskRef{0, 0, 2}})
    expect_refused<CollaborationPlan>("a task that the plan does not have",
                                      [&](auto& plan) { plan.units[1].order[0] = task; });
}

TEST(Checks, ModelTimesLieOnTheModelTimeLine) {
  for (const ModelTime odd : {ModelTime{Duration(-1)}, ModelTime::min(), ModelTime::max()}) {
    expect_refused<RunGrant>("not_before_ns", [&](auto& grant) { grant.not_before = odd; });
    expect_refused<TensorSent>("ready_ns", [&](auto& sent) { sent.ready = odd; });
    expect_refused<AcceleratorDo>("begin_ns", [&](auto& operation) { operation.begin = odd; });
    expect_refused<RunState>("began_ns", [&](auto& run) { run.began = odd; });
    EXPECT_NE(complaint<TensorTaken>([&](auto& taken) { taken.begin = taken.end = odd; }), "");
  }
  expect_refused<TensorTaken>("ends before", [](auto& taken) { taken.end = taken.begin - Duration(1); });
  expect_refused<AcceleratorDone>("ends before", [](auto& done) { done.end = done.begin - Duration(1); });
  expect_refused<RunResult>("ends before",
                            [](auto& result) { result.ended = result.run.began - Duration(1); });
}

TEST(Checks, ARunCrossesDevicesWithPlainNames) {
  expect_refused<RunResult>("run: an item of 'devices' is 'a > b'",
                            [](auto& result) { result.run.devices = {DeviceId("a > b")}; });
}

TEST(Checks, ATraceHasTasksThatCanBeDrawn) {
  expect_refused<TaskTable>("tasks: [1]: 'app' is 'a<b'",
                            [](auto& table) { table.tasks[1].app = AppId("a<b"); });
  expect_refused<TaskTable>("ends before",
                            [](auto& table) { table.tasks[0].end = table.tasks[0].begin - Duration(1); });
  expect_refused<TaskTable>(
      "begin_ns", [](auto& table) { table.tasks[0].begin = table.tasks[0].end = ModelTime{Duration(-1)}; });
  expect_refused<TaskTable>("'units' has 7 items",
                            [](auto& table) { table.tasks[0].units.assign(7, Unit::kCpu); });
  expect_refused<TaskTable>("'tasks' has 8193 items",
                            [](auto& table) { table.tasks.resize(8193, table.tasks[0]); });
  expect_refused<TaskTable>("'device' is '", [](auto& table) { table.device = DeviceId("\"><script>"); });
  expect_refused<TaskTable>("now_ns", [](auto& table) { table.now = ModelTime::max(); });
  expect_refused<QueryTasks>("'last_ns' must be from 0 to 864000000000000; it is -1",
                             [](auto& query) { query.last = Duration(-1); });
  expect_refused<QueryTasks>("since_ns", [](auto& query) { query.since = ModelTime::min(); });
}

TEST(Checks, UseIsMadeOfShareAndAmounts) {
  expect_refused<MeshUse>("units: [0]: 'busy'", [](auto& use) { use.units[0].busy = 1.01; });
  expect_refused<MeshUse>("units: [1]: 'device' is '",
                          [](auto& use) { use.units[1].device = DeviceId("a\nb"); });
  expect_refused<MeshUse>("'energy_uj'", [](auto& use) { use.pipelines[0].energy_uj = -1; });
  expect_refused<MeshUse>("pipelines: [0]: 'app' is '", [](auto& use) { use.pipelines[0].app = AppId(); });
  expect_refused<MeshUse>("'process' has ", [](auto& use) { use.processes[0].process.clear(); });
  expect_refused<MeshUse>("'window_ns'", [](auto& use) { use.window = Duration(-1); });
  expect_refused<MeshUse>("'lag_p99_us'", [](auto& use) { use.lag_p99_us = -1; });
}

TEST(Checks, AHeartbeatIsSmall) {
  expect_refused<Health>("'process' has ", [](auto& health) { health.process.clear(); });
  expect_refused<Health>("'process' has ", [](auto& health) { health.process = std::string(129, 'p'); });
  expect_refused<Health>("'note' has 513 bytes", [](auto& health) { health.note = std::string(513, 'n'); });
  expect_refused<Health>("'counters' has ", [](auto& health) {
    for (int i = 0; i < 65; ++i) health.counters["c" + std::to_string(i)] = 1;
  });
}

TEST(Checks, AnEnvelopesTextsAreShort) {
  expect_refused<Envelope>("'sender'", [](auto& envelope) { envelope.sender.clear(); });
  expect_refused<Envelope>("'sender'", [](auto& envelope) { envelope.sender = std::string(129, 's'); });
  expect_refused<Envelope>("'request_id'",
                           [](auto& envelope) { envelope.request_id = std::string(129, 'r'); });
}

}  // namespace
}  // namespace synergy::schemas_test
