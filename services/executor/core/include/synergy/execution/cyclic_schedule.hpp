// A device's tasks in the plan's cyclic order: each unit serves its tasks in turn, cycle after cycle, and a
// task starts as soon as it is ready, its units are free and at its turn, and its buffers have a slot.
// Nothing overtakes, so the rate is the one the plan was computed to have (`synergy/schedule/plan_rate.hpp`).
//
// What a reader gets wrong: a task that never comes stops its units for good. Runs are counted since the plan
// began; where they end is given at construction, and turns of later runs are passed over.
//
// Pure: no clock, no I/O.
#pragma once

#include <deque>
#include <map>

#include "synergy/execution/task_order.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

class CyclicSchedule final : public TaskOrder {
 public:
  /// The part of the plan that concerns `device`. `runs`: how many of each pipeline there will be.
  CyclicSchedule(const schemas::CollaborationPlan& plan, const DeviceId& device, std::uint64_t runs);

  void add(WaitingTask task) override;
  std::optional<StartedTask> start_next() override;
  void finish(TaskId id, ModelTime end) override;

 private:
  struct Turn {
    TaskPlace place;         ///< `run` counts from the cycle's first
    std::uint64_t runs = 1;  ///< of the pipeline in a cycle
    std::uint64_t lag = 0;
  };
  struct UnitState {
    std::vector<Turn> order;
    std::size_t next = 0;     ///< index of the turn
    std::uint64_t cycle = 0;  ///< that it is in
    bool held = false;
    ModelTime free_since{};
  };
  struct Buffer {
    std::uint32_t first_step = 0, last_step = 0, slots = 1;
    std::deque<ModelTime> left;  ///< when each free slot was left; a slot never used is not in it
    std::uint32_t unused = 1;
  };
  struct Started {
    TaskPlace place;
    std::vector<schemas::Unit> units;
  };
  using BufferKey = std::pair<std::uint32_t, std::uint32_t>;  ///< pipeline, execution

  [[nodiscard]] bool may_start(const WaitingTask& task);
  /// The run whose turn it is on the unit; nothing when the unit has no more.
  [[nodiscard]] std::optional<TaskPlace> turn_of(UnitState& unit) const;
  [[nodiscard]] BufferKey buffers_of(const TaskPlace& place) const;

  std::map<schemas::Unit, UnitState> units_;
  std::map<BufferKey, std::vector<Buffer>> buffers_;
  std::vector<std::vector<std::uint32_t>> sequences_;  ///< of each pipeline
  std::uint64_t runs_;
  std::vector<WaitingTask> waiting_;
  std::map<TaskId, Started> started_;
};

}  // namespace synergy::execution
