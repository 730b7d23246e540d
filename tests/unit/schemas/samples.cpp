#include "samples.hpp"

#include <algorithm>
#include <concepts>
#include <map>
#include <optional>

#include "synergy/base/check.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/conflict.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas_test {
namespace {

/// Gives every field a value that differs from its default and from the other fields'.
class Filler {
 public:
  template <Described T>
  void fill(T& value) {
    for_each_field<T>([&](const auto& field) { fill(value.*(field.member)); });
  }
  void fill(bool& value) { value = !value; }
  void fill(double& value) { value = double(next()) + 0.5; }
  void fill(std::string& value) { value = "text " + std::to_string(next()); }
  void fill(Bytes& value) { value = {std::uint8_t(next()), 0x00, 0xff}; }
  void fill(Duration& value) { value = Duration(next() << 33); }
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void fill(T& value) {
    // Above 32 bits where the type has room, and negative where it has a sign.
    value = T(next() + (sizeof(T) == 8 ? std::int64_t(1) << 40 : 100));
    if (std::is_signed_v<T>) value = T(-value);
  }
  void fill(Extent& value) {
    fill(value.rows);
    fill(value.columns);
  }
  template <class T>
  requires requires { typename T::clock; }
  void fill(T& value) { value = T(Duration(next() << 33)); }
  template <NamedEnum E>
  void fill(E& value) {
    value = value == kEnumNames<E>.back().first ? kEnumNames<E>.front().first : kEnumNames<E>.back().first;
  }
  template <class Tag>
  void fill(StrongId<Tag>& value) {
    value = StrongId<Tag>("id-" + std::to_string(next()));
  }
  template <class T>
  void fill(std::vector<T>& value) {
    for (int i = 0; i < 2; ++i) {
      T item{};
      fill(item);
      value.push_back(std::move(item));
    }
  }
  template <class T>
  void fill(std::optional<T>& value) {
    value.emplace();
    fill(*value);
  }
  template <class T>
  void fill(std::map<std::string, T>& value) {
    for (const char* name : {"first", "second"}) fill(value[name]);
  }

 private:
  std::int64_t next() { return ++count_; }
  std::int64_t count_ = 0;
};

/// Makes a filled value one that its check() accepts; most are as they come.
struct Corrector {
  template <Described T>
  void correct(T& value) {
    for_each_field<T>([&](const auto& field) { correct(value.*(field.member)); });
    adjust(value);
  }
  template <class T>
  requires(!Described<T>) void correct(T&) {}
  template <class T>
  void correct(std::vector<T>& values) {
    for (auto& value : values) correct(value);
  }
  template <class T>
  void correct(std::map<std::string, T>& values) {
    for (auto& [name, value] : values) correct(value);
  }
  template <class T>
  void correct(std::optional<T>& value) {
    if (value) correct(*value);
  }

 private:
  template <class T>
  static void adjust(T&) {}
  static void adjust(BodyView& body) {
    for (auto& device : body.devices) {
      device.profile = "first";
      device.actuators = {"first", "second"};
      for (std::size_t i = 0; i < device.sensors.size(); ++i)
        device.sensors[i].capability = i == 0 ? "first" : "second";
    }
    body.absent = {body.devices[1].id};
  }
  static void adjust(DeviceProfile& profile) {  // later fields have larger values; these must not
    std::swap(profile.sram_bytes.value, profile.sram_for_tensors_bytes.value);
    std::swap(profile.mcu_active_mw.value, profile.mcu_sleep_mw.value);
    profile.harvest.reset();  // it has a battery
    profile.store.reset();
    profile.checkpoint.reset();
  }
  static void adjust(EfficiencyPoint& point) {
    point.input_uw.reset();  // it goes by current
    point.stored.value = 0.5;
  }
  static void adjust(HarvestProfile& harvest) {
    harvest.rectifier_efficiency.value = harvest.cold_start_efficiency.value = 0.5;
  }
  static void adjust(StoreProfile& store) {
    store.off_v.value = 2;
    store.on_v.value = 3;
    store.max_v.value = 3.5;
    store.output_efficiency.value = store.margin.value = 0.5;
  }
  static void adjust(FrameShape& shape) { shape = {3, 4, 5}; }
  static void adjust(FrameFeed& feed) {  // a sound: int16 is the last of the types
    feed.shape = {1};
    feed.sound_rate = 16000;
    feed.data.resize(2);
  }
  static void adjust(SoundDescription& sound) { sound = {16000, 16}; }
  static void adjust(PictureDescription& picture) { picture.fold = 2; }
  static void adjust(InputDescription& input) {
    input.channels = 12;
    input.sound.reset();  // it is a picture
  }
  static void adjust(BodyChange& change) { change.battery_percent = 50; }
  static void adjust(Step& step) {
    step.chunk = 1;
    step.bytes = 4096;
    step.receiver_energy_uj = step.energy_uj / 2;
  }
  static void adjust(TensorBuffer& buffer) {
    buffer.first_step = buffer.last_step = 1;
    buffer.bytes = 784;
    buffer.slots = 2;
  }
  static void adjust(ExecutionPlan& plan) {
    plan.share = 0.5;
    plan.chunks.push_back(plan.chunks.back());  // for what is streamed from one to the next
    for (auto& step : plan.steps) {
      step.kind = TaskKind::kTransfer;  // the only one that unloads and loads
      step.reloads = false;             // which a switch does
    }
  }
  static void adjust(PlacedWay& way) { way.share = 0.5; }
  static void adjust(PipelinePlan& pipeline) {
    pipeline.output_width = 32;
    pipeline.input = {12, 4, 5};
    pipeline.input_bytes = 240;
    pipeline.depth = 3;
    pipeline.runs_per_cycle = 3;
    pipeline.sequence = {1, 0, 1};
  }
  static void adjust(AppRequest& app) { app.min_rate = app.rate / 2; }
  static void adjust(Conflict& conflict) { conflict.min_rates_fit = 0.25; }
  static void adjust(RunSkip& skip) { skip.turns = 5; }
  static void adjust(UnitUse& use) { use.busy = 0.25; }
  static void adjust(CollaborationPlan& plan) {
    plan.status = PlanStatus::kBounded;  // an optimal one was not stopped by time
    for (auto& unit : plan.units)
      for (auto& task : unit.order) task = {1, 1, 1, 0, 3};
  }
};

/// Stands for a value of any type, to count the members of a struct.
struct Anything {
  template <class T>
  operator T() const {
    return T();
  }  // never called
};
template <class T, class... Members>
consteval std::size_t member_count() {
  if constexpr (sizeof...(Members) < 40 && requires { T{Members{}..., Anything{}}; })
    return member_count<T, Members..., Anything>();
  else
    return sizeof...(Members);
}
/// A struct with an optional or a list of structs first can not be counted this way; they are few, and named
/// here.
template <class T>
inline constexpr bool kCountable =
    !std::is_same_v<T, StoreDecision> && !std::is_same_v<T, BodyChange> && !std::is_same_v<T, StoredState> &&
    !std::is_same_v<T, Conflict> && !std::is_same_v<T, LayerDescription> &&
    !std::is_same_v<T, ModelDescription> && !std::is_same_v<T, DeviceProfile> &&
    !std::is_same_v<T, HarvestProfile> && !std::is_same_v<T, EfficiencyPoint>;

template <class T>
Sample make_sample() {
  auto value = std::make_shared<T>();
  Filler().fill(*value);
  Corrector().correct(*value);
  Sample made;
  made.info = &describe<T>();
  made.value = std::move(value);
  if constexpr (Message<T>) made.message = T::kMessage;
  if constexpr (std::equality_comparable<T>)
    made.equal = [](const void* a, const void* b) {
      return *static_cast<const T*>(a) == *static_cast<const T*>(b);
    };
  if constexpr (kCountable<T>) made.members = member_count<T>();
  return made;
}

template <class... T>
struct TypeList {};

using Messages =
    TypeList<BackupProgress, BackupStore, AcceleratorDo, AcceleratorDone, AppForecast, AppSet, AppStop,
             AppStopped, AppSubmit, AppSubmitted, AppTry, BodyChange, BodyView, BrokerState,
             CollaborationPlan, Deploy, Deployed, Done, EventTable, Failure, FrameEnded, FrameFed, FrameFeed,
             FrameOutcomes, FramesOpen, Health, Join, Joined, LoadState, MeshUse, PlanAgain, PlanHistory,
             PlanMake, QueryEvents, QueryFrames, QueryHistory, QueryPlan, QueryRuns, QueryTasks, RunFailed,
             RunGrant, RunResult, RunSkip, RunTable, ServiceList, StoreBody, StoreDecision, StoredState,
             StoreRuns, StoreSwitch, TaskTable, TensorSent, TensorTaken>;
/// What travels inside messages, and what people write into files.
using Parts =
    TypeList<ActuatorProfile, AppRequest, AppStatus, Body, BodyPower, BusUse, CheckpointProfile, Chunk,
             ChunkKey, Conflict, DataBufferDescription, Demand, Device, DevicePower, DeviceProfile, DeviceUse,
             EfficiencyPoint, Envelope, EventRecord, ExecutionPlan, Figure, FrameOutcome, FrameRef,
             FrameShape, HarvestProfile, InputDescription, LayerDescription, LeftOut, LinkProfile, MemoryUse,
             ModelDescription, OpenFrame, PictureDescription, PipelinePlan, PipelineUse, PlacedApp, PlacedWay,
             Placement, PlanSummary, ProcessUse, RateChange, RateLevel, Requirement, RunKey, RunRecord,
             RunState, Sensor, SensorProfile, SensorSource, SoundDescription, Step, StoreProfile, TaskRecord,
             TaskRef, TensorBuffer, UnitOrder, UnitUse>;

template <class... T>
std::vector<Sample> samples_of(TypeList<T...>) {
  return {make_sample<T>()...};
}

}  // namespace

const std::vector<Sample>& messages() {
  static const auto all = samples_of(Messages{});
  return all;
}

const std::vector<Sample>& messages_and_parts() {
  static const auto all = [] {
    auto both = messages();
    const auto parts = samples_of(Parts{});
    both.insert(both.end(), parts.begin(), parts.end());
    return both;
  }();
  return all;
}

const Sample& sample_of(const StructInfo& info) {
  const auto& all = messages_and_parts();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.info == &info; });
  SYNERGY_CHECK(found != all.end(), "every described struct is in the lists of samples.cpp");
  return *found;
}

Bytes with_field(const StructInfo& info, const void* value, std::string_view name, const Write& write) {
  return with_msgpack([&](Encoder& out) {
    out.begin_map(info.fields.size());
    for (const auto& field : info.fields) {
      out.key(field.name);
      if (field.name == name)
        write(out);
      else
        field.type->encode(out, field.in(value));
    }
    out.end_map();
  });
}

Bytes without_field(const StructInfo& info, const void* value, std::string_view name) {
  return with_msgpack([&](Encoder& out) {
    out.begin_map(info.fields.size() - 1);
    for (const auto& field : info.fields) {
      if (field.name == name) continue;
      out.key(field.name);
      field.type->encode(out, field.in(value));
    }
    out.end_map();
  });
}

Bytes bytes_of(const StructInfo& info, const void* value) {
  return with_msgpack([&](Encoder& out) { encode(out, info, value); });
}

Bytes bytes_of(const FieldInfo& field, const void* value) {
  return with_msgpack([&](Encoder& out) { field.type->encode(out, field.in(value)); });
}

Result<std::shared_ptr<void>> read(const StructInfo& info, const Bytes& bytes) {
  auto value = info.make();
  const auto status = with_msgpack_tree(bytes, [&](Node root) { return decode(root, info, value.get()); });
  if (!status) return status.error();
  return value;
}

Bytes sealed(Envelope envelope, const Sample& message) {
  envelope.schema = message.message->name;
  envelope.version = message.message->version;
  envelope.oldest_reader = message.message->oldest_reader;
  return seal(envelope, [&](Encoder& out) { encode(out, *message.info, message.value.get()); });
}

}  // namespace synergy::schemas_test
