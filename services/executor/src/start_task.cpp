// What happens when a task's turn has come.
#include <algorithm>

#include "synergy/executor/executor.hpp"

namespace synergy::executor {

using execution::TaskId;
using schemas::AcceleratorAction;
using schemas::TaskKind;

void Executor::start(TaskId id, Task& task) {
  const auto& step = step_of(task);
  switch (step.kind) {
    case TaskKind::kSense:
      task.state.began = task.begin;
      [[fallthrough]];
    case TaskKind::kPrepare:
    case TaskKind::kUnpack:
    case TaskKind::kInteract:
      return end_at(id, task.begin + step.duration);
    case TaskKind::kSwitch:
    case TaskKind::kLoad:
    case TaskKind::kInfer:
    case TaskKind::kUnload:
      return start_on_accelerator(id, task);
    case TaskKind::kTransfer:
      return task.receives ? start_receiving(id, task) : start_sending(id, task);
  }
}

schemas::AcceleratorDo Executor::operation_of(const Task& task, AcceleratorAction action,
                                              std::uint32_t chunk) const {
  const auto& pipeline = pipeline_of(task);
  const auto& planned = execution_of(task).chunks[chunk];
  schemas::AcceleratorDo operation;
  operation.action = action;
  operation.chunk = {pipeline.model, pipeline.model_digest, planned.first_layer, planned.last_layer};
  operation.begin = task.begin;
  return operation;
}

void Executor::start_on_accelerator(TaskId id, Task& task) {
  const auto& step = step_of(task);
  const auto action = step.kind == TaskKind::kSwitch   ? AcceleratorAction::kSwitch
                      : step.kind == TaskKind::kInfer  ? AcceleratorAction::kInfer
                      : step.kind == TaskKind::kUnload ? AcceleratorAction::kUnload
                                                       : AcceleratorAction::kLoad;
  auto operation = operation_of(task, action, step.chunk);
  if (action == AcceleratorAction::kLoad) operation.data = std::move(task.data);
  perform(id, std::move(operation), [this, id, action](Task& current, schemas::AcceleratorDone& done) {
    auto end = done.end;
    if (action == AcceleratorAction::kUnload) {
      current.data = std::move(done.data);
      // Where there is no room to unpack it later, the MCU forms the result while it reads.
      end = std::max(end, current.begin + step_of(current).duration);
    }
    end_at(id, end);
  });
}

/// The accelerator's answer to a task that is still here; an error fails the task's run.
void Executor::perform(TaskId id, schemas::AcceleratorDo operation,
                       std::function<void(Task&, schemas::AcceleratorDone&)> then) {
  driver_.perform(operation, [this, id, then = std::move(then)](Result<schemas::AcceleratorDone> done) {
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return;  // the plan was started again
    if (done) return then(found->second, *done);
    if (done.error().code == ErrorCode::kNotFound) residents_.lost();  // the accelerator forgot
    fail(id, std::max(ports_.now(), found->second.begin), done.error().message);
    start_tasks();
  });
}

void Executor::start_sending(TaskId id, Task& task) {
  const auto& step = step_of(task);
  if (!step.unloads) return send(id, task);
  auto operation = operation_of(task, AcceleratorAction::kUnload, step.chunk);
  operation.streamed = true;
  perform(id, std::move(operation), [this, id](Task& current, schemas::AcceleratorDone& done) {
    current.data = std::move(done.data);
    send(id, current);
  });
}

void Executor::send(TaskId id, Task& task) {
  const auto& step = step_of(task);
  sending_[{task.state.key, task.place.step}] = id;
  auto state = task.state;
  state.energy_uj += step.energy_uj;
  ports_.send_tensor(step.to, {std::move(state), task.place.step, device_, task.begin, std::move(task.data)});
}

void Executor::on(const schemas::TensorTaken& taken) {
  const auto found = sending_.find({taken.key, taken.step});
  if (found == sending_.end()) return;
  const auto id = found->second;
  auto& task = tasks_.at(id);
  if (is_far_ahead(taken.end - step_of(task).duration)) return;
  sending_.erase(found);
  const auto end = std::max(taken.end, task.begin);
  end_at(id, end);
}

void Executor::start_receiving(TaskId id, Task& task) {
  const auto& step = step_of(task);
  const auto end = task.begin + step.duration;
  ports_.send_taken(task.from, {task.state.key, task.place.step, task.begin, end});
  if (!step.loads) return end_at(id, end);
  auto operation = operation_of(task, AcceleratorAction::kLoad, step.unloads ? step.chunk + 1 : step.chunk);
  operation.streamed = true;
  operation.data = std::move(task.data);
  perform(id, std::move(operation), [this, id, end](Task&, schemas::AcceleratorDone&) { end_at(id, end); });
}

}  // namespace synergy::executor
