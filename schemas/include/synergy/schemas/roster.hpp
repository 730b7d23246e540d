// The processes of a mesh in one table: names on the bus, programs, order of starting, and what each alone
// may publish. Whoever has to know the processes takes them from here; `services/README.md`, "Adding a
// service", says what else a new one touches.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "synergy/base/strong_id.hpp"

namespace synergy::schemas {

/// Names of processes on the bus. One that ends in `/` is the beginning of the names of a kind that runs once
/// for each device: `executor/ring`.
namespace process {
inline constexpr std::string_view kBroker = "broker";
inline constexpr std::string_view kStore = "store";
inline constexpr std::string_view kMonitor = "monitor";
inline constexpr std::string_view kPlanner = "planner";
inline constexpr std::string_view kDispatcher = "dispatcher";
inline constexpr std::string_view kGateway = "gateway";
inline constexpr std::string_view kAccelerator = "accelerator/";
inline constexpr std::string_view kExecutor = "executor/";

/// `executor/ring`; `kind` is one that ends in `/`.
[[nodiscard]] std::string of_device(std::string_view kind, const DeviceId& device);
/// The device of a process of that kind; nothing where `name` is no such process.
[[nodiscard]] std::optional<DeviceId> device_in(std::string_view name, std::string_view kind);
/// `executor` of `executor/`: the kind in words.
[[nodiscard]] std::string_view word_of(std::string_view kind);
}  // namespace process

struct ProcessKind {
  std::string_view name;     ///< as in `process`
  std::string_view program;  ///< the executable; one of a device takes `--device ID`
  int start_order;           ///< supervisord's priority: the lower is started first and stopped last
  std::span<const std::string_view> after;   ///< names of processes that must be healthy before it starts
  std::span<const std::string_view> topics;  ///< that it alone publishes on; one that ends in `/`: all below
  std::span<const std::string_view> commands;  ///< messages that it alone may send
  /// Its counter of work done, by which `synergy bench shells` divides; empty: it is not counted by tasks.
  std::string_view tasks_counter;

  [[nodiscard]] bool is_of_device() const { return name.ends_with('/'); }
};

/// All kinds, in the order in which a mesh is started.
[[nodiscard]] std::span<const ProcessKind> roster();
/// The kind of a process by its name, `executor/ring`; nullptr: it is none of the mesh's.
[[nodiscard]] const ProcessKind* find_kind(std::string_view process);

}  // namespace synergy::schemas
