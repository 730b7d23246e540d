#include "synergy/execution/cyclic_schedule.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::execution {

CyclicSchedule::CyclicSchedule(const schemas::CollaborationPlan& plan, const DeviceId& device,
                               std::uint64_t runs)
    : runs_(runs) {
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& sequence = plan.pipelines[p].sequence;
    sequences_.push_back(sequence.empty() ? std::vector<std::uint32_t>{0} : sequence);
    for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e)
      for (const auto& buffer : plan.pipelines[p].executions[e].buffers)
        if (buffer.device == device)
          buffers_[{p, e}].push_back({buffer.first_step, buffer.last_step, buffer.slots, {}, buffer.slots});
  }
  for (const auto& unit : plan.units) {
    if (unit.device != device) continue;
    auto& state = units_[unit.unit];
    for (const auto& ref : unit.order)
      state.order.push_back({{ref.pipeline, ref.step, ref.run}, sequences_[ref.pipeline].size(), ref.lag});
  }
}

CyclicSchedule::BufferKey CyclicSchedule::buffers_of(const TaskPlace& place) const {
  const auto& sequence = sequences_[place.pipeline];
  return {place.pipeline, sequence[place.run % sequence.size()]};
}

std::optional<TaskPlace> CyclicSchedule::turn_of(UnitState& unit) const {
  // A turn is passed over where its cycle lies before the first, or its run after the last.
  for (std::size_t passed = 0; passed <= unit.order.size(); ++unit.next) {
    if (unit.next == unit.order.size()) {
      unit.next = 0;
      ++unit.cycle;
    }
    const auto& turn = unit.order[unit.next];
    if (unit.cycle < turn.lag) {
      passed = 0;  // the first cycles: at most the largest lag of them
      continue;
    }
    auto place = turn.place;
    place.run += (unit.cycle - turn.lag) * turn.runs;
    if (place.run < runs_) return place;
    ++passed;
  }
  return std::nullopt;
}

bool CyclicSchedule::may_start(const WaitingTask& task) {
  for (const auto unit : task.units) {
    auto& state = units_[unit];
    if (state.held || state.order.empty()) return false;
    const auto turn = turn_of(state);
    if (!turn || *turn != task.place) return false;
  }
  const auto found = buffers_.find(buffers_of(task.place));
  if (found == buffers_.end()) return true;
  return std::none_of(found->second.begin(), found->second.end(), [&](const Buffer& buffer) {
    return buffer.first_step == task.place.step && buffer.left.empty() && buffer.unused == 0;
  });
}

void CyclicSchedule::add(WaitingTask task) { waiting_.push_back(std::move(task)); }

std::optional<StartedTask> CyclicSchedule::start_next() {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const WaitingTask& task) { return may_start(task); });
  if (found == waiting_.end()) return std::nullopt;
  StartedTask started{found->id, found->ready};
  for (const auto unit : found->units) {
    auto& state = units_[unit];
    state.held = true;
    ++state.next;
    started.begin = std::max(started.begin, state.free_since);
  }
  if (const auto buffers = buffers_.find(buffers_of(found->place)); buffers != buffers_.end())
    for (auto& buffer : buffers->second) {
      if (buffer.first_step != found->place.step) continue;
      if (buffer.unused > 0) {
        --buffer.unused;
        continue;
      }
      started.begin = std::max(started.begin, buffer.left.front());
      buffer.left.pop_front();
    }
  started_.emplace(found->id, Started{found->place, std::move(found->units)});
  waiting_.erase(found);
  return started;
}

void CyclicSchedule::finish(TaskId id, ModelTime end) {
  const auto found = started_.find(id);
  SYNERGY_CHECK(found != started_.end(), "only a started task can finish");
  for (const auto unit : found->second.units) {
    auto& state = units_[unit];
    state.held = false;
    state.free_since = end;
  }
  if (const auto buffers = buffers_.find(buffers_of(found->second.place)); buffers != buffers_.end())
    for (auto& buffer : buffers->second)
      if (buffer.last_step == found->second.place.step) buffer.left.push_back(end);
  started_.erase(found);
}

}  // namespace synergy::execution
