#include "synergy/schemas/catalogue.hpp"

#include <algorithm>
#include <set>

#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas {
namespace {

/// What a part of a message is called in the documentation. Parts are structs that travel inside messages.
template <class T>
constexpr std::string_view kPartName = "";
template <>
constexpr std::string_view kPartName<AppRequest> = "AppRequest";
template <>
constexpr std::string_view kPartName<AppStatus> = "AppStatus";
template <>
constexpr std::string_view kPartName<Requirement> = "Requirement";
template <>
constexpr std::string_view kPartName<Device> = "Device";
template <>
constexpr std::string_view kPartName<Sensor> = "Sensor";
template <>
constexpr std::string_view kPartName<Figure> = "Figure";
template <>
constexpr std::string_view kPartName<DeviceProfile> = "DeviceProfile";
template <>
constexpr std::string_view kPartName<SensorProfile> = "SensorProfile";
template <>
constexpr std::string_view kPartName<ActuatorProfile> = "ActuatorProfile";
template <>
constexpr std::string_view kPartName<LinkProfile> = "LinkProfile";
template <>
constexpr std::string_view kPartName<Chunk> = "Chunk";
template <>
constexpr std::string_view kPartName<TensorBuffer> = "TensorBuffer";
template <>
constexpr std::string_view kPartName<Step> = "Step";
template <>
constexpr std::string_view kPartName<ExecutionPlan> = "ExecutionPlan";
template <>
constexpr std::string_view kPartName<PipelinePlan> = "PipelinePlan";
template <>
constexpr std::string_view kPartName<TaskRef> = "TaskRef";
template <>
constexpr std::string_view kPartName<UnitOrder> = "UnitOrder";
template <>
constexpr std::string_view kPartName<MemoryUse> = "MemoryUse";
template <>
constexpr std::string_view kPartName<RunKey> = "RunKey";
template <>
constexpr std::string_view kPartName<RunState> = "RunState";
template <>
constexpr std::string_view kPartName<ChunkKey> = "ChunkKey";
template <>
constexpr std::string_view kPartName<RunRecord> = "RunRecord";
template <>
constexpr std::string_view kPartName<PlanSummary> = "PlanSummary";
template <>
constexpr std::string_view kPartName<LeftOut> = "LeftOut";
template <>
constexpr std::string_view kPartName<TaskRecord> = "TaskRecord";
template <>
constexpr std::string_view kPartName<UnitUse> = "UnitUse";
template <>
constexpr std::string_view kPartName<PipelineUse> = "PipelineUse";
template <>
constexpr std::string_view kPartName<ProcessUse> = "ProcessUse";
template <>
constexpr std::string_view kPartName<BusUse> = "BusUse";
template <>
constexpr std::string_view kPartName<BodyView> = "body";
template <>
constexpr std::string_view kPartName<CollaborationPlan> = "plan";
template <>
constexpr std::string_view kPartName<Health> = "health";

template <class T>
struct TypeName {
  static std::string text() {
    if constexpr (std::is_same_v<T, bool>)
      return "boolean";
    else if constexpr (std::is_integral_v<T>)
      return "integer";
    else if constexpr (std::is_floating_point_v<T>)
      return "number";
    else if constexpr (std::is_same_v<T, Bytes>)
      return "bytes";
    else if constexpr (Described<T>)
      return std::string(kPartName<T>);
    else if constexpr (std::is_same_v<T, Duration>)
      return "integer";
    else if constexpr (requires { typename T::clock; })
      return "integer";
    else
      return "text";  // text, names of enums, ids
  }
};
template <class T>
requires(!std::is_same_v<T, std::uint8_t>) struct TypeName<std::vector<T>> {
  static std::string text() { return "list of " + TypeName<T>::text(); }
};
template <class T>
struct TypeName<std::optional<T>> : TypeName<T> {};
template <class T>
struct TypeName<std::map<std::string, T>> {
  static std::string text() { return "map of " + TypeName<T>::text(); }
};

template <Described T>
std::vector<FieldInfo> field_infos() {
  std::vector<FieldInfo> infos;
  std::apply(
      [&](const auto&... field) {
        (infos.push_back({std::string(field.name),
                          TypeName<std::remove_cvref_t<decltype(std::declval<T>().*(field.member))>>::text(),
                          std::string(field.about), field.presence == Presence::kRequired}),
         ...);
      },
      T::fields());
  return infos;
}

template <Message T>
MessageInfo message_info() {
  MessageInfo info;
  info.name = T::kMessage.name;
  info.version = T::kMessage.version;
  if constexpr (Command<T>) info.reply = T::Reply::kMessage.name;
  info.fields = field_infos<T>();
  info.to_json = [](Node body) -> Result<std::string> {
    T message{};
    if (auto status = decode(body, message); !status) return status.error();
    return schemas::to_json(message);
  };
  return info;
}

template <Message... T>
std::vector<MessageInfo> infos_of() {
  std::vector<MessageInfo> infos{message_info<T>()...};
  std::sort(infos.begin(), infos.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return infos;
}

template <Described... T>
std::string part_tables();

std::string field_rows(const std::vector<FieldInfo>& fields) {
  std::string text = "| field | type | |\n|---|---|---|\n";
  for (const auto& field : fields)
    text += "| `" + field.name + "`" + (field.required ? "" : " (optional)") + " | " + field.type + " | " +
            field.about + " |\n";
  return fields.empty() ? "No fields.\n" : text;
}

template <Described... T>
std::string part_tables() {
  std::string text;
  ((text += "\n#### " + std::string(kPartName<T>) + "\n\n" + field_rows(field_infos<T>())), ...);
  return text;
}

}  // namespace

const std::vector<MessageInfo>& catalogue() {
  static const auto infos =
      infos_of<AcceleratorDo, AcceleratorDone, AppSet, AppStop, AppStopped, AppSubmit, AppSubmitted,
               BodyChange, BodyView, BrokerState, CollaborationPlan, Deploy, Deployed, Done, Failure, Health,
               Join, Joined, LoadState, MeshUse, PlanAgain, PlanHistory, PlanMake, QueryHistory, QueryPlan,
               QueryRuns, QueryTasks, RunFailed, RunGrant, RunResult, RunSkip, RunTable, ServiceList,
               StoreBody, StoreDecision, StoredState, StoreRuns, StoreSwitch, TaskTable, TensorSent,
               TensorTaken>();
  return infos;
}

std::string catalogue_markdown() {
  std::string text;
  for (const auto& info : catalogue()) {
    text += "\n#### `" + info.name + "` version " + std::to_string(info.version);
    if (!info.reply.empty()) text += ", answered by `" + info.reply + "`";
    text += "\n\n" + field_rows(info.fields);
  }
  return "### Envelope\n\n" + field_rows(field_infos<Envelope>()) + "\n### Messages\n" + text +
         "\n### Parts of messages\n" +
         part_tables<ActuatorProfile, AppRequest, AppStatus, BusUse, Chunk, ChunkKey, Device, DeviceProfile,
                     ExecutionPlan, Figure, LeftOut, LinkProfile, MemoryUse, PipelinePlan, PipelineUse,
                     PlanSummary, ProcessUse, Requirement, RunKey, RunRecord, RunState, Sensor, SensorProfile,
                     Step, TaskRecord, TaskRef, TensorBuffer, UnitOrder, UnitUse>();
}

Result<std::string> message_to_json(std::span<const std::uint8_t> bytes) {
  std::string text;
  auto status = open(bytes, [&](const Envelope& envelope, Node body) -> Status {
    text = to_json(envelope);
    const auto& all = catalogue();
    const auto info =
        std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.name == envelope.schema; });
    if (info == all.end()) return {};
    auto json = info->to_json(body);
    if (!json) return json.error();
    text.pop_back();
    text += ",\"body\":" + *json + "}";
    return {};
  });
  if (!status) return status.error();
  return text;
}

}  // namespace synergy::schemas
