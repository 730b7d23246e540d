#include "synergy/execution/cyclic_schedule.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::execution {

CyclicSchedule::CyclicSchedule(const schemas::CollaborationPlan& plan, const DeviceId& device)
    : skips_(plan.pipelines.size()) {
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& sequence = plan.pipelines[p].sequence;
    sequences_.push_back(sequence.empty() ? std::vector<std::uint32_t>{0} : sequence);
    auto& ways = buffers_.emplace_back();
    for (const auto& execution : plan.pipelines[p].executions) {
      auto& buffers = ways.emplace_back();
      for (const auto& buffer : execution.buffers)
        if (buffer.device == device)
          buffers.push_back({buffer.first_step, buffer.last_step, buffer.slots, {}, buffer.slots});
    }
  }
  for (const auto& unit : plan.units) {
    if (unit.device != device) continue;
    auto& state = state_of(unit.unit);
    for (const auto& ref : unit.order)
      state.order.push_back(
          {{ref.pipeline, ref.step, ref.run}, plan.pipelines[ref.pipeline].runs_per_cycle, ref.lag});
  }
}

CyclicSchedule::Buffers& CyclicSchedule::buffers_of(const TaskPlace& place) {
  const auto& sequence = sequences_[place.pipeline];
  const auto way = sequence.size() == 1 ? sequence.front() : sequence[place.turn % sequence.size()];
  return buffers_[place.pipeline][way];
}

std::optional<std::uint64_t> CyclicSchedule::skipped_until(std::uint32_t pipeline, std::uint64_t run) const {
  const auto& skips = skips_[pipeline];
  const auto after = skips.upper_bound(run);
  if (after == skips.begin()) return std::nullopt;
  const auto last = std::prev(after)->second;
  return run < last ? std::optional(last) : std::nullopt;
}

std::optional<TaskPlace> CyclicSchedule::turn_of(UnitState& unit) const {
  // A turn is passed over where its cycle lies before the first, or its run is skipped. Where all turns of a
  // cycle are skipped for ever, there is no more.
  for (std::size_t for_ever = 0; for_ever < unit.order.size(); ++unit.next) {
    if (unit.next == unit.order.size()) {
      unit.next = 0;
      ++unit.cycle;
    }
    const auto& turn = unit.order[unit.next];
    auto place = turn.place;
    bool ends = false;
    if (unit.cycle >= turn.lag) {
      place.turn += (unit.cycle - turn.lag) * turn.runs;
      const auto until = skipped_until(place.pipeline, place.turn);
      if (!until) return place;
      ends = *until >= kForEver;
    }
    for_ever = ends ? for_ever + 1 : 0;
  }
  return std::nullopt;
}

bool CyclicSchedule::may_start(const WaitingTask& task) {
  for (const auto unit : task.units) {
    auto& state = state_of(unit);
    if (state.held) return false;
    if (task.guest) continue;
    const auto turn = turn_of(state);
    if (!turn || *turn != task.place) return false;
  }
  if (task.guest) return true;
  const auto& buffers = buffers_of(task.place);
  return std::none_of(buffers.begin(), buffers.end(), [&](const Buffer& buffer) {
    return buffer.first_step == task.place.step && buffer.left.empty() && buffer.unused == 0;
  });
}

void CyclicSchedule::add(const WaitingTask& task) { waiting_.push_back(task); }

std::optional<StartedTask> CyclicSchedule::start_next() {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const WaitingTask& task) { return may_start(task); });
  if (found == waiting_.end()) return std::nullopt;
  StartedTask started{found->id, found->ready};
  for (const auto unit : found->units) {
    auto& state = state_of(unit);
    state.held = true;
    if (!found->guest) ++state.next;
    started.begin = std::max(started.begin, state.free_since);
  }
  if (!found->guest) take_buffers(found->place, started);
  started_.push_back({found->id, found->place, found->units, found->guest});
  waiting_.erase(found);
  return started;
}

void CyclicSchedule::take_buffers(const TaskPlace& place, StartedTask& started) {
  for (auto& buffer : buffers_of(place)) {
    if (buffer.first_step != place.step) continue;
    if (buffer.unused > 0) {
      --buffer.unused;
      continue;
    }
    started.begin = std::max(started.begin, buffer.left.front());
    buffer.left.pop_front();
  }
}

void CyclicSchedule::finish(TaskId id, ModelTime end) {
  const auto found =
      std::find_if(started_.begin(), started_.end(), [&](const Started& task) { return task.id == id; });
  SYNERGY_CHECK(found != started_.end(), "only a started task can finish");
  const auto& task = *found;
  for (const auto unit : task.units) {
    auto& state = state_of(unit);
    state.held = false;
    state.free_since = end;
  }
  if (!task.guest)
    for (auto& buffer : buffers_of(task.place))
      if (buffer.last_step == task.place.step) buffer.left.push_back(end);
  started_.erase(found);
}

void CyclicSchedule::skip(std::uint32_t pipeline, std::uint64_t first, std::uint64_t count) {
  if (pipeline >= skips_.size() || count == 0 || first >= kForEver) return;
  forget_old_skips(pipeline);
  auto& skips = skips_[pipeline];
  auto last = count >= kForEver - first ? kForEver : first + count;
  // One stretch with all that it touches.
  auto found = skips.upper_bound(first);
  if (found != skips.begin() && std::prev(found)->second >= first) {
    --found;
    first = found->first;
  }
  while (found != skips.end() && found->first <= last) {
    last = std::max(last, found->second);
    found = skips.erase(found);
  }
  skips.emplace(first, last);
}

void CyclicSchedule::forget_old_skips(std::uint32_t pipeline) {
  // No unit comes back to a cycle that it has left.
  auto oldest = kForEver;
  for (const auto& unit : units_)
    for (const auto& turn : unit.order)
      if (turn.place.pipeline == pipeline)
        oldest = std::min(oldest, unit.cycle < turn.lag ? 0 : (unit.cycle - turn.lag) * turn.runs);
  std::erase_if(skips_[pipeline], [&](const auto& stretch) { return stretch.second <= oldest; });
}

std::size_t CyclicSchedule::skips_remembered() const {
  std::size_t count = 0;
  for (const auto& skips : skips_) count += skips.size();
  return count;
}

}  // namespace synergy::execution
