#include "synergy/schemas/topics.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "synergy/schemas/store.hpp"

namespace synergy::schemas {

TopicClass class_of(std::string_view topic) {
  if (topic.starts_with("state/")) return TopicClass::kState;
  if (topic.starts_with("cmd/")) return TopicClass::kCommand;
  if (topic.starts_with("@")) return TopicClass::kDirect;
  if (topic.starts_with("event/")) return TopicClass::kEvent;
  if (topic.starts_with("tensor/")) return TopicClass::kTensor;
  return TopicClass::kTelemetry;
}

namespace {

using Owned = std::pair<std::string_view, std::string_view>;

constexpr std::array<Owned, 6> kStates{{{topics::kBody, "monitor"},
                                        {topics::kServices, "monitor"},
                                        {topics::kUse, "monitor"},
                                        {topics::kApps, "dispatcher"},
                                        {topics::kPlan, "dispatcher"},
                                        {topics::kBroker, "broker"}}};
constexpr std::array<Owned, 4> kCommands{{{StoreBody::kMessage.name, "monitor"},
                                          {StoreDecision::kMessage.name, "dispatcher"},
                                          {StoreRuns::kMessage.name, "dispatcher"},
                                          {StoreSwitch::kMessage.name, "dispatcher"}}};

constexpr std::array<std::string_view, 5> kServices{"broker", "store", "monitor", "planner", "dispatcher"};
constexpr std::array<std::string_view, 2> kOfDevices{"executor/", "accelerator/"};

template <std::size_t n>
std::string_view owner_in(const std::array<Owned, n>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Owned& one) { return one.first == name; });
  return found == all.end() ? std::string_view() : found->second;
}

}  // namespace

std::string_view owner_of_topic(std::string_view topic) {
  if (topic.starts_with(topics::kHealthPrefix)) return topic.substr(topics::kHealthPrefix.size());
  if (class_of(topic) == TopicClass::kEvent) return "executor/";
  return owner_in(kStates, topic);
}

std::string_view owner_of_command(std::string_view message) { return owner_in(kCommands, message); }

bool is_name_of_mesh(std::string_view participant) {
  return std::find(kServices.begin(), kServices.end(), participant) != kServices.end() ||
         std::any_of(kOfDevices.begin(), kOfDevices.end(),
                     [&](auto kind) { return participant.starts_with(kind); });
}

namespace topics {

std::string command(std::string_view service) { return "cmd/" + std::string(service); }
std::string executor(const DeviceId& device) { return command("executor/" + device.text()); }
std::string accelerator(const DeviceId& device) { return command("accelerator/" + device.text()); }
std::string tensor(const DeviceId& device) { return "tensor/" + device.text(); }
std::string health(std::string_view process) { return std::string(kHealthPrefix) + std::string(process); }
std::string result(const AppId& app) { return std::string(kResultPrefix) + app.text(); }
std::string failed(const AppId& app) { return std::string(kFailedPrefix) + app.text(); }
std::string reply_to(std::string_view participant) { return direct_prefix(participant) + "reply"; }
std::string direct_prefix(std::string_view participant) { return "@" + std::string(participant) + "/"; }

}  // namespace topics
}  // namespace synergy::schemas
