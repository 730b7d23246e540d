// The topics of the bus and the class each belongs to. The class decides what happens at a full queue.
//
//   state/NAME          owner publishes, the broker keeps the latest for late joiners
//   cmd/SERVICE         commands; the sender repeats until an answer or the deadline
//   @PARTICIPANT/...    to one participant: answers
//   event/KIND/APP      results and failures of runs
//   run/DEVICE          what runs bring to a device: grants, turns that are passed over, tensors
//   health/PROCESS      heartbeats (telemetry)
#pragma once

#include <string>
#include <string_view>

#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

enum class TopicClass { kState, kCommand, kDirect, kEvent, kRun, kTelemetry };
template <>
inline constexpr std::array<std::pair<TopicClass, std::string_view>, 6> kEnumNames<TopicClass>{{
    {TopicClass::kState, "state"},
    {TopicClass::kCommand, "command"},
    {TopicClass::kDirect, "direct"},
    {TopicClass::kEvent, "event"},
    {TopicClass::kRun, "run"},
    {TopicClass::kTelemetry, "telemetry"},
}};

/// The class by the topic's first part; anything unknown is telemetry, the class that may be dropped.
[[nodiscard]] TopicClass class_of(std::string_view topic);

/// The process that alone may publish on a topic, by its name on the bus; a name that ends in `/` stands for
/// all processes whose names begin so. Empty: anybody may. The broker holds others to it (bus/README.md).
/// Both are read from the roster (roster.hpp).
[[nodiscard]] std::string_view owner_of_topic(std::string_view topic);
/// The process that alone may send a command with this message; empty: anybody may.
[[nodiscard]] std::string_view owner_of_command(std::string_view message);
/// Whether a participant's name is that of a process of the mesh itself: a service, or one for each device.
[[nodiscard]] bool is_name_of_mesh(std::string_view participant);

namespace topics {

inline constexpr std::string_view kBody = "state/body";
inline constexpr std::string_view kApps = "state/apps";
inline constexpr std::string_view kPlan = "state/plan";
inline constexpr std::string_view kServices = "state/services";
inline constexpr std::string_view kUse = "state/use";
inline constexpr std::string_view kBroker = "state/broker";
inline constexpr std::string_view kRunPrefix = "run/";
/// The name of `run/` in earlier versions, which stands in their recordings.
inline constexpr std::string_view kOldRunPrefix = "tensor/";
inline constexpr std::string_view kHealthPrefix = "health/";
inline constexpr std::string_view kEventPrefix = "event/";
inline constexpr std::string_view kResultPrefix = "event/result/";
inline constexpr std::string_view kFailedPrefix = "event/failed/";

[[nodiscard]] std::string command(std::string_view service);
[[nodiscard]] std::string executor(const DeviceId& device);
[[nodiscard]] std::string accelerator(const DeviceId& device);
[[nodiscard]] std::string run(const DeviceId& device);
[[nodiscard]] std::string health(std::string_view process);
[[nodiscard]] std::string result(const AppId& app);
[[nodiscard]] std::string failed(const AppId& app);
/// The topic under its name of today, where a recording has it under the old one.
[[nodiscard]] std::string of_today(std::string_view recorded);
/// Where answers to `participant` go; and the prefix of all topics to it.
[[nodiscard]] std::string reply_to(std::string_view participant);
[[nodiscard]] std::string direct_prefix(std::string_view participant);

}  // namespace topics
}  // namespace synergy::schemas
