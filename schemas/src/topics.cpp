#include "synergy/schemas/topics.hpp"

namespace synergy::schemas {

TopicClass class_of(std::string_view topic) {
  if (topic.starts_with("state/")) return TopicClass::kState;
  if (topic.starts_with("cmd/")) return TopicClass::kCommand;
  if (topic.starts_with("@")) return TopicClass::kDirect;
  if (topic.starts_with("event/")) return TopicClass::kEvent;
  if (topic.starts_with("tensor/")) return TopicClass::kTensor;
  return TopicClass::kTelemetry;
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
