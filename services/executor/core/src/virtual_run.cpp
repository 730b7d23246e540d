#include "synergy/execution/virtual_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <queue>

#include "synergy/execution/device_runs.hpp"
#include "synergy/execution/plan_task.hpp"
#include "synergy/execution/turns.hpp"

namespace synergy::execution {
namespace {

/// So many runs end between two calls of VirtualSettings::tell.
constexpr std::uint64_t kRunsBetweenTells = 1000;

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
  struct UnitUse {
    bool any = false;  ///< a task held it
    Duration busy{0};
    ModelTime until{};  ///< the end of its last task
  };
  std::array<UnitUse, schemas::kEnumNames<schemas::Unit>.size()> use;  ///< by unit
  std::vector<double> energy_uj;  ///< by pipeline: what its measured runs spent here
};

class VirtualExecution {
 public:
  VirtualExecution(const schemas::CollaborationPlan& plan, const VirtualSettings& settings)
      : plan_(plan),
        settings_(settings),
        ended_(plan.pipelines.size()),
        began_(plan.pipelines.size()),
        turns_of_(plan.pipelines.size()),
        granted_(plan.pipelines.size(), 0),
        runs_(plan.pipelines.size(), 0),
        free_(plan.pipelines.size(), 0),
        turns_(plan, ModelTime{}) {
    for (const auto& group : schemas::groups_of(plan)) set_runs(group);
    one_by_one_ = pipelines_in_turn(plan);
    for (const auto& unit : plan.units) add_device(unit.device);
    for (const auto& pipeline : plan.pipelines)
      for (const auto& execution : pipeline.executions)
        for (const auto& step : execution.steps) {
          add_device(step.device);
          if (step.kind == schemas::TaskKind::kTransfer) add_device(step.to);
        }
  }

  Status run() {
    for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
      free_[p] = std::max(1u, plan_.pipelines[p].depth);
    begin_runs();
    start_tasks();
    while (!ends_.empty() || !wakes_.empty()) {
      if (ends_.empty() || (!wakes_.empty() && wakes_.top() < ends_.top().at)) {
        now_ = wakes_.top();
        while (!wakes_.empty() && wakes_.top() == now_) wakes_.pop();
        begin_runs();
        pass_turns();
        start_tasks();
        continue;
      }
      const auto [end, id, device] = ends_.top();
      ends_.pop();
      now_ = end;
      device->runs.end(id, end);
      if (ends_.empty() || ends_.top().at > end) {
        if (any_paced_) pass_turns();
        start_tasks();
      }
    }
    for (std::size_t p = 0; p < ended_.size(); ++p)
      if (ended_[p].size() < runs_[p])
        return Error{ErrorCode::kConflict,
                     "after " + std::to_string(ended_[p].size()) + " runs all tasks wait for each other"};
    return {};
  }

  [[nodiscard]] VirtualRun report() const;

 private:
  [[nodiscard]] VirtualPipeline report_of(std::uint32_t p) const;
  /// Runs per second of the pipeline's runs from `first` on, while all of its group go on.
  [[nodiscard]] double rate_of(std::uint32_t p, std::size_t first) const;
  /// What is measured is whole cycles, so that each share is run as often as the plan says.
  [[nodiscard]] std::uint64_t first_measured(std::uint32_t p) const {
    const std::uint64_t in_cycle = plan_.pipelines[p].paced ? 1 : plan_.pipelines[p].runs_per_cycle;
    const auto left_out = double(runs_[p]) * double(settings_.warm_up) / double(settings_.rounds);
    return std::min(runs_[p] - in_cycle, std::uint64_t(left_out) / in_cycle * in_cycle);
  }
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
    device->energy_uj.resize(plan_.pipelines.size());
    // The plan outlives the run.
    device->runs.serve(std::shared_ptr<const schemas::CollaborationPlan>(std::shared_ptr<void>(), &plan_),
                       kStart);
    for (std::size_t p = 0; p < runs_.size() && !any_paced_; ++p)
      device->runs.on(schemas::RunSkip{plan_.pipelines[p].app, plan_.id, kStart, runs_[p], kForEver});
  }
  [[nodiscard]] DeviceRuns& runs_of(const DeviceId& device) { return devices_.at(device)->runs; }

  /// How many runs the pipelines of a group make: those that are not paced whole cycles, all for about the
  /// same time, so that none stops while others go on.
  void set_runs(const schemas::PipelineGroup& group) {
    double time = 0;  // s
    for (const auto p : group) {
      const auto& pipeline = plan_.pipelines[p];
      const double least = double(settings_.rounds);
      time = std::max(time, pipeline.runs_per_second > 0 ? least / pipeline.runs_per_second : 0);
    }
    for (const auto p : group) {
      const auto& pipeline = plan_.pipelines[p];
      const double in_cycle = pipeline.paced ? 1 : pipeline.runs_per_cycle;
      const double runs = std::max(double(settings_.rounds), time * pipeline.runs_per_second);
      runs_[p] = std::uint64_t(std::ceil(runs / in_cycle - 1e-6) * in_cycle);
      any_paced_ = any_paced_ || pipeline.paced;
    }
  }

  /// When a paced pipeline's next run is due.
  [[nodiscard]] ModelTime due(std::uint32_t p) const {
    const double period = 1e9 / plan_.pipelines[p].runs_per_second;
    return ModelTime(Duration(std::llround(period * double(granted_[p]))));
  }
  /// Whether the pipeline's next run begins now; where it is due later, it is looked at again then.
  [[nodiscard]] bool is_due(std::uint32_t p) {
    if (granted_[p] == runs_[p] || free_[p] == 0) return false;
    if (!plan_.pipelines[p].paced || due(p) <= now_) return true;
    wakes_.push(due(p));
    return false;
  }
  void grant(std::uint32_t p) {
    --free_[p];
    ++under_way_;
    const auto& pipeline = plan_.pipelines[p];
    const auto run = granted_[p]++;
    const auto turn = any_paced_ ? turns_.take(pipeline.app, now_) : run;
    turns_of_[p].push_back(turn);
    const auto execution = execution_index(pipeline, turn);
    runs_of(pipeline.executions[execution].steps.front().device)
        .on(schemas::RunGrant{{pipeline.app, run, 1}, plan_.id, execution, now_, kStart, turn}, now_);
  }
  void begin_runs() {
    if (!plan_.overlap) return begin_one();
    for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
      while (is_due(p)) grant(p);
  }
  /// Without overlap: the next run that is due, of the pipelines in turn. The turns of those before it pass.
  void begin_one() {
    std::map<std::uint32_t, std::uint64_t> passed;
    for (std::size_t i = 0; i < one_by_one_.size() && under_way_ == 0; ++i) {
      const auto p = one_by_one_[(next_ + i) % one_by_one_.size()];
      if (!is_due(p)) {
        ++passed[p];
        continue;
      }
      if (any_paced_)
        for (const auto& [other, count] : passed)
          skip(other, turns_.pass_over(plan_.pipelines[other].app, count));
      grant(p);
      next_ = (next_ + i + 1) % one_by_one_.size();
    }
  }
  void skip(std::uint32_t p, const Turns::Skip& turns) {
    for (const auto& device : order_)
      device->runs.on(schemas::RunSkip{plan_.pipelines[p].app, plan_.id, kStart, turns.first, turns.count});
  }
  /// Turns of pipelines whose run is due later, or that are at their end, pass as in the dispatcher. With a
  /// dynamic order there are none.
  void pass_turns() {
    if (plan_.order == schemas::TaskOrder::kDynamic || !plan_.overlap) return;
    for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p) {
      const auto& pipeline = plan_.pipelines[p];
      const bool comes = granted_[p] < runs_[p];
      if (comes && (!pipeline.paced || due(p) <= now_)) continue;  // it waits for one of its own runs
      if (const auto turns = turns_.pass(pipeline.app, comes, now_)) skip(p, *turns);
      if (comes && under_way_ > 0 && pipeline.cycle > Duration(0))
        wakes_.push(turns_.next_pass(pipeline.app, now_));
    }
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
  /// When a run may become due, or a turn pass, without any task that ends.
  std::priority_queue<ModelTime, std::vector<ModelTime>, std::greater<>> wakes_;
  std::vector<std::vector<ModelTime>> ended_, began_;  ///< by pipeline and run
  std::vector<std::vector<std::uint64_t>> turns_of_;   ///< by pipeline and run
  std::vector<std::uint64_t> granted_;                 ///< runs that each pipeline has begun
  std::vector<std::uint64_t> runs_;                    ///< that each makes in all
  std::vector<std::uint32_t> free_;                    ///< that each may begin before one of its others ends
  bool any_paced_ = false;
  Turns turns_;
  std::size_t under_way_ = 0;
  std::uint64_t runs_ended_ = 0;  ///< of all pipelines
  std::vector<std::uint32_t> one_by_one_;
  std::size_t next_ = 0;                                    ///< in one_by_one_
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
void VirtualDevice::task_ended(const DeviceTask& task, ModelTime end) {
  const auto& step = runs.step_of(task);
  const auto duration = step.duration;
  const auto p = task.place.pipeline;
  if (task.state.key.run >= execution_.first_measured(p)) energy_uj[p] += step.energy_of_end(task.receives);
  for (const auto unit : task.units) {
    auto& held = use[std::size_t(unit)];
    held.any = true;
    held.busy += duration;
    held.until = std::max(held.until, end);
  }
}

void VirtualDevice::follow_results(const AppId& app) { execution_.followers_[app].push_back(this); }

void VirtualDevice::run_ended(DeviceTask task, ModelTime end) { execution_.end_run(std::move(task), end); }

void VirtualExecution::end_run(DeviceTask task, ModelTime end) {
  const auto p = task.place.pipeline;
  const auto run = task.state.key.run;
  auto& ended = ended_[p];
  auto& began = began_[p];
  if (ended.size() <= run) {
    ended.resize(run + 1);
    began.resize(run + 1);
  }
  ended[run] = end;
  began[run] = task.state.began;
  if (const auto found = followers_.find(task.state.key.app); found != followers_.end()) {
    schemas::RunResult result;
    result.run = std::move(task.state);
    result.ended = end;
    for (auto* device : found->second) device->runs.on(result, end);
  }
  ++free_[p];
  --under_way_;
  if (++runs_ended_ % kRunsBetweenTells == 0 && settings_.tell)
    settings_.tell(double(runs_ended_) /
                   double(std::accumulate(runs_.begin(), runs_.end(), std::uint64_t(0))));
  if (!plan_.overlap) return begin_one();
  if (is_due(p)) grant(p);
}

double VirtualExecution::rate_of(std::uint32_t p, std::size_t first) const {
  const auto& ends = ended_[p];
  const std::size_t in_cycle = plan_.pipelines[p].paced ? 1 : plan_.pipelines[p].runs_per_cycle;
  // Until a pipeline of its group has begun its last run: from then on, turns that nobody waits for pass.
  auto until = ModelTime::max();
  for (const auto& group : schemas::groups_of(plan_))
    if (std::binary_search(group.begin(), group.end(), p))
      for (const auto q : group) until = std::min(until, began_[q].back());
  // Results are delivered in the order of the runs.
  std::vector<ModelTime> delivered{ModelTime{}};
  for (const auto end : ends) delivered.push_back(std::max(delivered.back(), end));
  const auto undisturbed =
      std::upper_bound(delivered.begin(), delivered.end(), until) - delivered.begin() - 1;
  auto last = first + (std::max(std::size_t(undisturbed), first) - first) / in_cycle * in_cycle;
  if (last == first) last = ends.size();
  const auto span = Duration(delivered[last] - delivered[first]);
  if (span <= Duration(0)) return 0;
  const auto half = (last - first) / 2;
  if (!plan_.pipelines[p].paced || half == 0) return double(last - first) / seconds(span);
  // A paced run finds its turn sooner or later than another. The mean of many does not: from that of the
  // earlier half of the runs to that of the later half it is half as many periods.
  double shift = 0;  // s, of all pairs of runs
  for (std::size_t n = first + 1; n <= first + half; ++n)
    shift += seconds(delivered[n + half] - delivered[n]);
  return shift > 0 ? double(half) * double(half) / shift : 0;
}

VirtualPipeline VirtualExecution::report_of(std::uint32_t p) const {
  const auto& ends = ended_[p];
  const auto& planned = plan_.pipelines[p];
  const auto first = first_measured(p);
  const auto measured = ends.size() - first;
  VirtualPipeline pipeline;
  pipeline.app = planned.app;
  pipeline.runs_per_second = rate_of(p, first);
  for (auto n = first; n < ends.size(); ++n) {
    pipeline.latencies.push_back(ends[n] - began_[p][n]);
    pipeline.energy_uj += execution_of(plan_, {p, 0, turns_of_[p][n]}).energy_uj / double(measured);
  }
  return pipeline;
}

VirtualRun VirtualExecution::report() const {
  VirtualRun run;
  double runs = 0, task_uj = 0;
  for (std::uint32_t p = 0; p < ended_.size(); ++p) {
    auto pipeline = report_of(p);
    const double rate = pipeline.runs_per_second;
    if (p == 0 || rate < run.rounds_per_second) run.rounds_per_second = rate;
    runs += rate;
    task_uj += rate * pipeline.energy_uj;
    for (const auto end : ended_[p]) run.time = std::max(run.time, Duration(end - ModelTime{}));
    run.pipelines.push_back(std::move(pipeline));
  }
  if (runs > 0) run.energy_uj = task_uj / runs;
  for (const auto& [id, device] : devices_) {
    double uw = 0;
    for (std::uint32_t p = 0; p < run.pipelines.size(); ++p)
      uw +=
          device->energy_uj[p] / double(run.pipelines[p].latencies.size()) * run.pipelines[p].runs_per_second;
    run.devices.push_back({id, uw * 1e-3});
    for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) {
      const auto& use = device->use[std::size_t(unit)];
      if (use.any) run.units.push_back({{id, unit}, use.busy, use.until - ModelTime{}});
    }
  }
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
