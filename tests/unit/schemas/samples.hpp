// Every described type by name, and a sample of each in which no field has its default value: the tests walk
// both, so that a new message or a new field is tested the day it is written.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas_test {

using namespace synergy::schemas;  // NOLINT: the tests of that namespace

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
      for (auto& sensor : device.sensors) sensor.capability = "second";
    }
    body.absent = {body.devices[1].id};
  }
  static void adjust(BodyChange& change) { change.battery_percent = 50; }
  static void adjust(Step& step) {
    step.chunk = 1;
    step.bytes = 4096;
  }
  static void adjust(TensorBuffer& buffer) {
    buffer.first_step = buffer.last_step = 1;
    buffer.bytes = 784;
    buffer.slots = 2;
  }
  static void adjust(ExecutionPlan& plan) {
    plan.share = 0.5;
    plan.chunks.push_back(plan.chunks.back());  // for what is streamed from one to the next
    for (auto& step : plan.steps) step.kind = TaskKind::kTransfer;  // the only one that unloads and loads
  }
  static void adjust(PipelinePlan& pipeline) {
    pipeline.output_width = 32;
    pipeline.input_bytes = 784;
    pipeline.depth = 3;
    pipeline.sequence = {1, 0, 1};
  }
  static void adjust(RunSkip& skip) { skip.turns = 5; }
  static void adjust(UnitUse& use) { use.busy = 0.25; }
  static void adjust(CollaborationPlan& plan) {
    for (auto& unit : plan.units)
      for (auto& task : unit.order) task = {1, 1, 1, 0, 3};
  }
};

/// A value that differs from the default in every field, and passes its check().
template <class T>
T sample() {
  T value{};
  Filler().fill(value);
  Corrector().correct(value);
  return value;
}

template <class... T>
struct TypeList {};

using Messages =
    TypeList<AcceleratorDo, AcceleratorDone, AppSet, AppStop, AppStopped, AppSubmit, AppSubmitted, BodyChange,
             BodyView, BrokerState, CollaborationPlan, Deploy, Deployed, Done, Failure, Health, Join, Joined,
             LoadState, MeshUse, PlanAgain, PlanHistory, PlanMake, QueryHistory, QueryPlan, QueryRuns,
             QueryTasks, RunFailed, RunGrant, RunResult, RunSkip, RunTable, ServiceList, StoreBody,
             StoreDecision, StoredState, StoreRuns, StoreSwitch, TaskTable, TensorSent, TensorTaken>;
/// What travels inside messages, and what people write into files.
using Parts = TypeList<ActuatorProfile, AppRequest, AppStatus, Body, BusUse, Chunk, ChunkKey,
                       DataBufferDescription, Device, DeviceProfile, Envelope, ExecutionPlan, Figure,
                       InputDescription, LayerDescription, LeftOut, LinkProfile, MemoryUse, ModelDescription,
                       PipelinePlan, PipelineUse, PlanSummary, ProcessUse, Requirement, RunKey, RunRecord,
                       RunState, Sensor, SensorProfile, Step, TaskRecord, TaskRef, UnitOrder, UnitUse>;

/// Calls `visit.template operator()<T>()` for each type; a failure inside says which type it was.
template <class Visit, class... T>
void for_each_type(TypeList<T...>, Visit visit) {
  const auto one = [&]<class U>() {
    std::string fields;
    for (const auto& field : describe<U>().fields) fields += std::string(field.name) + " ";
    std::string name = "a part";
    if constexpr (Message<U>) name = U::kMessage.name;
    SCOPED_TRACE(name + " with the fields: " + fields);
    visit.template operator()<U>();
  };
  (one.template operator()<T>(), ...);
}
template <class Visit>
void for_each_described_type(Visit visit) {
  for_each_type(Messages{}, visit);
  for_each_type(Parts{}, visit);
}

/// `value` as msgpack, but with field `name` written by `write` instead; `write` must write exactly one
/// value.
inline Bytes with_field(const StructInfo& info, const void* value, std::string_view name,
                        const std::function<void(Encoder&)>& write) {
  return with_msgpack([&](Encoder& out) {
    out.begin_map(info.fields.size());
    for (const auto& field : info.fields) {
      out.key(field.name);
      if (field.name == name)
        write(out);
      else
        field.type->encode(out, field.in(value));
    }
  });
}
template <Described T>
Bytes with_field(const T& value, std::string_view name, const std::function<void(Encoder&)>& write) {
  return with_field(describe<T>(), &value, name, write);
}

/// `value` as msgpack, but without field `name`.
inline Bytes without_field(const StructInfo& info, const void* value, std::string_view name) {
  return with_msgpack([&](Encoder& out) {
    out.begin_map(info.fields.size() - 1);
    for (const auto& field : info.fields) {
      if (field.name == name) continue;
      out.key(field.name);
      field.type->encode(out, field.in(value));
    }
  });
}
template <Described T>
Bytes without_field(const T& value, std::string_view name) {
  return without_field(describe<T>(), &value, name);
}

}  // namespace synergy::schemas_test
