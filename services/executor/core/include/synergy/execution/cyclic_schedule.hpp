// A device's tasks in the plan's cyclic order: each unit serves its tasks in turn, cycle after cycle, and a
// task starts as soon as it is ready, its units are free and at its turn, and its buffers have a slot.
// Nothing overtakes, so the rate is the one the plan was computed to have (`synergy/schedule/plan_rate.hpp`).
//
// What a reader gets wrong: a task that never comes stops its units for good. Runs are counted since the plan
// was started; whoever does not start one must say so to every device of its pipeline (skip()).
//
// Pure: no clock, no I/O.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <vector>

#include "synergy/execution/task_order.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

class CyclicSchedule final : public TaskOrder {
 public:
  /// The part of the plan that concerns `device`.
  CyclicSchedule(const schemas::CollaborationPlan& plan, const DeviceId& device);

  void add(const WaitingTask& task) override;
  std::optional<StartedTask> start_next() override;
  void finish(TaskId id, ModelTime end) override;
  void skip(std::uint32_t pipeline, std::uint64_t first, std::uint64_t count) override;

  /// Stretches of skipped runs that are still remembered: for the test that it does not grow for ever.
  [[nodiscard]] std::size_t skips_remembered() const;

 private:
  struct Turn {
    TaskPlace place;         ///< its turn counts from the cycle's first
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
    TaskId id = 0;
    TaskPlace place;
    UnitList units;
    bool guest = false;
  };
  using Buffers = std::vector<Buffer>;
  /// Stretches of runs by their first; `last` is the one behind them.
  using Skips = std::map<std::uint64_t, std::uint64_t>;

  [[nodiscard]] bool may_start(const WaitingTask& task);
  /// Moves the unit on to the first turn that is not passed over; nothing when it has no more for ever.
  [[nodiscard]] std::optional<TaskPlace> turn_of(UnitState& unit) const;
  /// The end of the skipped stretch that holds this run, or nothing.
  [[nodiscard]] std::optional<std::uint64_t> skipped_until(std::uint32_t pipeline, std::uint64_t run) const;
  void forget_old_skips(std::uint32_t pipeline);
  /// Of the execution plan by which that turn's run is made.
  [[nodiscard]] Buffers& buffers_of(const TaskPlace& place);
  void take_buffers(const TaskPlace& place, StartedTask& started);

  [[nodiscard]] UnitState& state_of(schemas::Unit unit) { return units_[std::size_t(unit)]; }

  std::array<UnitState, 6> units_;                     ///< by unit
  std::vector<std::vector<Buffers>> buffers_;          ///< on this device; by pipeline and execution plan
  std::vector<std::vector<std::uint32_t>> sequences_;  ///< of each pipeline
  std::vector<Skips> skips_;                           ///< of each pipeline
  std::vector<WaitingTask> waiting_;
  std::vector<Started> started_;
};

}  // namespace synergy::execution
