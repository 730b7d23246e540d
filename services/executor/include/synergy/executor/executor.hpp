// The executor of one device: takes each run through the steps that the plan puts on this device.
//
// A run is here from its grant, or its tensor's arrival, to its last step here: then its tensor goes on to
// the next executor, or its result is published. Times are model time throughout
// (execution/device_schedule.hpp).
//
// What a reader gets wrong: nothing is kept for later attempts. A run that fails here is reported failed and
// forgotten; the dispatcher begins it again from its sensing, with a higher attempt number.
//
// Pure apart from its ports; one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "synergy/execution/device_schedule.hpp"
#include "synergy/execution/task_trace.hpp"
#include "synergy/executor/driver.hpp"
#include "synergy/executor/frames.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

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
};

/// How long, beyond the transfer's own time, a sender waits for the receiver's word: model time.
inline constexpr Duration kTransferPatience = std::chrono::seconds(3);
/// Times further ahead than this are nonsense, and what bears them is ignored: it would hold a unit for as
/// long.
inline constexpr Duration kFarthestAhead = std::chrono::minutes(1);

class Executor {
 public:
  using Deployed = std::function<void(Result<schemas::Deployed>)>;

  /// Borrows the driver, which must outlive it. `sensors`: frames by capability.
  Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver, Ports ports);

  /// Makes the plan's chunks on this device resident, and no others, in the plan's order; then answers. Where
  /// what is resident is not how the plan begins, the accelerator is power cycled and all are loaded. Runs of
  /// earlier plans that are still here are reported failed.
  void on(const schemas::Deploy& deploy, Deployed done);
  void on(const schemas::RunGrant& grant);
  void on(const schemas::TensorSent& tensor);
  void on(const schemas::TensorTaken& taken);

  /// `runs.active`, `tasks.done`, `runs.failed`, `lag.max_us` (since the last call), `busy_us.UNIT`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters();
  /// Its last tasks that came to their end.
  [[nodiscard]] const execution::TaskTrace& trace() const { return trace_; }

 private:
  /// One run while it is on this device, at one step of its execution plan.
  struct ActiveRun {
    schemas::RunState state;
    std::shared_ptr<const schemas::CollaborationPlan> plan;
    std::size_t pipeline = 0;
    std::uint32_t step = 0;
    bool receiving = false;  ///< the step is a transfer to this device
    bool taken = false;      ///< the step is a transfer from this device, and the receiver has answered
    DeviceId from;           ///< of a transfer to this device
    schemas::Bytes data;
    execution::ChainId chain = 0;
    execution::TaskId task = 0;
    ModelTime begin{};  ///< of the present step, once started
  };

  [[nodiscard]] const schemas::PipelinePlan& pipeline_of(const ActiveRun& run) const;
  [[nodiscard]] const schemas::ExecutionPlan& execution_of(const ActiveRun& run) const;
  [[nodiscard]] const schemas::Step& step_of(const ActiveRun& run) const;
  [[nodiscard]] schemas::ChunkKey chunk_key(const schemas::PipelinePlan& pipeline,
                                            const schemas::Chunk& chunk) const;

  /// The run, ready for its first step here; nullptr when plan or pipeline are unknown or a later attempt is
  /// here.
  ActiveRun* admit(const schemas::RunState& state, std::uint32_t step);
  void enqueue(ActiveRun& run, ModelTime ready);
  [[nodiscard]] bool is_far_ahead(ModelTime time) const;
  void start_tasks();
  void start(ActiveRun& run, ModelTime begin);
  void start_on_accelerator(ActiveRun& run);
  void start_sending(ActiveRun& run);
  /// Ends the present step at `end`: once that model time has come, the units are freed and the run goes on.
  void end_step(const schemas::RunKey& key, ModelTime end);
  void note_task(const ActiveRun& run, ModelTime end);
  void advance(ActiveRun& run, ModelTime end);
  Status work_at_end(ActiveRun& run);
  void publish_result(ActiveRun& run, ModelTime ended);
  /// Frees the units of a started task, once.
  void release(execution::TaskId task, ModelTime end);
  /// The run that this task belongs to, if the run is still at it.
  ActiveRun* run_at(execution::TaskId task, const schemas::RunKey& key);
  void fail(const schemas::RunKey& key, const std::string& reason);
  void forget(const schemas::RunKey& key);
  void note_lag(ModelTime due);

  /// Operations still to do for a deployment, in order.
  struct Deployment {
    std::vector<schemas::AcceleratorDo> operations;
    std::size_t next = 0;
    Duration weight_load{0};
    Deployed done;
  };
  /// The plan's chunks on this device, in the plan's order.
  [[nodiscard]] std::vector<schemas::ChunkKey> wanted_chunks() const;
  void begin_deployment(Deployed done);
  void continue_deployment(const std::shared_ptr<Deployment>& deployment);

  DeviceId device_;
  std::map<std::string, Frames> sensors_;
  AcceleratorDriver& driver_;
  Ports ports_;
  execution::DeviceSchedule schedule_;
  execution::TaskTrace trace_;
  std::shared_ptr<const schemas::CollaborationPlan> plan_;
  std::vector<schemas::ChunkKey> resident_;  ///< in the order they were loaded
  bool powered_ = false;  ///< whether what is resident is known: not before the first deployment
  bool deploying_ = false;
  std::map<schemas::RunKey, ActiveRun> runs_;
  std::map<execution::TaskId, schemas::RunKey> tasks_;
  execution::TaskId last_task_ = 0;
  std::uint64_t tasks_done_ = 0, runs_failed_ = 0;
  Duration lag_{0};
};

}  // namespace synergy::executor
