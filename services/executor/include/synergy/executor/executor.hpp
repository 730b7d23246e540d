// The executor of one device: takes each run through the steps that the plan puts on this device.
//
// A step is a task here from its grant, or its tensor's arrival, to its end; then the run's next step is one,
// or its tensor goes on to the next executor, or its result is published. Which task starts next is the
// order's to say (execution/task_order.hpp). Times are model time throughout: a task begins and ends when the
// emulated hardware would, however late the host learns of it.
//
// What a reader gets wrong: a run that fails here stays failed. In a cyclic order others wait for its later
// steps, so the dispatcher starts the plan again, everywhere (Deploy::start), and repeats what was under way;
// each start begins with idle units and turn 0.
//
// Pure apart from its ports; one thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/execution/plan_task.hpp"
#include "synergy/executor/driver.hpp"
#include "synergy/executor/frames.hpp"
#include "synergy/executor/lag_meter.hpp"
#include "synergy/executor/residents.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::executor {

/// How the executor reaches the world. All are called from its own thread and return at once.
struct Ports {
  std::function<ModelTime()> now;
  /// Calls back when model time has come that far.
  std::function<void(ModelTime, std::function<void()>)> at;
  std::function<void(const DeviceId& to, const schemas::TensorSent&)> send_tensor;
  std::function<void(const DeviceId& to, const schemas::TensorTaken&)> send_taken;
  std::function<void(const schemas::RunResult&)> publish_result;
  std::function<void(const schemas::RunFailed&)> publish_failed;
  /// From now on, the app's results are to be handed in: other devices publish some of them.
  std::function<void(const AppId&)> follow_results;
  /// A task has ended; its units are those of this device.
  std::function<void(const schemas::TaskRecord&)> trace;
};

/// Times further ahead than this are nonsense, and what bears them is ignored: it would hold a unit for as
/// long.
inline constexpr Duration kFarthestAhead = std::chrono::minutes(1);

/// A message that comes again is known as such among so many turns, far more than are in flight; one that is
/// older is out of date.
inline constexpr std::uint64_t kTurnsRemembered = 4 * schemas::kMaxRunsInFlight;

class Executor {
 public:
  using Deployed = std::function<void(Result<schemas::Deployed>)>;

  /// Borrows the driver, which must outlive it. `sensors`: frames by capability.
  Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver, Ports ports);

  /// kServe: forgets all runs, makes the plan's chunks on this device resident, and no others, then answers
  /// and serves that start's runs. kLoadBeside: loads what is missing, where the plan begins with what is
  /// resident, between the tasks of the plan in force. Fails with kUnavailable while another deployment is
  /// going on, with kNotFound where the plan needs a sensor that the device does not have, or frames that the
  /// sensor does not give.
  void on(const schemas::Deploy& deploy, Deployed done);
  void on(const schemas::RunGrant& grant);
  void on(const schemas::RunSkip& skip);
  void on(const schemas::TensorSent& tensor);
  void on(const schemas::TensorTaken& taken);
  /// A result that another device may have published.
  void on(const schemas::RunResult& result);

  /// Runs of the plan in force are here.
  [[nodiscard]] bool busy() const { return !tasks_.empty(); }
  /// `runs.active`, `tasks.done`, `runs.failed`, `energy_uj`, `lag.max_us` and `lag.p99_us` (of steps ended
  /// since the last call), `busy_us.UNIT`, `queue.UNIT`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters();

 private:
  /// One step of one run, or its sender's or receiver's half where it is a transfer.
  struct Task {
    schemas::RunState state;
    execution::TaskPlace place;
    bool receives = false;
    DeviceId from;  ///< of the receiver's half
    schemas::Bytes data;
    std::vector<schemas::Unit> units;
    bool started = false;
    ModelTime begin{};
  };
  /// Results of a pipeline that ends on several devices: what may be published next.
  struct Delivery {
    std::uint64_t next = 0;                                       ///< turn; all before it have ended
    ModelTime ended{};                                            ///< of the last that ended
    std::map<std::uint64_t, std::uint64_t> skipped;               ///< first turn, and the one behind
    std::map<std::uint64_t, std::pair<Task, ModelTime>> waiting;  ///< last steps by turn; since when ready
  };
  /// Chunks that are still to be loaded beside what runs.
  struct Beside {
    Residents::Chunks chunks;
    std::size_t next = 0;
    Duration weight_load{0};
    std::uint64_t plan_id = 0;
    Deployed done;
  };

  // executor.cpp
  [[nodiscard]] const schemas::PipelinePlan& pipeline_of(const Task& task) const;
  [[nodiscard]] const schemas::ExecutionPlan& execution_of(const Task& task) const;
  [[nodiscard]] const schemas::Step& step_of(const Task& task) const;
  [[nodiscard]] bool is_of_this_start(std::uint64_t plan_id, std::uint64_t start) const;
  [[nodiscard]] bool is_far_ahead(ModelTime time) const;
  /// The task at this step of the run, or nothing where the message makes no sense or came before.
  std::optional<Task> admit(const schemas::RunState& state, std::uint32_t step);
  void enqueue(Task task, ModelTime ready);
  void start_tasks();
  void end_at(execution::TaskId id, ModelTime end);
  void end_task(execution::TaskId id, ModelTime end);
  void go_on(Task task, ModelTime ended);
  Status work_at_end(Task& task);
  void publish_result(Task& task, ModelTime ended);
  void fail(execution::TaskId id, ModelTime end, const std::string& reason);
  /// Frees the task's units, and hands it out.
  Task release(execution::TaskId id, ModelTime end);

  // start_task.cpp
  void start(execution::TaskId id, Task& task);
  void start_on_accelerator(execution::TaskId id, Task& task);
  void start_sending(execution::TaskId id, Task& task);
  void send(execution::TaskId id, Task& task);
  void start_receiving(execution::TaskId id, Task& task);
  void perform(execution::TaskId id, schemas::AcceleratorDo operation,
               std::function<void(Task&, schemas::AcceleratorDone&)> then);
  [[nodiscard]] schemas::AcceleratorDo operation_of(const Task& task, schemas::AcceleratorAction action,
                                                    std::uint32_t chunk) const;

  // deployment.cpp
  [[nodiscard]] Residents::Chunks chunks_here(const schemas::CollaborationPlan& plan) const;
  [[nodiscard]] Status check_sensor(const schemas::PipelinePlan& pipeline) const;
  [[nodiscard]] Status check_sensors(const schemas::CollaborationPlan& plan) const;
  void serve(const schemas::Deploy& deploy, Deployed done);
  void begin_start(const schemas::Deploy& deploy);
  void load_beside(const schemas::CollaborationPlan& plan, Deployed done);
  void load_next_beside();
  void end_loading_beside();

  // delivery.cpp
  void make_deliveries();
  void delivered(Delivery& delivery, std::uint64_t turn, ModelTime ended);

  DeviceId device_;
  std::map<std::string, Frames> sensors_;
  AcceleratorDriver& driver_;
  Ports ports_;
  Residents residents_;

  // Of the present start.
  std::shared_ptr<const schemas::CollaborationPlan> plan_;
  std::uint64_t start_ = 0;
  std::unique_ptr<execution::TaskOrder> order_;
  std::map<execution::TaskId, Task> tasks_;
  std::map<std::pair<schemas::RunKey, std::uint32_t>, execution::TaskId> sending_;  ///< by run and step
  /// Turns that came to a step here, the last kTurnsRemembered of them; by pipeline, execution plan, step.
  std::map<std::array<std::uint32_t, 3>, std::set<std::uint64_t>> came_;
  std::map<std::uint32_t, Delivery> deliveries_;  ///< of pipelines that end on several devices

  bool deploying_ = false;
  std::unique_ptr<Beside> beside_;
  execution::TaskId beside_task_ = 0;   ///< the chunk that waits for its units, or is being loaded; 0: none
  bool beside_loading_ = false;         ///< it is being loaded
  std::function<void()> after_beside_;  ///< a deployment that waits for it

  execution::TaskId last_task_ = 0;
  std::array<Duration, 6> busy_{};
  std::uint64_t tasks_done_ = 0, runs_failed_ = 0;
  double energy_uj_ = 0;
  LagMeter lag_;
};

}  // namespace synergy::executor
