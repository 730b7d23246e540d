// Of the tasks that an executor tells again and again, those that were not told before. Pure; one thread.
//
// What a reader gets wrong: tasks do not come in the order in which they ended. A host that lags records a
// task of one unit after a later one of another, so each question reaches back a little (kReachBack), and
// what was told already is known by the task itself.
#pragma once

#include <compare>
#include <map>
#include <set>

#include "synergy/schemas/trace.hpp"

namespace synergy::gateway {

/// How far each question reaches back before the newest task that was told: model time.
inline constexpr Duration kReachBack = std::chrono::milliseconds(250);
/// The first question to a device reaches back so far.
inline constexpr Duration kFirstReach = std::chrono::seconds(2);

class TaskDeltas {
 public:
  /// What to ask the device next.
  [[nodiscard]] schemas::QueryTasks question(const DeviceId& device) const;
  /// The answer, with the tasks alone that are new.
  [[nodiscard]] schemas::TaskTable fresh(schemas::TaskTable answer);
  /// Begins from new with every device: nobody was told anything lately.
  void forget() { devices_.clear(); }

 private:
  /// What tells a task from every other of its device.
  struct Key {
    ModelTime end;
    AppId app;
    std::uint64_t run;
    std::uint32_t attempt, step;
    schemas::TaskKind kind;
    ModelTime begin;
    auto operator<=>(const Key&) const = default;
  };
  struct Told {
    ModelTime newest{};
    std::set<Key> tasks;  ///< those a question may bring again
  };
  std::map<DeviceId, Told> devices_;
};

}  // namespace synergy::gateway
