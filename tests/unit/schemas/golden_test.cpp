// The bytes on the wire, pinned: a change that other programs would notice fails here. Every message has a
// file in tests/data/messages. Eight values were written by hand; of the other messages it is the sample
// (samples.hpp), so that a field or a name of an enum that is added changes the file, too. With
// SYNERGY_WRITE_GOLDEN set, the files are written instead, to be looked at and committed with a new version.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "samples.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas_test {
namespace {

std::string hex_of(const Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
    text += i % 32 == 31 || i + 1 == bytes.size() ? '\n' : ' ';
  }
  return text;
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  int half = -1;
  for (const char c : hex) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
    if (half < 0)
      half = digit;
    else
      bytes.push_back(std::uint8_t(std::exchange(half, -1) << 4 | digit));
  }
  return bytes;
}

Envelope golden_envelope() {
  Envelope envelope;
  envelope.sender = "dispatcher";
  envelope.instance = 0x0123456789abcdef;
  envelope.sequence = 7;
  envelope.request_id = "cli#1.1";
  envelope.sent_unix_ns = UnixTime(Duration(1'700'000'000'000'000'000));
  envelope.deadline_unix_ns = UnixTime(Duration(1'700'000'005'000'000'000));
  return envelope;
}

AppRequest digits_app() {
  return {AppId("digits"),
          ModelId("digits"),
          {"camera", DeviceId("glasses")},
          {"display", DeviceId("watch")},
          100,
          2,
          -1};
}

RunState digits_run() {
  return {{AppId("digits"), 41, 2},         3,      0,
          ModelTime(Duration(123'456'789)), 1234.5, {DeviceId("glasses"), DeviceId("watch")}};
}

RunResult digits_result() {
  RunResult result;
  result.run = digits_run();
  result.ended = ModelTime(Duration(223'456'789));
  result.label = 7;
  result.score = -123456;
  result.label_name = "7";
  result.output = {0x00, 0x7f, 0x80, 0xff};
  result.lag = Duration(-5);
  return result;
}

TensorSent digits_tensor() {
  return {digits_run(), 5, DeviceId("glasses"), ModelTime(Duration(150'000'000)), {0x01, 0x80, 0xff, 0x00}};
}

CollaborationPlan digits_plan() {
  ExecutionPlan execution;
  execution.share = 0.75;
  execution.source = DeviceId("glasses");
  execution.target = DeviceId("watch");
  execution.chunks = {{DeviceId("glasses"), 0, 2}, {DeviceId("watch"), 3, 4}};
  execution.steps = {
      {TaskKind::kSense, DeviceId("glasses"), {}, 0, Duration(9'000'000), 0, 0.5},
      {TaskKind::kTransfer, DeviceId("glasses"), DeviceId("watch"), 0, Duration(4'000'000), 2744, 12, 5.5}};
  execution.latency = Duration(45'000'000);
  execution.energy_uj = 321.25;
  execution.buffers = {{DeviceId("glasses"), 0, 1, 784, 2}};
  execution.generated = true;
  PipelinePlan pipeline;
  pipeline.app = AppId("digits");
  pipeline.model = ModelId("digits");
  pipeline.sensing = "camera";
  pipeline.model_digest = "00ff";
  pipeline.result = ResultKind::kSoftmax;
  pipeline.output_width = 32;
  pipeline.labels = {"0", "1"};
  pipeline.input_bytes = 784;
  pipeline.input = {1, 28, 28};
  pipeline.expects = "camera";
  pipeline.executions = {execution};
  pipeline.sequence = {0, 0};
  pipeline.depth = 3;
  pipeline.priority = -2;
  pipeline.runs_per_second = 22.5;
  pipeline.runs_per_cycle = 2;
  pipeline.cycle = Duration(80'000'000);
  pipeline.paced = true;
  pipeline.energy_uj = 321.25;
  pipeline.bottleneck = "its own rate";
  CollaborationPlan plan;
  plan.id = 12;
  plan.body = "mixed-4";
  plan.policy = "synergy";
  plan.objective = Objective::kEnergy;
  plan.status = PlanStatus::kBounded;
  plan.stopped_by = StoppedBy::kNodes;
  plan.nodes_spent = 70'000;
  plan.pipelines = {pipeline};
  plan.units = {{DeviceId("watch"), Unit::kRx, {{0, 0, 1, 1, 1}}, Duration(4'000'000)}};
  plan.memory = {{DeviceId("watch"), 1000, 20, 2, 784}};
  plan.devices = {{DeviceId("glasses"), 52.5, 13.5}, {DeviceId("watch"), 1.625, {}}};
  plan.rounds_per_second = 22.5;
  plan.latency = Duration(45'000'000);
  plan.energy_uj = 400.5;
  plan.bottleneck = "watch rx";
  plan.reason = "the only one that fits";
  plan.planning_us = 1500;
  return plan;
}

Health digits_health() {
  return {"executor/glasses",   0xffffffffffffffff,    4711,
          LifeCycle::kDraining, "waits for the store", {{"bus.gaps", 0}, {"bus.sent", 70000}}};
}

MeshUse digits_use() {
  MeshUse use;
  use.window = Duration(5'000'000'000);
  use.time_scale = 2;
  use.plan_id = 12;
  use.rounds_per_second = 22.25;
  use.predicted_rounds_per_second = 22.5;
  use.planning_us = 1500;
  use.switch_us = 250'000;
  use.lag_p99_us = 812.5;
  use.units = {{DeviceId("watch"), Unit::kRx, 0.75, 3}};
  use.pipelines = {
      {AppId("digits"), 55, 1, 22.25, 11.125, 22.5, 44'000, 46'000, 48'000, 120, 812.5, 321.25, 320.5}};
  use.devices = {{DeviceId("glasses"), 52.75, 52.5, 10.5, 10.625, 100},
                 {DeviceId("watch"), {}, 1.625, {}, 341.5, 42}};
  use.processes = {{"executor/watch", 640, {10, 20, 3000, 4000, 1, 2, 3}}};
  use.bus = {100, 200, 30'000, 40'000, 5, 6, 7};
  return use;
}

TaskTable digits_tasks() {
  TaskTable table{DeviceId("watch"), ModelTime(Duration(223'456'789)), true, {}};
  table.tasks = {{AppId("digits"),
                  41,
                  2,
                  TaskKind::kLoad,
                  6,
                  1,
                  {Unit::kCpu, Unit::kAccelerator},
                  ModelTime(Duration(200'000'000)),
                  ModelTime(Duration(201'500'000))}};
  return table;
}

const std::filesystem::path kFolder = std::filesystem::path(SYNERGY_SOURCE_DIR) / "tests/data/messages";

/// The committed bytes; `bytes` are written there first where that is asked for.
Bytes golden(std::string_view name, const Bytes& bytes) {
  const auto path = kFolder / (std::string(name) + ".hex");
  if (std::getenv("SYNERGY_WRITE_GOLDEN") != nullptr) std::ofstream(path) << hex_of(bytes);
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << path << " is missing; see the head of golden_test.cpp";
  EXPECT_EQ(hex_of(bytes), text);
  return from_hex(text);
}

/// By the message's name.
std::map<std::string_view, Bytes> written_by_hand() {
  std::map<std::string_view, Bytes> all;
  const auto add = [&all]<class T>(const T& message) { all[T::kMessage.name] = to_msgpack(message); };
  add(AppSubmit{digits_app()});
  add(digits_result());
  add(digits_tensor());
  add(digits_plan());
  add(digits_health());
  add(digits_use());
  add(digits_tasks());
  add(QueryTasks{ModelTime(Duration(123'456'789)), Duration(2'000'000'000)});
  return all;
}

TEST(GoldenBytes, Envelope) {
  const auto bytes = golden("envelope", seal(golden_envelope(), Join{}));
  const auto status = open(bytes, [](const Envelope& envelope, Node body) -> Status {
    EXPECT_EQ(envelope.schema, "bus.join");
    EXPECT_EQ(envelope.version, 1u);
    EXPECT_EQ(envelope.oldest_reader, 1u);
    EXPECT_EQ(envelope.sender, "dispatcher");
    EXPECT_EQ(envelope.instance, 0x0123456789abcdefu);
    EXPECT_EQ(envelope.sequence, 7u);
    EXPECT_EQ(envelope.request_id, "cli#1.1");
    EXPECT_EQ(envelope.sent_unix_ns.time_since_epoch().count(), 1'700'000'000'000'000'000);
    EXPECT_EQ(envelope.deadline_unix_ns.time_since_epoch().count(), 1'700'000'005'000'000'000);
    Join join;
    return decode(body, join);
  });
  EXPECT_TRUE(status);
}

TEST(GoldenBytes, OfEveryMessageAreAsCommitted) {
  auto by_hand = written_by_hand();
  for (const auto& message : messages()) {
    const auto name = message.message->name;
    SCOPED_TRACE(name);
    const auto hand = by_hand.extract(name);
    const auto bytes = hand.empty() ? bytes_of(*message.info, message.value.get()) : hand.mapped();
    const auto back = read(*message.info, golden(name, bytes));
    EXPECT_TRUE(back) << back.error().message;
    if (back) {
      EXPECT_EQ(bytes_of(*message.info, back->get()), bytes);
    }
  }
  for (const auto& [name, bytes] : by_hand) ADD_FAILURE() << name << " is no message of the list";
}

TEST(GoldenBytes, EveryFileIsOfAMessage) {
  std::set<std::string> known{"envelope.hex"};
  for (const auto& message : messages()) known.insert(std::string(message.message->name) + ".hex");
  std::set<std::string> there;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) there.insert(file.path().filename());
  EXPECT_EQ(there, known);
}

TEST(GoldenBytes, AWholeMessageAsJson) {
  const auto json = message_to_json(seal(golden_envelope(), digits_result()));
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(
      *json,
      R"({"schema":"run.result","version":1,"oldest_reader":1,"sender":"dispatcher",)"
      R"("instance":81985529216486895,"sequence":7,"request_id":"cli#1.1",)"
      R"("sent_unix_ns":1700000000000000000,"deadline_unix_ns":1700000005000000000,"body":{)"
      R"("run":{"key":{"app":"digits","run":41,"attempt":2},"plan_id":3,"execution":0,"began_ns":123456789,)"
      R"("energy_uj":1234.5,"devices":["glasses","watch"],"start":0,"turn":0,"generated":false,"frame":null},"ended_ns":223456789,)"
      R"("label":7,"score":-123456,)"
      R"("label_name":"7","output":{"bytes":4},"lag_ns":-5}})");
}

}  // namespace
}  // namespace synergy::schemas_test
