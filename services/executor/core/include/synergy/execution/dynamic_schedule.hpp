// Which task of a device starts next, and when: the units of one device and the tasks that wait for them.
//
// Time is model time and comes in as data: a task starts at the later of its own ready time and the moment
// its units became free, even where the host learns of it later. So host delays shift nothing and do not add
// up.
//
// Pure: no clock, no I/O. The order is dynamic: of the tasks whose units are idle, the one of highest
// priority, then the one ready first, then the lower id.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "synergy/execution/task_order.hpp"

namespace synergy::execution {

class DynamicSchedule final : public TaskOrder {
 public:
  /// Adds a task; ids must be unique among those waiting or started.
  void add(const WaitingTask& task) override;

  /// Starts the next task whose units are all idle, if there is one. Its units are held until finish().
  std::optional<StartedTask> start_next() override;

  /// Ends a started task: its units are free from `end` on.
  void finish(TaskId id, ModelTime end) override;

  /// Nothing to do: nobody waits for what has not come.
  void skip(std::uint32_t, std::uint64_t, std::uint64_t) override {}

 private:
  struct UnitState {
    bool held = false;
    ModelTime free_since{};
  };
  struct Started {
    TaskId id;
    UnitList units;
    ChainId chain_ended;
  };
  [[nodiscard]] bool idle(const WaitingTask& task) const;

  std::array<UnitState, 6> units_;
  ChainId chain_ = 0;  ///< that holds the accelerator's data memory
  std::vector<WaitingTask> waiting_;
  std::vector<Started> started_;
};

}  // namespace synergy::execution
