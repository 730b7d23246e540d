#include "synergy/schemas/topics.hpp"

#include <algorithm>

#include "synergy/schemas/roster.hpp"

namespace synergy::schemas {

TopicClass class_of(std::string_view topic) {
  if (topic.starts_with("state/")) return TopicClass::kState;
  if (topic.starts_with("cmd/")) return TopicClass::kCommand;
  if (topic.starts_with("@")) return TopicClass::kDirect;
  if (topic.starts_with(topics::kEventPrefix)) return TopicClass::kEvent;
  if (topic.starts_with(topics::kRunPrefix) || topic.starts_with(topics::kOldRunPrefix))
    return TopicClass::kRun;
  return TopicClass::kTelemetry;
}

namespace {

/// The kind that has `name` in one of its lists, or the beginning of it that ends in `/`.
std::string_view owner_in(std::span<const std::string_view> ProcessKind::*list, std::string_view name) {
  const auto has = [&](const ProcessKind& kind) {
    return std::any_of((kind.*list).begin(), (kind.*list).end(), [&](std::string_view one) {
      return one.ends_with('/') ? name.starts_with(one) : name == one;
    });
  };
  const auto found = std::find_if(roster().begin(), roster().end(), has);
  return found == roster().end() ? std::string_view() : found->name;
}

}  // namespace

std::string_view owner_of_topic(std::string_view topic) {
  if (topic.starts_with(topics::kHealthPrefix)) return topic.substr(topics::kHealthPrefix.size());
  return owner_in(&ProcessKind::topics, topic);
}

std::string_view owner_of_command(std::string_view message) {
  return owner_in(&ProcessKind::commands, message);
}

bool is_name_of_mesh(std::string_view participant) { return find_kind(participant) != nullptr; }

namespace topics {

std::string command(std::string_view service) { return "cmd/" + std::string(service); }
std::string executor(const DeviceId& device) {
  return command(process::of_device(process::kExecutor, device));
}
std::string accelerator(const DeviceId& device) {
  return command(process::of_device(process::kAccelerator, device));
}
std::string run(const DeviceId& device) { return std::string(kRunPrefix) + device.text(); }
std::string of_today(std::string_view recorded) {
  if (!recorded.starts_with(kOldRunPrefix)) return std::string(recorded);
  return std::string(kRunPrefix) + std::string(recorded.substr(kOldRunPrefix.size()));
}
std::string health(std::string_view process) { return std::string(kHealthPrefix) + std::string(process); }
std::string result(const AppId& app) { return std::string(kResultPrefix) + app.text(); }
std::string failed(const AppId& app) { return std::string(kFailedPrefix) + app.text(); }
std::string reply_to(std::string_view participant) { return direct_prefix(participant) + "reply"; }
std::string direct_prefix(std::string_view participant) { return "@" + std::string(participant) + "/"; }

}  // namespace topics
}  // namespace synergy::schemas
