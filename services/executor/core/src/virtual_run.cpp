#include "synergy/execution/virtual_run.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <queue>

#include "synergy/execution/device_runs.hpp"
#include "synergy/execution/plan_task.hpp"

namespace synergy::execution {
namespace {

class VirtualExecution;

/// One device: its DeviceRuns, and what that asks for, in virtual time. The accelerator takes the times of
/// the plan; there are no data.
class VirtualDevice final : public DevicePort {
 public:
  VirtualDevice(VirtualExecution& execution, const DeviceId& device, TaskNumbers& numbers)
      : execution_(execution), runs(device, *this, numbers) {}

  void end_at(TaskId id, ModelTime end) override;
  void use_accelerator(DeviceTask& task, const AcceleratorPart& part) override;
  void begin_guest(TaskId, ModelTime) override {}  // nothing is loaded beside a plan that never changes
  Status work(DeviceTask&) override { return {}; }
  void send_tensor(const DeviceId& to, schemas::TensorSent tensor) override;
  void send_taken(const DeviceId& to, schemas::TensorTaken taken) override;
  void task_ended(const DeviceTask& task, ModelTime end) override;
  void run_ended(DeviceTask task, ModelTime end) override;
  void run_failed(const DeviceTask&, const std::string&) override {}  // work() fails nothing
  void follow_results(const AppId& app) override;

 private:
  VirtualExecution& execution_;

 public:
  DeviceRuns runs;
  /// By unit: how long it was held, where a task held it at all.
  std::array<std::optional<Duration>, schemas::kEnumNames<schemas::Unit>.size()> busy;
};

class VirtualExecution {
 public:
  VirtualExecution(const schemas::CollaborationPlan& plan, const VirtualSettings& settings)
      : plan_(plan),
        settings_(settings),
        ended_(plan.pipelines.size()),
        began_(plan.pipelines.size()),
        granted_(plan.pipelines.size(), 0) {
    for (const auto& unit : plan.units) add_device(unit.device);
    for (const auto& pipeline : plan.pipelines)
      for (const auto& execution : pipeline.executions)
        for (const auto& step : execution.steps) {
          add_device(step.device);
          if (step.kind == schemas::TaskKind::kTransfer) add_device(step.to);
        }
  }

  Status run() {
    if (plan_.overlap)
      for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
        for (std::uint32_t i = 0; i < std::max(1u, plan_.pipelines[p].depth); ++i) grant(p, ModelTime{});
    else
      grant(0, ModelTime{});
    start_tasks();
    while (!ends_.empty()) {
      const auto [end, id, device] = ends_.top();
      ends_.pop();
      now_ = end;
      device->runs.end(id, end);
      if (ends_.empty() || ends_.top().at > end) start_tasks();
    }
    for (const auto& runs : ended_)
      if (runs.size() < settings_.rounds)
        return Error{ErrorCode::kConflict,
                     "after " + std::to_string(runs.size()) + " runs all tasks wait for each other"};
    return {};
  }

  [[nodiscard]] VirtualRun report() const;

 private:
  friend class VirtualDevice;
  /// A task that ends; of those that end at one time, the one that came first is first.
  struct End {
    ModelTime at;
    TaskId task = 0;
    VirtualDevice* device = nullptr;
    bool operator>(const End& other) const { return std::pair(at, task) > std::pair(other.at, other.task); }
  };

  void add_device(const DeviceId& id) {
    if (devices_.contains(id)) return;
    const auto& device = order_.emplace_back(std::make_unique<VirtualDevice>(*this, id, numbers_));
    devices_.emplace(id, device.get());
    // The plan outlives the run.
    device->runs.serve(std::shared_ptr<const schemas::CollaborationPlan>(std::shared_ptr<void>(), &plan_),
                       kStart);
    for (const auto& pipeline : plan_.pipelines)
      device->runs.on(schemas::RunSkip{pipeline.app, plan_.id, kStart, settings_.rounds, kForEver});
  }
  [[nodiscard]] DeviceRuns& runs_of(const DeviceId& device) { return devices_.at(device)->runs; }

  void grant(std::uint32_t p, ModelTime at) {
    if (granted_[p] == settings_.rounds) return;
    const auto turn = granted_[p]++;
    const auto& pipeline = plan_.pipelines[p];
    const auto execution = execution_index(pipeline, turn);
    runs_of(pipeline.executions[execution].steps.front().device)
        .on(schemas::RunGrant{{pipeline.app, turn, 1}, plan_.id, execution, at, kStart, turn}, at);
  }
  void start_tasks() {
    for (bool any = true; any;) {
      any = false;
      for (const auto& device : order_) any = device->runs.start_tasks() || any;
    }
  }
  void end_run(DeviceTask task, ModelTime end);

  static constexpr std::uint64_t kStart = 1;
  const schemas::CollaborationPlan& plan_;
  const VirtualSettings& settings_;
  ModelTime now_{};
  TaskNumbers numbers_;
  std::vector<std::unique_ptr<VirtualDevice>> order_;  ///< in which they start tasks
  std::map<DeviceId, VirtualDevice*> devices_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::vector<std::vector<ModelTime>> ended_, began_;  ///< by pipeline and turn
  std::vector<std::uint64_t> granted_;
  std::map<AppId, std::vector<VirtualDevice*>> followers_;  ///< of the apps' results
};

void VirtualDevice::end_at(TaskId id, ModelTime end) { execution_.ends_.push({end, id, this}); }

void VirtualDevice::use_accelerator(DeviceTask& task, const AcceleratorPart& part) {
  runs.worked(task.id, task.begin + (part.streamed ? Duration(0) : runs.step_of(task).duration));
}

void VirtualDevice::send_tensor(const DeviceId& to, schemas::TensorSent tensor) {
  execution_.runs_of(to).on(std::move(tensor), execution_.now_);
}

void VirtualDevice::send_taken(const DeviceId& to, schemas::TensorTaken taken) {
  execution_.runs_of(to).on(taken, execution_.now_);
}

/// A unit is busy for the length of a step: of a transfer, without the time that its sender waits.
void VirtualDevice::task_ended(const DeviceTask& task, ModelTime) {
  const auto duration = runs.step_of(task).duration;
  for (const auto unit : task.units) {
    auto& held = busy[std::size_t(unit)];
    held = held.value_or(Duration(0)) + duration;
  }
}

void VirtualDevice::follow_results(const AppId& app) { execution_.followers_[app].push_back(this); }

void VirtualDevice::run_ended(DeviceTask task, ModelTime end) { execution_.end_run(std::move(task), end); }

void VirtualExecution::end_run(DeviceTask task, ModelTime end) {
  const auto [p, step, turn] = task.place;
  auto& ended = ended_[p];
  auto& began = began_[p];
  if (ended.size() <= turn) {
    ended.resize(turn + 1);
    began.resize(turn + 1);
  }
  ended[turn] = end;
  began[turn] = task.state.began;
  if (const auto found = followers_.find(task.state.key.app); found != followers_.end()) {
    schemas::RunResult result;
    result.run = std::move(task.state);
    result.ended = end;
    for (auto* device : found->second) device->runs.on(result, end);
  }
  grant(plan_.overlap ? p : (p + 1) % std::uint32_t(plan_.pipelines.size()), end);
}

VirtualRun VirtualExecution::report() const {
  VirtualRun run;
  const auto rounds = settings_.rounds;
  const auto whole = (rounds - settings_.warm_up) / plan_.rounds_per_cycle * plan_.rounds_per_cycle;
  const auto measured = double(whole);
  Duration slowest{0};  // of the pipelines, for the measured runs
  for (const auto& ends : ended_) {
    const auto delivered = [&](std::uint64_t runs) {  // results are delivered in the order of the runs
      return *std::max_element(ends.begin(), ends.begin() + std::ptrdiff_t(runs));
    };
    const auto before = rounds == whole ? ModelTime{} : delivered(rounds - whole);
    slowest = std::max(slowest, Duration(delivered(rounds) - before));
    run.time = std::max(run.time, Duration(delivered(rounds) - ModelTime{}));
  }
  const auto span = double(slowest.count());
  run.rounds_per_second = span > 0 ? measured / span * 1e9 : 0;
  double tasks_uj = 0;
  for (std::size_t p = 0; p < ended_.size(); ++p) {
    VirtualPipeline pipeline{plan_.pipelines[p].app, {}, 0};
    for (auto n = rounds - whole; n < rounds; ++n) {
      pipeline.latencies.push_back(ended_[p][n] - began_[p][n]);
      pipeline.energy_uj += execution_of(plan_, {std::uint32_t(p), 0, n}).energy_uj / measured;
    }
    tasks_uj += pipeline.energy_uj;
    run.pipelines.push_back(std::move(pipeline));
  }
  run.energy_uj = (tasks_uj + settings_.idle_mw * span / measured * 1e-6) / double(ended_.size());
  for (const auto& [id, device] : devices_)
    for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>)
      if (const auto& busy = device->busy[std::size_t(unit)]) run.units.push_back({{id, unit}, *busy});
  return run;
}

}  // namespace

Result<VirtualRun> run_virtually(const schemas::CollaborationPlan& plan, const VirtualSettings& settings) {
  if (plan.pipelines.empty()) return Error{ErrorCode::kInvalid, "the plan has no pipelines"};
  if (settings.rounds <= settings.warm_up)
    return Error{ErrorCode::kInvalid, "there must be more rounds than are left out at the beginning (" +
                                          std::to_string(settings.warm_up) + ")"};
  VirtualExecution execution(plan, settings);
  if (auto status = execution.run(); !status) return status.error();
  return execution.report();
}

}  // namespace synergy::execution
