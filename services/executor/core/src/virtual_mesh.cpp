#include "synergy/execution/virtual_mesh.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <queue>
#include <set>

#include "synergy/base/check.hpp"
#include "synergy/execution/plan_task.hpp"

namespace synergy::execution {
namespace {

using schemas::TaskKind;

/// What a task is: the run's step, or its sender's or receiver's half where it is a transfer.
struct Task {
  TaskPlace place;
  std::uint32_t device = 0;
  bool receives = false;
  ModelTime begin{};
};

class VirtualMesh {
 public:
  VirtualMesh(const schemas::CollaborationPlan& plan, const VirtualSettings& settings)
      : plan_(plan),
        settings_(settings),
        ended_(plan.pipelines.size()),
        begun_(plan.pipelines.size()),
        granted_(plan.pipelines.size(), 0),
        ended_count_(plan.pipelines.size(), 0) {
    for (const auto& unit : plan.units) device_number(unit.device);
  }

  Status run() {
    if (plan_.overlap)
      for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
        for (std::uint32_t i = 0; i < std::max(1u, plan_.pipelines[p].depth); ++i) grant(p, ModelTime{});
    else
      grant(0, ModelTime{});
    start_tasks();
    while (!events_.empty()) {
      const auto [end, id] = events_.top();
      events_.pop();
      finish(id, end);
      if (events_.empty() || events_.top().first > end) start_tasks();
    }
    for (const auto& runs : ended_)
      if (runs.size() < settings_.rounds)
        return Error{ErrorCode::kConflict,
                     "after " + std::to_string(runs.size()) + " runs all tasks wait for each other"};
    return {};
  }

  [[nodiscard]] VirtualRun report() const;

 private:
  using Event = std::pair<ModelTime, TaskId>;

  std::uint32_t device_number(const DeviceId& device) {
    const auto [found, added] = devices_.emplace(device, std::uint32_t(orders_.size()));
    if (added) {
      orders_.push_back(make_order(plan_, device));
      for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
        orders_.back()->skip(p, settings_.rounds, kForEver);
    }
    return found->second;
  }
  [[nodiscard]] const schemas::ExecutionPlan& execution_of(const TaskPlace& place) const {
    return execution::execution_of(plan_, place);
  }

  void grant(std::uint32_t p, ModelTime at) {
    if (granted_[p] == settings_.rounds) return;
    enqueue({p, 0, granted_[p]++}, at, false);
  }
  [[nodiscard]] bool has_ended(std::uint32_t p, std::uint64_t run) const {
    return run < ended_[p].size() && ended_[p][run] != ModelTime{};
  }
  /// A pipeline's results keep their order: the last step of a run waits for the end of the run before it.
  void go_on(const TaskPlace& place, ModelTime ready) {
    const bool last = place.step + 1 == execution_of(place).steps.size();
    if (!last || place.turn == 0 || has_ended(place.pipeline, place.turn - 1))
      return enqueue(place, ready, false);
    early_[{place.pipeline, place.turn}] = {place, ready};
  }
  void enqueue(const TaskPlace& place, ModelTime ready, bool receives);
  void start_tasks();
  void start(TaskId id, ModelTime begin);
  void finish(TaskId id, ModelTime end);
  void end_run(const TaskPlace& place, ModelTime end);

  const schemas::CollaborationPlan& plan_;
  const VirtualSettings& settings_;
  std::map<DeviceId, std::uint32_t> devices_;
  std::vector<std::unique_ptr<TaskOrder>> orders_;
  std::map<TaskId, Task> tasks_;
  std::map<TaskId, TaskId> sender_of_;  ///< of a receiver's half
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  TaskId last_task_ = 0;
  std::vector<std::vector<ModelTime>> ended_, begun_;
  std::vector<std::uint64_t> granted_, ended_count_;
  std::map<schemas::UnitRef, Duration> busy_;
  /// Last steps that wait for the run before theirs, by pipeline and run; and since when they could begin.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::pair<TaskPlace, ModelTime>> early_;
};

void VirtualMesh::enqueue(const TaskPlace& place, ModelTime ready, bool receives) {
  const auto& step = execution_of(place).steps[place.step];
  auto task = waiting_task(plan_, place, receives, ready);
  task.id = ++last_task_;
  const auto number = device_number(receives ? step.to : step.device);
  tasks_.emplace(task.id, Task{place, number, receives, {}});
  orders_[number]->add(std::move(task));
}

void VirtualMesh::start_tasks() {
  for (bool any = true; any;) {
    any = false;
    for (std::size_t i = 0; i < orders_.size(); ++i)  // starting may add a device's half of a transfer
      while (const auto started = orders_[i]->start_next()) {
        start(started->id, started->begin);
        any = true;
      }
  }
}

void VirtualMesh::start(TaskId id, ModelTime begin) {
  auto& task = tasks_.at(id);
  task.begin = begin;
  const auto place = task.place;
  const auto& step = execution_of(place).steps[place.step];
  if (place.step == 0) {
    auto& begun = begun_[place.pipeline];
    begun.resize(std::max<std::size_t>(begun.size(), place.turn + 1));
    begun[place.turn] = begin;
  }
  if (step.kind == TaskKind::kTransfer && !task.receives) {
    enqueue(place, begin, true);
    sender_of_.emplace(last_task_, id);
    return;
  }
  events_.emplace(begin + step.duration, id);
}

void VirtualMesh::finish(TaskId id, ModelTime end) {
  const auto found = tasks_.find(id);
  const auto task = found->second;
  tasks_.erase(found);
  const auto& execution = execution_of(task.place);
  const auto& step = execution.steps[task.place.step];
  for (const auto& held : schemas::units_held(step)) busy_[held] += step.duration;
  orders_[task.device]->finish(id, end);
  if (const auto sender = sender_of_.find(id); sender != sender_of_.end()) {
    orders_[tasks_.at(sender->second).device]->finish(sender->second, end);
    tasks_.erase(sender->second);
    sender_of_.erase(sender);
  }
  if (task.place.step + 1 == execution.steps.size()) return end_run(task.place, end);
  go_on({task.place.pipeline, task.place.step + 1, task.place.turn}, end);
}

void VirtualMesh::end_run(const TaskPlace& place, ModelTime end) {
  auto& ended = ended_[place.pipeline];
  if (ended.size() <= place.turn) ended.resize(place.turn + 1);
  ended[place.turn] = end;
  ++ended_count_[place.pipeline];
  if (const auto next = early_.extract({place.pipeline, place.turn + 1}))
    enqueue(next.mapped().first, std::max(next.mapped().second, end), false);
  if (plan_.overlap) return grant(place.pipeline, end);
  grant((place.pipeline + 1) % std::uint32_t(plan_.pipelines.size()), end);
}

VirtualRun VirtualMesh::report() const {
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
      pipeline.latencies.push_back(ended_[p][n] - begun_[p][n]);
      pipeline.energy_uj += execution_of({std::uint32_t(p), 0, n}).energy_uj / measured;
    }
    tasks_uj += pipeline.energy_uj;
    run.pipelines.push_back(std::move(pipeline));
  }
  run.energy_uj = (tasks_uj + settings_.idle_mw * span / measured * 1e-6) / double(ended_.size());
  for (const auto& [unit, busy] : busy_) run.units.push_back({unit, busy});
  return run;
}

}  // namespace

Result<VirtualRun> run_virtually(const schemas::CollaborationPlan& plan, const VirtualSettings& settings) {
  if (plan.pipelines.empty()) return Error{ErrorCode::kInvalid, "the plan has no pipelines"};
  if (settings.rounds <= settings.warm_up)
    return Error{ErrorCode::kInvalid, "there must be more rounds than are left out at the beginning (" +
                                          std::to_string(settings.warm_up) + ")"};
  VirtualMesh mesh(plan, settings);
  if (auto status = mesh.run(); !status) return status.error();
  return mesh.report();
}

}  // namespace synergy::execution
