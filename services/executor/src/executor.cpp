// From message to task to the next task, and out again.
#include "synergy/executor/executor.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"
#include "synergy/execution/prepare.hpp"
#include "synergy/execution/result_value.hpp"

namespace synergy::executor {

using execution::TaskId;
using schemas::TaskKind;

Executor::Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver,
                   Ports ports)
    : device_(std::move(device)),
      sensors_(std::move(sensors)),
      driver_(driver),
      ports_(std::move(ports)),
      residents_(driver, ports_.now) {}

const schemas::PipelinePlan& Executor::pipeline_of(const Task& task) const {
  return plan_->pipelines[task.place.pipeline];
}
const schemas::ExecutionPlan& Executor::execution_of(const Task& task) const {
  return execution::execution_of(*plan_, task.place);
}
const schemas::Step& Executor::step_of(const Task& task) const {
  return execution_of(task).steps[task.place.step];
}

bool Executor::is_of_this_start(std::uint64_t plan_id, std::uint64_t start) const {
  return plan_ && order_ && plan_->id == plan_id && start_ == start && !deploying_;
}

bool Executor::is_far_ahead(ModelTime time) const { return time > ports_.now() + kFarthestAhead; }

void Executor::on(const schemas::RunGrant& grant) {
  if (is_far_ahead(grant.not_before)) return;
  schemas::RunState state{grant.key, grant.plan_id, grant.execution, grant.not_before, 0,
                          {},        grant.start,   grant.turn};
  auto task = admit(state, 0);
  if (!task) return;
  enqueue(std::move(*task), grant.not_before);
  start_tasks();
}

void Executor::on(const schemas::RunSkip& skip) {
  if (!is_of_this_start(skip.plan_id, skip.start)) return;
  for (std::uint32_t p = 0; p < plan_->pipelines.size(); ++p) {
    if (plan_->pipelines[p].app != skip.app) continue;
    order_->skip(p, skip.first_turn, skip.turns);
    if (const auto delivery = deliveries_.find(p); delivery != deliveries_.end() && skip.turns > 0) {
      delivery->second.skipped[skip.first_turn] = skip.first_turn + skip.turns;
      delivered(delivery->second, delivery->second.next, delivery->second.ended);
    }
  }
  start_tasks();
}

void Executor::on(const schemas::TensorSent& tensor) {
  if (is_far_ahead(tensor.ready)) return;
  auto task = admit(tensor.run, tensor.step);
  if (!task) return;
  task->from = tensor.from;
  task->data = tensor.data;
  enqueue(std::move(*task), tensor.ready);
  start_tasks();
}

std::optional<Executor::Task> Executor::admit(const schemas::RunState& state, std::uint32_t step) {
  if (!is_of_this_start(state.plan_id, state.start)) return std::nullopt;
  const auto* found = plan_->find(state.key.app);
  if (found == nullptr || state.execution != execution::execution_index(*found, state.turn) ||
      step >= found->executions[state.execution].steps.size())
    return std::nullopt;
  const auto& planned = found->executions[state.execution].steps[step];
  const bool receives = planned.kind == TaskKind::kTransfer && planned.to == device_;
  if (!receives && planned.device != device_) return std::nullopt;
  Task task;
  task.place = {std::uint32_t(found - plan_->pipelines.data()), step, state.turn};
  auto& came = came_[{task.place.pipeline, state.execution, step}];
  const bool out_of_date = !came.empty() && state.turn + kTurnsRemembered <= *came.rbegin();
  if (out_of_date || !came.insert(state.turn).second) return std::nullopt;
  if (came.size() > kTurnsRemembered) came.erase(came.begin());
  task.state = state;
  task.receives = receives;
  auto& devices = task.state.devices;
  if (devices.empty() || devices.back() != device_) devices.push_back(device_);
  return task;
}

void Executor::enqueue(Task task, ModelTime ready) {
  auto waiting = execution::waiting_task(*plan_, task.place, task.receives, ready);
  waiting.id = ++last_task_;
  task.units = waiting.units;
  tasks_.emplace(waiting.id, std::move(task));
  order_->add(std::move(waiting));
}

void Executor::start_tasks() {
  while (order_) {
    const auto started = order_->start_next();
    if (!started) return;
    if (started->id == beside_task_) {
      load_next_beside();
      continue;
    }
    auto& task = tasks_.at(started->id);
    task.started = true;
    task.begin = started->begin;
    start(started->id, task);
  }
}

void Executor::end_at(TaskId id, ModelTime end) {
  ports_.at(end, [this, id, end] {
    if (!tasks_.contains(id)) return;  // the plan was started again
    lag_.add(ports_.now() - end);
    end_task(id, end);
  });
}

void Executor::end_task(TaskId id, ModelTime end) {
  auto task = release(id, end);
  const bool sent = step_of(task).kind == TaskKind::kTransfer && !task.receives;
  if (!sent) go_on(std::move(task), end);
  start_tasks();
}

Executor::Task Executor::release(TaskId id, ModelTime end) {
  auto task = std::move(tasks_.extract(id).mapped());
  order_->finish(id, end);
  const auto& step = step_of(task);
  for (const auto unit : task.units) busy_[std::size_t(unit)] += end - task.begin;
  if (!task.receives) energy_uj_ += step.energy_uj;
  ++tasks_done_;
  const auto& key = task.state.key;
  ports_.trace(
      {key.app, key.run, key.attempt, step.kind, task.place.step, step.chunk, task.units, task.begin, end});
  return task;
}

void Executor::go_on(Task task, ModelTime ended) {
  if (auto status = work_at_end(task); !status) {
    ++runs_failed_;
    return ports_.publish_failed({task.state.key, device_, status.error().message});
  }
  if (!task.receives) task.state.energy_uj += step_of(task).energy_uj;  // a transfer's is the sender's to add
  task.receives = false;
  const auto steps = execution_of(task).steps.size();
  if (++task.place.step == steps) {
    --task.place.step;
    return publish_result(task, ended);
  }
  if (const auto& next = step_of(task); next.device != device_)  // it prepares for what is streamed to it
    return ports_.send_tensor(next.device,
                              {std::move(task.state), task.place.step, device_, ended, std::move(task.data)});
  const auto delivery = deliveries_.find(task.place.pipeline);
  const bool waits = task.place.step + 1 == steps && delivery != deliveries_.end();
  if (!waits) return enqueue(std::move(task), ended);
  const auto turn = task.place.turn;
  delivery->second.waiting.emplace(turn, std::pair(std::move(task), ended));
  delivered(delivery->second, delivery->second.next, delivery->second.ended);
}

/// What a step does with the run's data, beyond taking time.
Status Executor::work_at_end(Task& task) {
  const auto& step = step_of(task);
  const auto& pipeline = pipeline_of(task);
  const auto& execution = execution_of(task);
  if (step.kind == TaskKind::kSense) {
    if (auto status = check_sensor(pipeline); !status) return status;
    auto frame = sensors_.at(pipeline.sensing).frame(task.state.key.run, pipeline.input);
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

void Executor::publish_result(Task& task, ModelTime ended) {
  const auto& pipeline = pipeline_of(task);
  schemas::RunResult result;
  result.run = std::move(task.state);
  result.ended = ended;
  result.lag = std::max(Duration(0), ports_.now() - ended);
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
  if (const auto delivery = deliveries_.find(task.place.pipeline); delivery != deliveries_.end())
    delivered(delivery->second, task.place.turn + 1, ended);
}

void Executor::fail(TaskId id, ModelTime end, const std::string& reason) {
  const auto task = release(id, end);
  ++runs_failed_;
  ports_.publish_failed({task.state.key, device_, reason});
}

std::map<std::string, std::uint64_t> Executor::counters() {
  std::set<schemas::RunKey> runs;
  std::array<std::uint64_t, 6> queue{};
  for (const auto& [id, task] : tasks_) {
    runs.insert(task.state.key);
    for (const auto unit : task.units) queue[std::size_t(unit)] += task.started ? 0 : 1;
  }
  const auto microseconds = [](Duration time) { return std::uint64_t(time.count() / 1000); };
  const auto lag = lag_.take();
  std::map<std::string, std::uint64_t> all{
      {"runs.active", runs.size()},          {"runs.failed", runs_failed_},
      {"tasks.done", tasks_done_},           {"energy_uj", std::uint64_t(energy_uj_)},
      {"lag.max_us", microseconds(lag.max)}, {"lag.p99_us", microseconds(lag.p99)}};
  for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) {
    all["busy_us." + std::string(name)] = microseconds(busy_[std::size_t(unit)]);
    all["queue." + std::string(name)] = queue[std::size_t(unit)];
  }
  return all;
}

}  // namespace synergy::executor
