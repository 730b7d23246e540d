#include "synergy/executor/executor.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"
#include "synergy/executor/result_value.hpp"

namespace synergy::executor {

using schemas::RunKey;
using schemas::TaskKind;
using schemas::Unit;

Executor::Executor(DeviceId device, std::map<std::string, Frames> sensors, AcceleratorDriver& driver,
                   Ports ports)
    : device_(std::move(device)), sensors_(std::move(sensors)), driver_(driver), ports_(std::move(ports)) {}

const schemas::PipelinePlan& Executor::pipeline_of(const ActiveRun& run) const {
  return run.plan->pipelines[run.pipeline];
}
const schemas::ExecutionPlan& Executor::execution_of(const ActiveRun& run) const {
  return pipeline_of(run).executions[run.state.execution];
}
const schemas::Step& Executor::step_of(const ActiveRun& run) const {
  return execution_of(run).steps[run.step];
}

bool Executor::is_far_ahead(ModelTime time) const { return time > ports_.now() + kFarthestAhead; }

void Executor::on(const schemas::RunGrant& grant) {
  if (is_far_ahead(grant.not_before)) return;
  schemas::RunState state{grant.key, grant.plan_id, grant.execution, grant.not_before, 0, {}};
  auto* run = admit(state, 0);
  if (run != nullptr && step_of(*run).device != device_) return forget(grant.key);
  if (run != nullptr) enqueue(*run, grant.not_before);
  start_tasks();
}

void Executor::on(const schemas::TensorSent& tensor) {
  if (is_far_ahead(tensor.ready)) return;
  auto* run = admit(tensor.run, tensor.step);
  if (run != nullptr && (step_of(*run).kind != TaskKind::kTransfer || step_of(*run).to != device_))
    return forget(tensor.run.key);
  if (run == nullptr) return;
  run->receiving = true;
  run->from = tensor.from;
  run->data = tensor.data;
  enqueue(*run, tensor.ready);
  start_tasks();
}

Executor::ActiveRun* Executor::admit(const schemas::RunState& state, std::uint32_t step) {
  if (!plan_ || plan_->id != state.plan_id || deploying_)
    return nullptr;  // the dispatcher's time-out repeats the run
  const auto& pipelines = plan_->pipelines;
  const auto found =
      std::find_if(pipelines.begin(), pipelines.end(), [&](const auto& p) { return p.app == state.key.app; });
  if (found == pipelines.end() || state.execution >= found->executions.size() ||
      step >= found->executions[state.execution].steps.size())
    return nullptr;
  for (auto it = runs_.begin(); it != runs_.end(); ++it) {  // at most the pipelines' depths: few
    if (it->first.app != state.key.app || it->first.run != state.key.run) continue;
    // A run that went on from here may come back before the host has noticed that its transfer has ended.
    const bool back = it->first.attempt == state.key.attempt && it->second.taken && step > it->second.step;
    if (it->first.attempt >= state.key.attempt && !back) return nullptr;
    forget(it->first);
    break;
  }
  ActiveRun run;
  run.state = state;
  run.plan = plan_;
  run.pipeline = std::size_t(found - pipelines.begin());
  run.step = step;
  run.chain = ++last_task_;
  if (run.state.devices.empty() || run.state.devices.back() != device_) run.state.devices.push_back(device_);
  return &runs_.emplace(state.key, std::move(run)).first->second;
}

void Executor::enqueue(ActiveRun& run, ModelTime ready) {
  const auto kind = step_of(run).kind;
  execution::WaitingTask task;
  task.id = ++last_task_;
  task.ready = ready;
  task.priority = pipeline_of(run).priority;
  const bool on_accelerator = kind == TaskKind::kSwitch || kind == TaskKind::kLoad ||
                              kind == TaskKind::kInfer || kind == TaskKind::kUnload;
  if (on_accelerator) task.chain = run.chain;
  task.ends_chain = kind == TaskKind::kUnload;
  for (const auto& held : schemas::units_held(step_of(run)))
    if (held.device == device_) task.units.push_back(held.unit);
  run.task = task.id;
  tasks_[task.id] = run.state.key;
  schedule_.add(std::move(task));
}

void Executor::start_tasks() {
  while (const auto started = schedule_.start_next()) {
    auto* run = run_at(started->id, tasks_.at(started->id));
    SYNERGY_CHECK(run != nullptr, "a waiting task's run is here: forget() withdraws both");
    start(*run, started->begin);
  }
}

void Executor::start(ActiveRun& run, ModelTime begin) {
  const auto& step = step_of(run);
  run.begin = begin;
  switch (step.kind) {
    case TaskKind::kSense:
      run.state.began = begin;
      [[fallthrough]];
    case TaskKind::kPrepare:
    case TaskKind::kUnpack:
    case TaskKind::kInteract:
      return end_step(run.state.key, begin + step.duration);
    case TaskKind::kSwitch:
    case TaskKind::kLoad:
    case TaskKind::kInfer:
    case TaskKind::kUnload:
      return start_on_accelerator(run);
    case TaskKind::kTransfer:
      break;
  }
  if (!run.receiving) return start_sending(run);
  const auto end = begin + step.duration;
  ports_.send_taken(run.from, {run.state.key, run.step, begin, end});
  end_step(run.state.key, end);
}

void Executor::start_on_accelerator(ActiveRun& run) {
  const auto& step = step_of(run);
  schemas::AcceleratorDo operation;
  operation.chunk = chunk_key(pipeline_of(run), execution_of(run).chunks[step.chunk]);
  operation.begin = run.begin;
  switch (step.kind) {
    case TaskKind::kSwitch:
      operation.action = schemas::AcceleratorAction::kSwitch;
      break;
    case TaskKind::kInfer:
      operation.action = schemas::AcceleratorAction::kInfer;
      break;
    case TaskKind::kUnload:
      operation.action = schemas::AcceleratorAction::kUnload;
      break;
    default:
      operation.action = schemas::AcceleratorAction::kLoad;
      operation.data = std::move(run.data);
  }
  const auto key = run.state.key;
  const auto task = run.task;
  driver_.perform(operation, [this, key, task](Result<schemas::AcceleratorDone> done) {
    auto* current = run_at(task, key);
    if (done && current != nullptr) {
      if (step_of(*current).kind == TaskKind::kUnload) current->data = std::move(done->data);
      return end_step(key, done->end);
    }
    release(task, done ? done->end : ports_.now());
    if (current != nullptr) fail(key, done.error().message);
    // The accelerator lost its memory, or loading it again did not come to its end.
    if (!done && (done.error().code == ErrorCode::kNotFound || !powered_) && !deploying_) {
      powered_ = false;
      begin_deployment([](const Result<schemas::Deployed>&) {});
    }
    start_tasks();
  });
}

void Executor::start_sending(ActiveRun& run) {
  const auto& step = step_of(run);
  auto state = run.state;
  state.energy_uj += step.energy_uj;
  run.taken = false;
  ports_.send_tensor(step.to, {std::move(state), run.step, device_, run.begin, run.data});
  const auto key = run.state.key;
  const auto task = run.task;
  // From now on: a host that is behind model time has sent it no earlier.
  const auto until = std::max(ports_.now(), run.begin) + step.duration + kTransferPatience;
  ports_.at(until, [this, key, task, to = step.to] {
    auto* current = run_at(task, key);
    if (current != nullptr && current->taken) return;
    release(task, ports_.now());
    if (current != nullptr) fail(key, "'" + to.text() + "' did not take the tensor");
    start_tasks();
  });
}

void Executor::on(const schemas::TensorTaken& taken) {
  const auto found = runs_.find(taken.key);
  if (found == runs_.end()) return;
  auto& run = found->second;
  if (run.receiving || run.taken || run.step != taken.step || step_of(run).kind != TaskKind::kTransfer)
    return;
  if (is_far_ahead(taken.end - step_of(run).duration)) return;
  run.taken = true;
  const auto task = run.task;
  const auto end = std::max(taken.end, run.begin);
  ports_.at(end, [this, key = taken.key, task, end] {
    release(task, end);
    ++tasks_done_;
    if (const auto* current = run_at(task, key)) {
      note_task(*current, end);
      runs_.erase(key);
    }
    start_tasks();
  });
}

void Executor::release(execution::TaskId task, ModelTime end) {
  if (tasks_.erase(task) > 0) schedule_.finish(task, end);
}

Executor::ActiveRun* Executor::run_at(execution::TaskId task, const RunKey& key) {
  const auto found = runs_.find(key);
  return found != runs_.end() && found->second.task == task ? &found->second : nullptr;
}

void Executor::end_step(const RunKey& key, ModelTime end) {
  const auto task = runs_.at(key).task;
  ports_.at(end, [this, key, task, end] {
    note_lag(end);
    release(task, end);
    if (auto* current = run_at(task, key)) {
      ++tasks_done_;
      note_task(*current, end);
      advance(*current, end);
    }
    start_tasks();
  });
}

void Executor::note_task(const ActiveRun& run, ModelTime end) {
  const auto& step = step_of(run);
  const auto& key = run.state.key;
  std::vector<Unit> units;
  for (const auto& held : schemas::units_held(step))
    if (held.device == device_) units.push_back(held.unit);
  trace_.add({key.app, key.run, key.attempt, step.kind, run.step, step.chunk, units, run.begin, end});
}

void Executor::advance(ActiveRun& run, ModelTime end) {
  const auto key = run.state.key;
  if (auto status = work_at_end(run); !status) return fail(key, status.error().message);
  if (!run.receiving) run.state.energy_uj += step_of(run).energy_uj;  // a transfer's is the sender's to add
  run.receiving = false;
  if (run.step + 1 == execution_of(run).steps.size()) {
    publish_result(run, end);
    return forget(key);
  }
  ++run.step;
  enqueue(run, end);
}

/// What a step does with the run's data, beyond taking time.
Status Executor::work_at_end(ActiveRun& run) {
  const auto& step = step_of(run);
  const auto& pipeline = pipeline_of(run);
  if (step.kind == TaskKind::kSense) {
    const auto sensor = sensors_.find(pipeline.sensing);
    if (sensor == sensors_.end())
      return Error{ErrorCode::kNotFound, "'" + device_.text() + "' has no sensor '" + pipeline.sensing + "'"};
    run.data = sensor->second.frame(run.state.key.run, pipeline.input_bytes);
  } else if (step.kind == TaskKind::kPrepare) {
    for (auto& byte : run.data) byte ^= 0x80;  // pixel - 128, in two's complement
  } else if (step.kind == TaskKind::kUnpack && step.chunk + 1 == execution_of(run).chunks.size() &&
             pipeline.result == schemas::ResultKind::kArgmax) {
    run.data = to_bytes(argmax(run.data, pipeline.output_width));
  }
  return {};
}

void Executor::publish_result(ActiveRun& run, ModelTime ended) {
  const auto& pipeline = pipeline_of(run);
  schemas::RunResult result;
  result.run = run.state;
  result.ended = ended;
  result.lag = std::max(Duration(0), ports_.now() - ended);
  const auto best = pipeline.result == schemas::ResultKind::kArgmax ? argmax_from(run.data) : std::nullopt;
  if (best) {
    result.label = best->label;
    result.score = best->score;
    if (std::size_t(result.label) < pipeline.labels.size())
      result.label_name = pipeline.labels[std::size_t(result.label)];
  } else {
    result.output = std::move(run.data);
  }
  ports_.publish_result(result);
}

void Executor::fail(const RunKey& key, const std::string& reason) {
  ++runs_failed_;
  ports_.publish_failed({key, device_, reason});
  forget(key);
}

void Executor::forget(const RunKey& key) {
  const auto found = runs_.find(key);
  if (found == runs_.end()) return;
  // A task that has started keeps its units until it ends; one that waits is withdrawn.
  if (schedule_.withdraw(found->second.task)) tasks_.erase(found->second.task);
  schedule_.release_chain(found->second.chain);
  runs_.erase(found);
}

void Executor::note_lag(ModelTime due) { lag_ = std::max(lag_, Duration(ports_.now() - due)); }

schemas::ChunkKey Executor::chunk_key(const schemas::PipelinePlan& pipeline,
                                      const schemas::Chunk& chunk) const {
  return {pipeline.model, pipeline.model_digest, chunk.first_layer, chunk.last_layer};
}

void Executor::on(const schemas::Deploy& deploy, Deployed done) {
  if (deploying_) return done(Error{ErrorCode::kUnavailable, "'" + device_.text() + "' is still deploying"});
  if (plan_ && powered_ && *plan_ == deploy.plan)
    return done(schemas::Deployed{device_, plan_->id, Duration(0)});
  plan_ = std::make_shared<schemas::CollaborationPlan>(deploy.plan);
  while (!runs_.empty())
    fail(RunKey(runs_.begin()->first), "plan " + std::to_string(plan_->id) + " was deployed");
  begin_deployment(std::move(done));
}

std::vector<schemas::ChunkKey> Executor::wanted_chunks() const {
  std::vector<schemas::ChunkKey> wanted;
  for (const auto& pipeline : plan_->pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& chunk : execution.chunks) {
        const auto key = chunk_key(pipeline, chunk);
        if (chunk.device == device_ && std::find(wanted.begin(), wanted.end(), key) == wanted.end())
          wanted.push_back(key);
      }
  return wanted;
}

void Executor::begin_deployment(Deployed done) {
  using schemas::AcceleratorAction;
  deploying_ = true;
  const auto wanted = wanted_chunks();
  auto deployment = std::make_shared<Deployment>();
  deployment->done = std::move(done);
  const auto add = [&](AcceleratorAction action, const schemas::ChunkKey& chunk) {
    deployment->operations.push_back({action, chunk, ports_.now(), {}});
  };
  // The planner placed the chunks in this order, from empty memory; in another order, or into the gaps that
  // others left, they might not fit.
  const bool goes_on = powered_ && resident_.size() <= wanted.size() &&
                       std::equal(resident_.begin(), resident_.end(), wanted.begin());
  if (!goes_on) {
    add(AcceleratorAction::kPowerCycle, {});
    resident_.clear();
  }
  for (auto chunk = wanted.begin() + std::ptrdiff_t(resident_.size()); chunk != wanted.end(); ++chunk)
    add(AcceleratorAction::kLoadWeights, *chunk);
  // One chunk alone needs no switch in its rounds: its registers are written here, once.
  if (wanted.size() == 1) add(AcceleratorAction::kSwitch, wanted.front());
  continue_deployment(deployment);
}

void Executor::continue_deployment(const std::shared_ptr<Deployment>& deployment) {
  if (deployment->next == deployment->operations.size()) {
    powered_ = true;
    deploying_ = false;
    return deployment->done(schemas::Deployed{device_, plan_->id, deployment->weight_load});
  }
  const auto& operation = deployment->operations[deployment->next++];
  driver_.perform(operation, [this, deployment, operation](Result<schemas::AcceleratorDone> done) {
    using schemas::AcceleratorAction;
    if (!done) {
      powered_ = deploying_ = false;
      return deployment->done(done.error().at("device '" + device_.text() + "'"));
    }
    if (operation.action == AcceleratorAction::kLoadWeights) {
      resident_.push_back(operation.chunk);
      deployment->weight_load += done->end - done->begin;
    }
    continue_deployment(deployment);
  });
}

std::map<std::string, std::uint64_t> Executor::counters() {
  std::map<std::string, std::uint64_t> all{
      {"runs.active", runs_.size()},
      {"runs.failed", runs_failed_},
      {"tasks.done", tasks_done_},
      {"lag.max_us",
       std::uint64_t(std::max<std::int64_t>(0, std::exchange(lag_, Duration(0)).count() / 1000))}};
  for (const auto& [unit, name] : schemas::kEnumNames<Unit>)
    all["busy_us." + std::string(name)] = std::uint64_t(schedule_.busy(unit).count() / 1000);
  return all;
}

}  // namespace synergy::executor
