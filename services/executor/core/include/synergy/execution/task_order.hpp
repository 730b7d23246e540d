// The tasks that wait for a device's units, and who decides which of them starts next: two implementations,
// by the plan's cyclic order (cyclic_schedule.hpp) or whoever is ready first (dynamic_schedule.hpp).
// DeviceRuns asks them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "synergy/base/clock.hpp"
#include "synergy/execution/unit_list.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

using TaskId = std::uint64_t;

/// Tasks that share the accelerator's data memory: from its first task on, a chain keeps all other chains off
/// the accelerator until its last task ends, or it is released. 0: the task belongs to none.
using ChainId = std::uint64_t;

/// Which task of the plan it is: step `step` of the run that has turn `turn` of the pipeline. Turns are
/// counted from 0 since the plan was started; the number of the app's run is another (schemas::RunKey).
struct TaskPlace {
  std::uint32_t pipeline = 0, step = 0;
  std::uint64_t turn = 0;
  auto operator<=>(const TaskPlace&) const = default;
};

struct WaitingTask {
  TaskId id = 0;
  UnitList units;
  ModelTime ready{};
  std::int32_t priority = 0;
  ChainId chain = 0;
  bool ends_chain = false;
  TaskPlace place{};  ///< needed by the cyclic order only
  /// Belongs to no run: starts as soon as its units are idle, and takes nobody's turn.
  bool guest = false;
};

struct StartedTask {
  TaskId id = 0;
  ModelTime begin{};
};

class TaskOrder {
 public:
  virtual ~TaskOrder() = default;
  /// Adds a task; ids must be unique among those waiting or started.
  virtual void add(const WaitingTask& task) = 0;
  /// Starts the next task that may start, if there is one. Its units are held until finish().
  virtual std::optional<StartedTask> start_next() = 0;
  /// Ends a started task: its units are free from `end` on.
  virtual void finish(TaskId id, ModelTime end) = 0;
  /// The pipeline's runs from `first` on, `count` of them, will never come: nobody waits for them.
  virtual void skip(std::uint32_t pipeline, std::uint64_t first, std::uint64_t count) = 0;
};

/// Runs without end.
inline constexpr std::uint64_t kForEver = std::uint64_t(1) << 63;

/// The order that the plan asks for, on this device.
[[nodiscard]] std::unique_ptr<TaskOrder> make_order(const schemas::CollaborationPlan& plan,
                                                    const DeviceId& device);

}  // namespace synergy::execution
