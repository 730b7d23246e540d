// Which task held which units of a device, and when: what an executor remembers of its last tasks.
//
// Model time throughout. Only tasks that have ended are told: one that runs is not in the table yet.
#pragma once

#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::schemas {

/// Tasks of one table. At most 230 bytes each on the wire, so a full table stays below 2 MiB.
inline constexpr std::size_t kMaxTasksOfTable = 8192;

/// A transfer is two tasks: one of the sender, which holds its tx, and one of the receiver, which holds its
/// rx.
struct TaskRecord {
  AppId app;
  std::uint64_t run = 0;
  std::uint32_t attempt = 1;
  TaskKind kind = TaskKind::kSense;
  std::uint32_t step = 0;   ///< of the execution plan
  std::uint32_t chunk = 0;  ///< of the execution plan, for switch, load, infer, unload, unpack
  std::vector<Unit> units;  ///< of this device, that it held
  ModelTime begin{}, end{};

  static void fields(auto& f) {
    using T = TaskRecord;
    f.required("app", &T::app, "the app", kPlainName);
    f.required("run", &T::run, "number of the run", kIsRunNumber);
    f.required("attempt", &T::attempt, "from 1");
    f.required("kind", &T::kind, "the task");
    f.required("step", &T::step, "index into the execution plan's steps");
    f.optional("chunk", &T::chunk, "index into the execution plan's chunks");
    f.required("units", &T::units, "of this device, that it held", items(0, kEnumNames<Unit>.size()));
    f.required("begin_ns", &T::begin, "model time", kIsModelTime);
    f.required("end_ns", &T::end, "model time", kIsModelTime);
  }
  bool operator==(const TaskRecord&) const = default;
  [[nodiscard]] Status check() const;
};

struct TaskTable {
  DeviceId device;
  ModelTime now{};
  bool cut = false;  ///< older tasks than these were asked for and are not known any more
  std::vector<TaskRecord> tasks;

  static constexpr MessageName kMessage{"tasks"};
  static void fields(auto& f) {
    using T = TaskTable;
    f.required("device", &T::device, "the device", kPlainName);
    f.required("now_ns", &T::now, "model time of the answer", kIsModelTime);
    f.optional("cut", &T::cut, "true: of what was asked for, only the newest are here");
    f.required("tasks", &T::tasks, "in the order they ended", items(0, kMaxTasksOfTable));
  }
  bool operator==(const TaskTable&) const = default;
};

/// To `cmd/executor/DEVICE`: the tasks that ended after a point of model time, or within the last so long.
/// With neither, all that are known; with both, the later beginning counts.
struct QueryTasks {
  ModelTime since{};
  Duration last{0};
  static constexpr MessageName kMessage{"tasks.query", 1, 1, "cmd/executor/DEVICE"};
  using Reply = TaskTable;
  static void fields(auto& f) {
    using Q = QueryTasks;
    f.optional("since_ns", &Q::since, "model time; 0: from the first one known", kIsModelTime);
    f.optional("last_ns", &Q::last, "before now; 0: by since_ns alone", kIsDuration);
  }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<TaskRecord>();
extern template const StructInfo& describe<TaskTable>();
extern template const StructInfo& describe<QueryTasks>();

}  // namespace synergy::schemas
