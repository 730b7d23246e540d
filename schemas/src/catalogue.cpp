#include "synergy/schemas/catalogue.hpp"

#include <algorithm>
#include <map>

#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/field_text.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/model.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::schemas {
namespace {

template <Message T>
MessageInfo message_info() {
  MessageInfo info;
  info.name = T::kMessage.name;
  info.version = T::kMessage.version;
  info.oldest_reader = T::kMessage.oldest_reader;
  info.topic = T::kMessage.topic;
  if constexpr (Command<T>) info.reply = T::Reply::kMessage.name;
  info.body = &describe<T>();
  return info;
}

template <Message... T>
std::vector<MessageInfo> infos_of() {
  std::vector<MessageInfo> infos{message_info<T>()...};
  std::sort(infos.begin(), infos.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return infos;
}

std::string field_rows(const StructInfo& info) {
  if (info.fields.empty()) return "No fields.\n";
  std::string text = "| field | type | limits | |\n|---|---|---|---|\n";
  for (const auto& field : info.fields)
    text += "| `" + std::string(field.name) + "`" +
            (field.presence == Presence::kRequired ? "" : " (optional)") + " | " + field.type->name() +
            " | " + text_of_limits(field) + " | " + std::string(field.about) + " |\n";
  return text;
}

/// Adds the structs that travel inside `whole`, at any depth, by name.
void add_parts(const StructInfo& whole, std::map<std::string_view, const StructInfo*>& parts) {
  for (const auto& field : whole.fields) {
    const auto* part = field.type->part();
    if (part != nullptr && parts.emplace(part->name, part).second) add_parts(*part, parts);
  }
}

void add_enums(const StructInfo& info, std::map<std::string, const std::vector<EnumName>*>& enums) {
  for (const auto& field : info.fields) {
    const auto* type = field.type;
    while (type->item() != nullptr) type = type->item();
    if (type->kind == ValueKind::kEnum) enums.emplace(type->name(), &type->enum_names());
  }
}

std::string heading_of(const MessageInfo& info) {
  std::string text = "\n#### `" + info.name + "` version " + std::to_string(info.version);
  if (!info.topic.empty()) text += ", on `" + info.topic + "`";
  if (!info.reply.empty()) text += ", answered by `" + info.reply + "`";
  return text + "\n\n";
}

}  // namespace

const std::vector<MessageInfo>& catalogue() {
  static const auto infos =
      infos_of<BackupProgress, BackupStore, AcceleratorDo, AcceleratorDone, AppForecast, AppSet, AppStop,
               AppStopped, AppSubmit, AppSubmitted, AppTry, BodyChange, BodyView, BrokerState,
               CollaborationPlan, Deploy, Deployed, Done, EventTable, Failure, FrameEnded, FrameFed,
               FrameFeed, FrameOutcomes, FramesOpen, Health, Join, Joined, LoadState, MeshUse, PlanAgain,
               PlanHistory, PlanMake, QueryEvents, QueryFrames, QueryHistory, QueryPlan, QueryRuns,
               QueryTasks, RunFailed, RunGrant, RunResult, RunSkip, RunTable, ServiceList, StoreBody,
               StoreDecision, StoredState, StoreRuns, StoreSwitch, TaskTable, TensorSent, TensorTaken>();
  return infos;
}

const std::map<std::string_view, const StructInfo*>& parts_of_messages() {
  static const auto all = [] {
    std::map<std::string_view, const StructInfo*> parts;
    for (const auto& info : catalogue()) add_parts(*info.body, parts);
    for (const auto& info : catalogue()) parts.erase(info.body->name);
    return parts;
  }();
  return all;
}

const std::map<std::string, const std::vector<EnumName>*>& enums_of_messages() {
  static const auto all = [] {
    std::map<std::string, const std::vector<EnumName>*> enums;
    for (const auto& info : catalogue()) add_enums(*info.body, enums);
    for (const auto& [name, part] : parts_of_messages()) add_enums(*part, enums);
    return enums;
  }();
  return all;
}

std::string catalogue_markdown() {
  std::string text = "### Envelope\n\n" + field_rows(describe<Envelope>()) + "\n### Messages\n";
  for (const auto& info : catalogue()) text += heading_of(info) + field_rows(*info.body);
  text += "\n### Parts of messages\n";
  for (const auto& [name, part] : parts_of_messages())
    text += "\n#### " + std::string(name) + "\n\n" + field_rows(*part);
  text += "\n### Enumerations\n";
  for (const auto& [name, values] : enums_of_messages()) {
    text += "\n#### " + name + "\n\n";
    for (const auto& value : *values)
      text += (&value == &values->front() ? "`" : ", `") + std::string(value.name) + "`";
    text += "\n";
  }
  return text;
}

Result<std::string> message_to_json(std::span<const std::uint8_t> bytes) {
  std::string text;
  auto status = open(bytes, [&](const Envelope& envelope, Node body) -> Status {
    text = to_json(envelope);
    const auto& all = catalogue();
    const auto info =
        std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.name == envelope.schema; });
    if (info == all.end()) return {};
    const auto message = info->body->make();
    if (auto read = decode(body, *info->body, message.get()); !read) return read;
    const auto json =
        with_json([&](Encoder& out) { encode(out, *info->body, message.get()); }, /*indent=*/-1);
    text.pop_back();
    text += ",\"body\":" + json + "}";
    return {};
  });
  if (!status) return status.error();
  return text;
}

}  // namespace synergy::schemas
