// What happens to a device's runs, told to DeviceRuns; and what DeviceRuns asks for, done.
#include "synergy/executor/executor.hpp"

#include <algorithm>
#include <set>

#include "synergy/execution/prepare.hpp"
#include "synergy/execution/result_value.hpp"

namespace synergy::executor {

using execution::DeviceTask;
using execution::TaskId;
using schemas::TaskKind;

Executor::Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver,
                   Ports ports, FrameSpool* spool)
    : device_(std::move(device)),
      sensors_(std::move(sensors)),
      driver_(driver),
      ports_(std::move(ports)),
      spool_(spool),
      residents_(driver, ports_.now),
      runs_(device_, *this, numbers_) {
  if (spool_ != nullptr) reports_.emplace(device_, *spool_, ports_.tell_frames);
}

void Executor::on(const schemas::RunGrant& grant) {
  runs_.on(grant, ports_.now());
  runs_.start_tasks();
}

void Executor::on(const schemas::RunSkip& skip) {
  runs_.on(skip);
  runs_.start_tasks();
}

void Executor::on(const schemas::TensorSent& tensor) {
  runs_.on(tensor, ports_.now());
  runs_.start_tasks();
}

void Executor::on(const schemas::TensorTaken& taken) { runs_.on(taken, ports_.now()); }

void Executor::on(const schemas::RunResult& result) {
  runs_.on(result, ports_.now());
  runs_.start_tasks();
}

void Executor::end_at(TaskId id, ModelTime end) {
  ports_.at(end, [this, id, end] {
    if (!runs_.tasks().contains(id)) return;  // the plan was started again
    lag_.add(ports_.now() - end);
    runs_.end(id, end);
    runs_.start_tasks();
  });
}

void Executor::use_accelerator(DeviceTask& task, const execution::AcceleratorPart& part) {
  const auto& pipeline = runs_.pipeline_of(task);
  const auto& chunk = runs_.execution_of(task).chunks[part.chunk];
  schemas::AcceleratorDo operation;
  operation.action = part.action;
  operation.chunk = {pipeline.model, pipeline.model_digest, chunk.first_layer, chunk.last_layer};
  operation.begin = task.begin;
  operation.streamed = part.streamed;
  if (part.action == schemas::AcceleratorAction::kLoad) operation.data = std::move(task.data);
  driver_.perform(operation, [this, id = task.id](Result<schemas::AcceleratorDone> done) {
    const auto found = runs_.tasks().find(id);
    if (found == runs_.tasks().end()) return;  // the plan was started again
    if (done) return runs_.worked(id, done->end, std::move(done->data));
    if (done.error().code == ErrorCode::kNotFound) residents_.lost();  // the accelerator forgot
    runs_.fail(id, std::max(ports_.now(), found->second.begin), done.error().message);
    runs_.start_tasks();
  });
}

void Executor::begin_guest(TaskId, ModelTime) { load_queued_beside(); }

/// What a step does with the run's data, beyond taking time.
Status Executor::work(DeviceTask& task) {
  const auto& step = runs_.step_of(task);
  const auto& pipeline = runs_.pipeline_of(task);
  const auto& execution = runs_.execution_of(task);
  if (step.kind == TaskKind::kSense) {
    if (auto status = check_sensor(pipeline); !status) return status;
    if (pipeline.frames != schemas::FrameUse::kOwn) return sense_fed(task);
    auto frame = sensors_.at(pipeline.sensing).frame(task.state.key.run, pipeline.input, pipeline.kinds());
    task.data = std::move(frame.bytes);
    task.state.generated = frame.generated;
  } else if (step.kind == TaskKind::kPrepare) {
    execution::prepare(task.data);
  } else if (step.chunk + 1 == execution.chunks.size()) {
    // The result is formed when the last chunk's output is unpacked, or, where there is no room for that,
    // while it is unloaded.
    const bool unpacked_later = task.place.step + 1 < execution.steps.size() &&
                                execution.steps[task.place.step + 1].kind == TaskKind::kUnpack;
    if (step.kind == TaskKind::kUnpack || (step.kind == TaskKind::kUnload && !unpacked_later))
      task.data = execution::result_of(pipeline, std::move(task.data));
  }
  return {};
}

void Executor::send_tensor(const DeviceId& to, schemas::TensorSent tensor) { ports_.send_tensor(to, tensor); }

void Executor::send_taken(const DeviceId& to, schemas::TensorTaken taken) { ports_.send_taken(to, taken); }

void Executor::task_ended(const DeviceTask& task, ModelTime end) {
  const auto& step = runs_.step_of(task);
  for (const auto unit : task.units) busy_[std::size_t(unit)] += end - task.begin;
  energy_uj_ += step.energy_of_end(task.receives);
  ++tasks_done_;
  const auto& key = task.state.key;
  ports_.trace({key.app,
                key.run,
                key.attempt,
                step.kind,
                task.place.step,
                step.chunk,
                {task.units.begin(), task.units.end()},
                task.begin,
                end});
}

void Executor::run_ended(DeviceTask task, ModelTime end) {
  const auto& pipeline = runs_.pipeline_of(task);
  schemas::RunResult result;
  result.run = std::move(task.state);
  result.ended = end;
  result.lag = std::max(Duration(0), ports_.now() - end);
  const bool label = pipeline.result == schemas::ResultKind::kArgmax && execution::has_one_label(pipeline);
  if (const auto best = label ? execution::argmax_from(task.data) : std::nullopt) {
    result.label = best->label;
    result.score = best->score;
    if (std::size_t(result.label) < pipeline.labels.size())
      result.label_name = pipeline.labels[std::size_t(result.label)];
  } else {
    result.output = std::move(task.data);
  }
  ports_.publish_result(result);
}

void Executor::run_failed(const DeviceTask& task, const std::string& reason) {
  ++runs_failed_;
  ports_.publish_failed({task.state.key, device_, reason});
}

void Executor::follow_results(const AppId& app) { ports_.follow_results(app); }

std::map<std::string, std::uint64_t> Executor::counters() {
  std::set<schemas::RunKey> runs;
  std::array<std::uint64_t, 6> queue{};
  for (const auto& [id, task] : runs_.tasks()) {
    runs.insert(task.state.key);
    for (const auto unit : task.units) queue[std::size_t(unit)] += task.started ? 0 : 1;
  }
  const auto microseconds = [](Duration time) { return std::uint64_t(time.count() / 1000); };
  const auto lag = lag_.take();
  std::map<std::string, std::uint64_t> all{{"frames.open", spool_ == nullptr ? 0 : spool_->open()},
                                           {"runs.active", runs.size()},
                                           {"runs.failed", runs_failed_},
                                           {"tasks.done", tasks_done_},
                                           {"energy_uj", std::uint64_t(energy_uj_)},
                                           {"lag.max_us", microseconds(lag.max)},
                                           {"lag.p99_us", microseconds(lag.p99)}};
  for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) {
    all["busy_us." + std::string(name)] = microseconds(busy_[std::size_t(unit)]);
    all["queue." + std::string(name)] = queue[std::size_t(unit)];
  }
  return all;
}

}  // namespace synergy::executor
