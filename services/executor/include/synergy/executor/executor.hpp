// The executor of one device: takes each run through the steps that the plan puts on this device.
//
// What becomes of a run here, step by step, is execution::DeviceRuns' to say, which a virtual run drives too.
// The executor joins it to the world: the accelerator does its part of a task, sensors give frames, a task
// ends when model time has come so far, and deployments replace the plan. Times are model time throughout: a
// task begins and ends when the emulated hardware would, however late the host learns of it.
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
#include <string>

#include "synergy/execution/device_runs.hpp"
#include "synergy/executor/driver.hpp"
#include "synergy/executor/frame_reports.hpp"
#include "synergy/executor/frame_spool.hpp"
#include "synergy/executor/frames.hpp"
#include "synergy/executor/lag_meter.hpp"
#include "synergy/executor/residents.hpp"
#include "synergy/schemas/plan_commands.hpp"
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
  /// To the dispatcher. Only where there is a spool.
  FrameReports::Send tell_frames{};
};

class Executor final : private execution::DevicePort {
 public:
  using Deployed = std::function<void(Result<schemas::Deployed>)>;

  /// Borrows the driver and the spool, which must outlive it. `sensors`: frames by capability. Without a
  /// spool nothing can be fed.
  Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver, Ports ports,
           FrameSpool* spool = nullptr);

  /// kServe: forgets all runs, makes the plan's chunks on this device resident, and no others, then answers
  /// and serves that start's runs; where switches of the plan load weights here, it empties the accelerator.
  /// kLoadBeside: loads what is missing, where the plan begins with what is resident, between the tasks of
  /// the plan in force. Fails with kUnavailable while another deployment is going on, with kNotFound where
  /// the plan needs a sensor that the device does not have, or frames that the sensor does not give.
  void on(const schemas::Deploy& deploy, Deployed done);
  void on(const schemas::RunGrant& grant);
  void on(const schemas::RunSkip& skip);
  void on(const schemas::TensorSent& tensor);
  void on(const schemas::TensorTaken& taken);
  /// A result that another device may have published.
  void on(const schemas::RunResult& result);

  /// A frame for one of the sensors. Once this returns, it is in the spool, or it is refused: kNotFound where
  /// there is no such sensor, or it is not fed; kInvalid where an app that takes its frames can not use this
  /// one; else as FrameSpool::add().
  [[nodiscard]] Result<schemas::FrameFed> on(const schemas::FrameFeed& feed);
  /// Of sequence 0, which no frame has: the app has ended, and takes no more frames.
  void on(const schemas::FrameEnded& ended);
  /// The frames that are open are told once more: word of an outcome may have been lost.
  void tell_frames_again();

  /// Runs of the plan in force are here.
  [[nodiscard]] bool busy() const { return !runs_.tasks().empty(); }
  /// `frames.open`, `runs.active`, `tasks.done`, `runs.failed`, `energy_uj` (of all tasks that ended here; of
  /// a transfer this device's part), `lag.max_us` and `lag.p99_us` (of steps ended since the last call),
  /// `busy_us.UNIT`, `queue.UNIT`, by name.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters();

 private:
  /// Chunks that are still to be loaded beside what runs.
  struct Beside {
    Residents::Chunks chunks;
    std::size_t next = 0;
    Duration weight_load{0};
    std::uint64_t plan_id = 0;
    Deployed done;
  };

  // executor.cpp: what DeviceRuns asks for.
  void end_at(execution::TaskId id, ModelTime end) override;
  void use_accelerator(execution::DeviceTask& task, const execution::AcceleratorPart& part) override;
  void begin_guest(execution::TaskId id, ModelTime begin) override;
  Status work(execution::DeviceTask& task) override;
  void send_tensor(const DeviceId& to, schemas::TensorSent tensor) override;
  void send_taken(const DeviceId& to, schemas::TensorTaken taken) override;
  void task_ended(const execution::DeviceTask& task, ModelTime end) override;
  void run_ended(execution::DeviceTask task, ModelTime end) override;
  void run_failed(const execution::DeviceTask& task, const std::string& reason) override;
  void follow_results(const AppId& app) override;

  // feeding.cpp
  [[nodiscard]] Status check_feed(const schemas::FrameFeed& feed) const;
  [[nodiscard]] Takers takers_of(const schemas::CollaborationPlan& plan) const;
  /// By the plan that is served. Where the spool can not be written no frame can be added either, which says
  /// why; runs go on, and it is tried again when frames are told again.
  void set_takers();
  [[nodiscard]] std::vector<AppId> owed(std::vector<AppId> apps) const;
  /// The run's frame from the spool, as its model takes it.
  Status sense_fed(execution::DeviceTask& task);

  // deployment.cpp
  [[nodiscard]] Residents::Chunks chunks_here(const schemas::CollaborationPlan& plan) const;
  [[nodiscard]] bool reloads_here(const schemas::CollaborationPlan& plan) const;
  [[nodiscard]] Status check_sensor(const schemas::PipelinePlan& pipeline) const;
  [[nodiscard]] Status check_sensors(const schemas::CollaborationPlan& plan) const;
  void serve(const schemas::Deploy& deploy, Deployed done);
  void load_beside(const schemas::CollaborationPlan& plan, Deployed done);
  /// Queues the next chunk, or ends where there is none.
  void queue_next_beside();
  void load_queued_beside();
  void end_loading_beside();

  DeviceId device_;
  std::map<std::string, Frames> sensors_;
  AcceleratorDriver& driver_;
  Ports ports_;
  FrameSpool* spool_;  ///< nullptr: there is none
  std::optional<FrameReports> reports_;
  bool takers_are_kept_ = true;  ///< in the spool
  Residents residents_;

  execution::TaskNumbers numbers_;
  execution::DeviceRuns runs_;

  bool deploying_ = false;
  std::unique_ptr<Beside> beside_;
  execution::TaskId beside_task_ = 0;   ///< the chunk that waits for its units, or is being loaded; 0: none
  bool beside_loading_ = false;         ///< it is being loaded
  std::function<void()> after_beside_;  ///< a deployment that waits for it

  std::array<Duration, 6> busy_{};
  std::uint64_t tasks_done_ = 0, runs_failed_ = 0;
  double energy_uj_ = 0;
  LagMeter lag_;
};

}  // namespace synergy::executor
