#include "synergy/schemas/roster.hpp"

#include <algorithm>
#include <array>

#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::schemas {
namespace {

using Names = std::string_view;

constexpr std::array<Names, 1> kAfterBroker{process::kBroker};
constexpr std::array<Names, 1> kAfterMonitor{process::kMonitor};
constexpr std::array<Names, 2> kAfterStoreAndMonitor{process::kStore, process::kMonitor};

constexpr std::array<Names, 1> kTopicsOfBroker{topics::kBroker};
constexpr std::array<Names, 3> kTopicsOfMonitor{topics::kBody, topics::kServices, topics::kUse};
constexpr std::array<Names, 2> kTopicsOfDispatcher{topics::kApps, topics::kPlan};
constexpr std::array<Names, 1> kTopicsOfExecutors{topics::kEventPrefix};

constexpr std::array<Names, 1> kCommandsOfMonitor{StoreBody::kMessage.name};
constexpr std::array<Names, 1> kCommandsOfExecutors{FramesOpen::kMessage.name};
constexpr std::array<Names, 3> kCommandsOfDispatcher{StoreDecision::kMessage.name, StoreRuns::kMessage.name,
                                                     StoreSwitch::kMessage.name};

/// What a mesh's devices need is started together, last.
constexpr int kLast = 10;
constexpr std::array<ProcessKind, 8> kRoster{{
    {process::kBroker, "synergy-broker", 1, {}, kTopicsOfBroker, {}, {}},
    {process::kStore, "synergy-store", 2, kAfterBroker, {}, {}, {}},
    {process::kMonitor, "synergy-monitor", 3, kAfterBroker, kTopicsOfMonitor, kCommandsOfMonitor, {}},
    {process::kPlanner, "synergy-planner", kLast, kAfterMonitor, {}, {}, {}},
    {process::kDispatcher,
     "synergy-dispatcher",
     kLast,
     kAfterStoreAndMonitor,
     kTopicsOfDispatcher,
     kCommandsOfDispatcher,
     {}},
    {process::kGateway, "synergy-gateway", kLast, kAfterBroker, {}, {}, {}},
    {process::kAccelerator, "synergy-accel-emulator", kLast, kAfterMonitor, {}, {}, "inferences"},
    {process::kExecutor, "synergy-executor", kLast, kAfterMonitor, kTopicsOfExecutors, kCommandsOfExecutors,
     "tasks.done"},
}};

}  // namespace

namespace process {

std::string of_device(std::string_view kind, const DeviceId& device) {
  return std::string(kind) + device.text();
}

std::optional<DeviceId> device_in(std::string_view name, std::string_view kind) {
  if (!name.starts_with(kind)) return std::nullopt;
  return DeviceId(std::string(name.substr(kind.size())));
}

std::string_view word_of(std::string_view kind) {
  return kind.ends_with('/') ? kind.substr(0, kind.size() - 1) : kind;
}

}  // namespace process

std::span<const ProcessKind> roster() { return kRoster; }

const ProcessKind* find_kind(std::string_view process) {
  const auto found = std::find_if(kRoster.begin(), kRoster.end(), [&](const ProcessKind& kind) {
    return kind.is_of_device() ? process.starts_with(kind.name) : process == kind.name;
  });
  return found == kRoster.end() ? nullptr : &*found;
}

}  // namespace synergy::schemas
