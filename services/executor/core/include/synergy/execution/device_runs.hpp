// What one device does with the runs of a plan.
//
// A step is a task here from its grant, or its tensor's arrival, to its end. Then the run's next step is a
// task, or its tensor goes on to the next device, or the run has its result. A transfer is two tasks: the
// sender's half, which holds its tx from the moment it is ready, and the receiver's half, which says when the
// transfer takes place. Which task starts next is the order's to say (task_order.hpp). Results of a pipeline
// whose runs take several ways come out in the order of the runs (deliveries.hpp).
//
//   DeviceRuns runs(device, port, numbers);
//   runs.serve(plan, start);
//   runs.on(grant, now);   // and whatever else happened at that time
//   runs.start_tasks();    // the port is told what begins; later the caller says end(id, time)
//
// What a reader gets wrong: nothing starts by itself. The caller says all that happened at a model time, then
// calls start_tasks(). A virtual run has many things happen at one time; which task starts must not depend on
// which of them was told first.
//
// Pure: no clock, no bus, no I/O; model time comes in as arguments. One thread. The live executor and the
// virtual run drive the same class.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/execution/deliveries.hpp"
#include "synergy/execution/device_task.hpp"
#include "synergy/execution/turns_seen.hpp"
#include "synergy/schemas/accelerator.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::execution {

/// Times further ahead than this are nonsense, and what bears them is ignored: it would hold a unit for as
/// long.
inline constexpr Duration kFarthestAhead = std::chrono::minutes(1);

/// What the accelerator does in a task, on which of the execution plan's chunks. `streamed`: in the time of a
/// transfer, so that it takes none itself.
struct AcceleratorPart {
  schemas::AcceleratorAction action = schemas::AcceleratorAction::kInfer;
  std::uint32_t chunk = 0;
  bool streamed = false;
};

/// What DeviceRuns tells and asks. Every member may call back DeviceRuns before it returns, and a task that
/// is lent may be gone afterwards.
class DevicePort {
 public:
  virtual ~DevicePort() = default;
  /// DeviceRuns::end(id, end) is to be called when model time has come to `end`.
  virtual void end_at(TaskId id, ModelTime end) = 0;
  /// The accelerator's part of a task begins at `task.begin`: worked() or fail() is to be called once, now or
  /// later. It may take the task's data.
  virtual void use_accelerator(DeviceTask& task, const AcceleratorPart& part) = 0;
  /// A guest's units are its own: end_guest() is to be called once, now or later.
  virtual void begin_guest(TaskId id, ModelTime begin) = 0;
  /// What the step that has ended does with the run's data; an error fails the run.
  virtual Status work(DeviceTask& task) = 0;
  virtual void send_tensor(const DeviceId& to, schemas::TensorSent tensor) = 0;
  virtual void send_taken(const DeviceId& to, schemas::TensorTaken taken) = 0;
  /// A task has ended, well or not; its units are free from `end` on.
  virtual void task_ended(const DeviceTask& task, ModelTime end) = 0;
  /// The run has ended at its target, this device; `task` is its last.
  virtual void run_ended(DeviceTask task, ModelTime end) = 0;
  virtual void run_failed(const DeviceTask& task, const std::string& reason) = 0;
  /// From now on, the app's results are to be handed in (on(RunResult)): other devices publish some of them.
  virtual void follow_results(const AppId& app) = 0;
};

class DeviceRuns {
 public:
  /// Borrows both, which must outlive it. `numbers`: of the tasks; who shares them is free to order tasks of
  /// several devices by their ids.
  DeviceRuns(DeviceId device, DevicePort& port, TaskNumbers& numbers)
      : device_(std::move(device)), port_(port), numbers_(numbers) {}

  /// From here on the runs of that start of the plan are served, from turn 0 and with idle units. What was
  /// here of another start is forgotten.
  void serve(std::shared_ptr<const schemas::CollaborationPlan> plan, std::uint64_t start);
  /// Nothing is served until serve(). Tasks under way are forgotten: what is said of them afterwards changes
  /// nothing.
  void forget();
  /// The plan that is served; nullptr: none.
  [[nodiscard]] const schemas::CollaborationPlan* plan() const { return plan_.get(); }
  [[nodiscard]] std::uint64_t start() const { return start_; }

  // What others say. Of another start, of no task of this device, said before, or too far ahead of `now`: it
  // changes nothing.
  void on(const schemas::RunGrant& grant, ModelTime now);
  void on(const schemas::RunSkip& skip);
  void on(schemas::TensorSent tensor, ModelTime now);
  void on(const schemas::TensorTaken& taken, ModelTime now);
  /// A result that another device may have published.
  void on(const schemas::RunResult& result, ModelTime now);

  /// Starts what may start; whether anything did.
  bool start_tasks();
  /// The accelerator has done a task's part at `end`; `data`: of an unload.
  void worked(TaskId id, ModelTime end, schemas::Bytes data = {});
  /// The task has ended, as end_at() asked for.
  void end(TaskId id, ModelTime end);
  /// The task has ended without success: so has its attempt of the run.
  void fail(TaskId id, ModelTime end, const std::string& reason);

  /// Work that belongs to no run: it begins as soon as its units are idle, and takes nobody's turn. Only
  /// while a plan is served.
  TaskId add_guest(const UnitList& units, ModelTime ready);
  /// Ends a guest that has begun.
  void end_guest(TaskId id, ModelTime end);

  /// Those that wait or are under way, guests left out.
  [[nodiscard]] const std::map<TaskId, DeviceTask>& tasks() const { return tasks_; }
  [[nodiscard]] const schemas::PipelinePlan& pipeline_of(const DeviceTask& task) const;
  [[nodiscard]] const schemas::ExecutionPlan& execution_of(const DeviceTask& task) const;
  [[nodiscard]] const schemas::Step& step_of(const DeviceTask& task) const;

 private:
  /// A step of the plan as this device has to do with it.
  struct StepHere {
    UnitList units;   ///< of this device
    TurnsSeen asked;  ///< turns for which a message asked for it
  };
  /// A task is handed on in its node of the map, so that its next step here takes no new memory.
  using Tasks = std::map<TaskId, DeviceTask>;

  [[nodiscard]] bool is_of_this_start(std::uint64_t plan_id, std::uint64_t start) const;
  [[nodiscard]] StepHere& here(const DeviceTask& task);
  /// Enqueues the task at this step of the run; nullptr where the message makes no sense or came before.
  DeviceTask* admit(schemas::RunState state, std::uint32_t step, ModelTime ready);
  DeviceTask& enqueue(DeviceTask task, ModelTime ready);
  DeviceTask& enqueue(Tasks::node_type task, ModelTime ready);
  void enqueue(std::optional<Deliveries::Ready> last_step);
  void begin(DeviceTask& task);
  void begin_half_of_transfer(DeviceTask& task);
  void send(DeviceTask& task);
  void go_on(Tasks::node_type node, ModelTime ended);
  void end_run(DeviceTask task, ModelTime ended);
  /// Frees the task's units, and hands it out.
  Tasks::node_type release(Tasks::iterator task, ModelTime end);

  DeviceId device_;
  DevicePort& port_;
  TaskNumbers& numbers_;

  // Of the present start.
  std::shared_ptr<const schemas::CollaborationPlan> plan_;
  std::uint64_t start_ = 0;
  std::vector<std::vector<std::vector<StepHere>>> steps_;  ///< by pipeline, execution plan, step
  std::unique_ptr<TaskOrder> order_;
  bool may_start_ = false;  ///< something happened since the order had nothing more to start
  Tasks tasks_;
  std::set<TaskId> guests_;
  /// The sender's half whose receiver has not said yet when the transfer takes place; 0: none. It holds tx,
  /// so that there is one at most.
  TaskId sending_ = 0;
  Deliveries deliveries_;
};

}  // namespace synergy::execution
