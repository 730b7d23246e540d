// Which task of a device starts next, and when: the units of one device and the tasks that wait for them.
//
// Time is model time and comes in as data: a task starts at the later of its own ready time and the moment
// its units became free, even where the host learns of it later. So host delays shift nothing and do not add
// up.
//
// Pure: no clock, no I/O. The live executor and a virtual run drive the same object. The order is dynamic: of
// the tasks whose units are idle, the one of highest priority, then the one ready first, then the lower id.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "synergy/execution/task_order.hpp"

namespace synergy::execution {

class DeviceSchedule final : public TaskOrder {
 public:
  /// Adds a task; ids must be unique among those waiting or started.
  void add(WaitingTask task) override;

  /// Starts the next task whose units are all idle, if there is one. Its units are held until finish().
  std::optional<StartedTask> start_next() override;

  /// Ends a started task: its units are free from `end` on.
  void finish(TaskId id, ModelTime end) override;

  /// Ends a chain whose last task will not come; harmless when it does not hold the accelerator. Tasks of it
  /// that have started keep their units until finish().
  void release_chain(ChainId chain);

  /// Takes away a task that waits; false when it has started or is unknown.
  bool withdraw(TaskId id);

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// How long the unit has been held by tasks that finished.
  [[nodiscard]] Duration busy(schemas::Unit unit) const { return units_[std::size_t(unit)].busy; }

 private:
  struct UnitState {
    bool held = false;
    ModelTime free_since{};
    Duration busy{0};
  };
  struct Started {
    std::vector<schemas::Unit> units;
    ModelTime begin;
    ChainId chain_ended;
  };
  [[nodiscard]] bool idle(const WaitingTask& task) const;

  std::array<UnitState, 6> units_;
  ChainId chain_ = 0;  ///< that holds the accelerator's data memory
  std::vector<WaitingTask> waiting_;
  std::map<TaskId, Started> started_;
};

}  // namespace synergy::execution
