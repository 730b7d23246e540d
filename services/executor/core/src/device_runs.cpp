#include "synergy/execution/device_runs.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/check.hpp"
#include "synergy/execution/plan_task.hpp"

namespace synergy::execution {

using schemas::TaskKind;

namespace {

bool is_far_ahead(ModelTime time, ModelTime now) { return time > now + kFarthestAhead; }

}  // namespace

const schemas::PipelinePlan& DeviceRuns::pipeline_of(const DeviceTask& task) const {
  return plan_->pipelines[task.place.pipeline];
}
const schemas::ExecutionPlan& DeviceRuns::execution_of(const DeviceTask& task) const {
  return pipeline_of(task).executions[task.state.execution];
}
const schemas::Step& DeviceRuns::step_of(const DeviceTask& task) const {
  return execution_of(task).steps[task.place.step];
}

void DeviceRuns::serve(std::shared_ptr<const schemas::CollaborationPlan> plan, std::uint64_t start) {
  forget();
  plan_ = std::move(plan);
  start_ = start;
  for (const auto& pipeline : plan_->pipelines) {
    auto& ways = steps_.emplace_back();
    for (const auto& execution : pipeline.executions) {
      auto& steps = ways.emplace_back();
      for (const auto& step : execution.steps) steps.push_back({units_held_on(device_, step), {}});
    }
  }
  order_ = make_order(*plan_, device_);
  deliveries_ = Deliveries(*plan_, device_);
  for (const auto& app : deliveries_.shared()) port_.follow_results(app);
}

void DeviceRuns::forget() {
  plan_.reset();
  steps_.clear();
  order_.reset();
  may_start_ = false;
  tasks_.clear();
  guests_.clear();
  sending_ = 0;
  deliveries_ = Deliveries();
}

bool DeviceRuns::is_of_this_start(std::uint64_t plan_id, std::uint64_t start) const {
  return plan_ && plan_->id == plan_id && start_ == start;
}

void DeviceRuns::on(const schemas::RunGrant& grant, ModelTime now) {
  if (is_far_ahead(grant.not_before, now)) return;
  schemas::RunState state{grant.key,   grant.plan_id, grant.execution, grant.not_before, 0, {},
                          grant.start, grant.turn,    false,           grant.frame};
  admit(std::move(state), 0, grant.not_before);
}

void DeviceRuns::on(const schemas::RunSkip& skip) {
  if (!is_of_this_start(skip.plan_id, skip.start)) return;
  for (std::uint32_t p = 0; p < plan_->pipelines.size(); ++p) {
    if (plan_->pipelines[p].app != skip.app) continue;
    order_->skip(p, skip.first_turn, skip.turns);
    may_start_ = true;
    enqueue(deliveries_.skip(p, skip.first_turn, skip.turns));
  }
}

void DeviceRuns::on(schemas::TensorSent tensor, ModelTime now) {
  if (is_far_ahead(tensor.ready, now)) return;
  auto* task = admit(std::move(tensor.run), tensor.step, tensor.ready);
  if (task == nullptr) return;
  task->from = std::move(tensor.from);
  task->data = std::move(tensor.data);
}

void DeviceRuns::on(const schemas::TensorTaken& taken, ModelTime now) {
  const auto found = tasks_.find(sending_);
  if (found == tasks_.end()) return;
  const auto& task = found->second;
  if (task.place.step != taken.step || task.state.key != taken.key) return;
  if (is_far_ahead(taken.end - step_of(task).duration, now)) return;
  sending_ = 0;
  port_.end_at(task.id, std::max(taken.end, task.begin));
}

void DeviceRuns::on(const schemas::RunResult& result, ModelTime now) {
  const auto& run = result.run;
  if (!is_of_this_start(run.plan_id, run.start) || is_far_ahead(result.ended, now)) return;
  for (std::uint32_t p = 0; p < plan_->pipelines.size(); ++p)
    if (plan_->pipelines[p].app == run.key.app && deliveries_.keeps(p) && run.turn == deliveries_.next(p))
      enqueue(deliveries_.ended(p, run.turn, result.ended));
}

DeviceRuns::StepHere& DeviceRuns::here(const DeviceTask& task) {
  return steps_[task.place.pipeline][task.state.execution][task.place.step];
}

DeviceTask* DeviceRuns::admit(schemas::RunState state, std::uint32_t step, ModelTime ready) {
  if (!is_of_this_start(state.plan_id, state.start)) return nullptr;
  const auto* found = plan_->find(state.key.app);
  if (found == nullptr || state.execution != execution_index(*found, state.turn) ||
      step >= found->executions[state.execution].steps.size())
    return nullptr;
  const auto& planned = found->executions[state.execution].steps[step];
  DeviceTask task;
  task.receives = planned.kind == TaskKind::kTransfer && planned.to == device_;
  if (!task.receives && planned.device != device_) return nullptr;
  task.place = {std::uint32_t(found - plan_->pipelines.data()), step, state.turn};
  task.state = std::move(state);
  if (!here(task).asked.add(task.place.turn)) return nullptr;
  auto& devices = task.state.devices;
  if (devices.empty() || devices.back() != device_) devices.push_back(device_);
  return &enqueue(std::move(task), ready);
}

DeviceTask& DeviceRuns::enqueue(DeviceTask task, ModelTime ready) {
  Tasks one;
  one.emplace(TaskId{}, std::move(task));
  return enqueue(one.extract(one.begin()), ready);
}

DeviceTask& DeviceRuns::enqueue(Tasks::node_type node, ModelTime ready) {
  auto& task = node.mapped();
  node.key() = task.id = numbers_.next();
  task.units = here(task).units;
  task.started = false;
  tasks_.insert(tasks_.end(), std::move(node));
  order_->add(waiting_task(*plan_, step_of(task), task, ready));
  may_start_ = true;
  return task;
}

void DeviceRuns::enqueue(std::optional<Deliveries::Ready> last_step) {
  if (last_step) enqueue(std::move(last_step->task), last_step->since);
}

bool DeviceRuns::start_tasks() {
  bool any = false;
  while (may_start_) {
    const auto started = order_->start_next();
    if (!started) {
      may_start_ = false;
      break;
    }
    any = true;
    const auto found = tasks_.find(started->id);
    if (found == tasks_.end()) {
      port_.begin_guest(started->id, started->begin);
      continue;
    }
    auto& task = found->second;
    task.started = true;
    task.begin = started->begin;
    begin(task);
  }
  return any;
}

void DeviceRuns::begin(DeviceTask& task) {
  const auto& step = step_of(task);
  const auto use = [&](schemas::AcceleratorAction action) {
    port_.use_accelerator(task, {action, step.chunk, false});
  };
  switch (step.kind) {
    case TaskKind::kSense:
      task.state.began = task.begin;
      [[fallthrough]];
    case TaskKind::kPrepare:
    case TaskKind::kUnpack:
    case TaskKind::kInteract:
      return port_.end_at(task.id, task.begin + step.duration);
    case TaskKind::kSwitch:
      return use(step.reloads ? schemas::AcceleratorAction::kReload : schemas::AcceleratorAction::kSwitch);
    case TaskKind::kLoad:
      return use(schemas::AcceleratorAction::kLoad);
    case TaskKind::kInfer:
      return use(schemas::AcceleratorAction::kInfer);
    case TaskKind::kUnload:
      return use(schemas::AcceleratorAction::kUnload);
    case TaskKind::kTransfer:
      return begin_half_of_transfer(task);
  }
}

void DeviceRuns::begin_half_of_transfer(DeviceTask& task) {
  const auto& step = step_of(task);
  if (!task.receives) {
    if (!step.unloads) return send(task);
    return port_.use_accelerator(task, {schemas::AcceleratorAction::kUnload, step.chunk, true});
  }
  const auto id = task.id;
  const auto end = task.begin + step.duration;
  // Sending may call back: where the task also loads, it is found again.
  port_.send_taken(task.from, {task.state.key, task.place.step, task.begin, end});
  if (!step.loads) return port_.end_at(id, end);
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  const auto chunk = step.unloads ? step.chunk + 1 : step.chunk;
  port_.use_accelerator(found->second, {schemas::AcceleratorAction::kLoad, chunk, true});
}

void DeviceRuns::worked(TaskId id, ModelTime end, schemas::Bytes data) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  auto& task = found->second;
  const auto& step = step_of(task);
  if (step.kind == TaskKind::kTransfer) {
    if (task.receives) return port_.end_at(id, task.begin + step.duration);
    task.data = std::move(data);
    return send(task);
  }
  if (step.kind == TaskKind::kUnload) {
    task.data = std::move(data);
    // Where there is no room to unpack it later, the MCU forms the result while it reads.
    end = std::max(end, task.begin + step.duration);
  }
  port_.end_at(id, end);
}

void DeviceRuns::send(DeviceTask& task) {
  const auto& step = step_of(task);
  sending_ = task.id;
  // The sender's half needs no more of the run than which it is.
  auto crossed = std::exchange(task.state.devices, {});
  auto state = task.state;
  state.devices = std::move(crossed);
  state.energy_uj += step.energy_uj;
  port_.send_tensor(step.to, {std::move(state), task.place.step, device_, task.begin, std::move(task.data)});
}

void DeviceRuns::end(TaskId id, ModelTime end) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  auto node = release(found, end);
  const auto& task = node.mapped();
  const bool sent = step_of(task).kind == TaskKind::kTransfer && !task.receives;
  if (!sent) go_on(std::move(node), end);
}

void DeviceRuns::fail(TaskId id, ModelTime end, const std::string& reason) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  port_.run_failed(release(found, end).mapped(), reason);
}

DeviceRuns::Tasks::node_type DeviceRuns::release(Tasks::iterator found, ModelTime end) {
  auto node = tasks_.extract(found);
  order_->finish(node.key(), end);
  may_start_ = true;
  port_.task_ended(node.mapped(), end);
  return node;
}

void DeviceRuns::go_on(Tasks::node_type node, ModelTime ended) {
  auto& task = node.mapped();
  if (auto status = port_.work(task); !status) return port_.run_failed(task, status.error().message);
  if (!task.receives) task.state.energy_uj += step_of(task).energy_uj;  // a transfer's is the sender's to add
  task.receives = false;
  const auto steps = execution_of(task).steps.size();
  if (task.place.step + 1 == steps) return end_run(std::move(task), ended);
  ++task.place.step;
  if (const auto& next = step_of(task); next.device != device_)  // it prepares for what is streamed to it
    return port_.send_tensor(next.device,
                             {std::move(task.state), task.place.step, device_, ended, std::move(task.data)});
  if (task.place.step + 1 == steps && deliveries_.keeps(task.place.pipeline))
    return enqueue(deliveries_.add(std::move(task), ended));
  enqueue(std::move(node), ended);
}

void DeviceRuns::end_run(DeviceTask task, ModelTime ended) {
  enqueue(deliveries_.ended(task.place.pipeline, task.place.turn, ended));
  port_.run_ended(std::move(task), ended);
}

TaskId DeviceRuns::add_guest(const UnitList& units, ModelTime ready) {
  SYNERGY_CHECK(order_ != nullptr, "guests come while a plan is served");
  WaitingTask guest;
  guest.id = numbers_.next();
  guest.units = units;
  guest.ready = ready;
  guest.guest = true;
  guests_.insert(guest.id);
  order_->add(guest);
  may_start_ = true;
  return guest.id;
}

void DeviceRuns::end_guest(TaskId id, ModelTime end) {
  if (guests_.erase(id) == 0) return;
  order_->finish(id, end);
  may_start_ = true;
}

}  // namespace synergy::execution
