#include "synergy/client/topic_message.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/client/topic_names.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::client {
namespace {

using schemas::MessageInfo;

/// What other commands of `synergy` send, too: questions, and what the mesh itself guards. Every other
/// message is dangerous, a new one first of all.
constexpr std::array kEveryday{
    schemas::AppSubmit::kMessage.name,   schemas::AppStop::kMessage.name,
    schemas::AppTry::kMessage.name,      schemas::PlanAgain::kMessage.name,
    schemas::BodyChange::kMessage.name,  schemas::FrameFeed::kMessage.name,
    schemas::Join::kMessage.name,        schemas::BackupStore::kMessage.name,
    schemas::LoadState::kMessage.name,   schemas::QueryEvents::kMessage.name,
    schemas::QueryFrames::kMessage.name, schemas::QueryHistory::kMessage.name,
    schemas::QueryPlan::kMessage.name,   schemas::QueryRuns::kMessage.name,
    schemas::QueryTasks::kMessage.name,
};

std::vector<std::string> names_of(const std::vector<const MessageInfo*>& messages) {
  std::vector<std::string> names;
  for (const auto* info : messages) names.push_back(info->name);
  return names;
}

Error unknown_topic(std::string_view topic) {
  std::string known;
  for (const auto& row : topic_patterns().topics) known += (known.empty() ? "" : ", ") + row.topic;
  return {ErrorCode::kInvalid, "no message of the mesh travels on '" + visible(topic) +
                                   "'; the topics are (synergy topic list): " + known};
}

Result<const MessageInfo*> choose(std::string_view topic, const std::string& name) {
  const auto messages = messages_on(topic);
  if (messages.empty()) return unknown_topic(topic);
  const auto names = names_of(messages);
  if (name.empty() && messages.size() > 1)
    return Error{ErrorCode::kInvalid, "several messages travel on '" + visible(topic) +
                                          "'; say with --message which this is: " + list_of(names)};
  if (name.empty()) return messages.front();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return messages[std::size_t(found - names.begin())];
  return Error{ErrorCode::kInvalid, "on '" + visible(topic) + "': " + unknown_name("message", name, names)};
}

/// What stands under `key` as text; empty where there is none.
std::string text_under(schemas::Node map, std::string_view key) {
  const auto at = schemas::find_key(map, key, 0);
  if (!at || map.value(*at).kind() != schemas::Kind::kText) return {};
  return std::string(map.value(*at).text());
}

bool has_map(schemas::Node map, std::string_view key) {
  const auto at = schemas::find_key(map, key, 0);
  return at && map.value(*at).kind() == schemas::Kind::kMap;
}

/// Whether this is what `topic echo` prints, not a body: an envelope around one.
bool is_echoed(schemas::Node root) { return !text_under(root, "schema").empty() && has_map(root, "body"); }

Status read(schemas::Node root, std::string_view topic, std::string name, TopicMessage& out) {
  if (root.kind() != schemas::Kind::kMap) return root.expected("an object, the fields of the message");
  const bool echoed = is_echoed(root);
  if (echoed) {
    const auto written = text_under(root, "schema"), on = text_under(root, "topic");
    if (!name.empty() && name != written)
      return root.wrong("this is a '" + visible(written) + "', and --message says '" + visible(name) + "'");
    if (!on.empty() && on != topic)
      return root.wrong("this was echoed from '" + visible(on) + "', not from '" + visible(topic) + "'");
    name = written;
  }
  const auto info = choose(topic, name);
  if (!info) return info.error();
  out.info = *info;
  out.body = out.info->body->make();
  const auto body = echoed ? root.value(*schemas::find_key(root, "body", 0)) : root;
  auto status = schemas::decode(body, *out.info->body, out.body.get());
  if (!status) return status.error().at(out.info->name);
  return {};
}

bool has_bytes(const schemas::StructInfo& info) {
  return std::any_of(info.fields.begin(), info.fields.end(), [](const auto& field) {
    return field.type->kind == schemas::ValueKind::kBytes && field.presence == schemas::Presence::kRequired;
  });
}

}  // namespace

Result<TopicMessage> read_topic_message(std::string_view topic, std::string_view json,
                                        const std::string& name) {
  TopicMessage message;
  auto status = schemas::with_json_tree(json, schemas::UnknownKeys::kRefused,
                                        [&](schemas::Node root) { return read(root, topic, name, message); });
  if (status) return message;
  auto error = status.error();
  if (message.info != nullptr)
    error.message += has_bytes(*message.info->body) ? "; this message carries bytes, which JSON can not say"
                                                    : "; its fields: synergy schema";
  return error;
}

Status check_may_send(std::string_view topic, const MessageInfo& info) {
  const auto only = [&](std::string owner, const std::string& what) {
    if (owner.ends_with('/')) owner = "an " + owner.substr(0, owner.size() - 1);
    return Error{ErrorCode::kInvalid, "the broker takes " + what + " from " + owner +
                                          " only, and would drop yours; "
                                          "to play a process's part, record it and use synergy replay"};
  };
  if (const auto owner = schemas::owner_of_topic(topic); !owner.empty())
    return only(std::string(owner), "what is published on '" + visible(topic) + "'");
  if (const auto owner = schemas::owner_of_command(info.name); !owner.empty())
    return only(std::string(owner), "the command '" + info.name + "'");
  return {};
}

std::string danger_of(const MessageInfo& info) {
  if (std::find(kEveryday.begin(), kEveryday.end(), std::string_view(info.name)) != kEveryday.end())
    return {};
  if (info.topic.starts_with(schemas::topics::kRunPrefix))
    return "the executor acts on it as on the dispatcher's own word: runs may be lost, done twice or held up";
  if (info.name == schemas::Deploy::kMessage.name)
    return "the executor gives up its part of the plan in force for this one: the apps that run stop coming "
           "through";
  if (info.name == schemas::AcceleratorDo::kMessage.name)
    return "it moves and computes data in the memory that runs use: their results may be wrong";
  if (info.name == schemas::PlanMake::kMessage.name)
    return "the planner works on it, and the dispatcher's own question waits so long";
  return "it is what processes of the mesh tell each other";
}

schemas::Bytes seal(schemas::Envelope envelope, const TopicMessage& message) {
  envelope.schema = message.info->name;
  envelope.version = message.info->version;
  envelope.oldest_reader = message.info->oldest_reader;
  return schemas::seal(envelope, [&](schemas::Encoder& out) {
    schemas::encode(out, *message.info->body, message.body.get());
  });
}

}  // namespace synergy::client
