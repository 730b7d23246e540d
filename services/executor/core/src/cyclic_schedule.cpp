#include "synergy/execution/cyclic_schedule.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::execution {

CyclicSchedule::CyclicSchedule(const schemas::CollaborationPlan& plan, const DeviceId& device)
    : skips_(plan.pipelines.size()) {
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
  return {place.pipeline, sequence[place.turn % sequence.size()]};
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
    auto& state = units_[unit];
    if (state.held) return false;
    if (task.guest) continue;
    const auto turn = turn_of(state);
    if (!turn || *turn != task.place) return false;
  }
  const auto found = task.guest ? buffers_.end() : buffers_.find(buffers_of(task.place));
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
    if (!found->guest) ++state.next;
    started.begin = std::max(started.begin, state.free_since);
  }
  if (!found->guest) take_buffers(found->place, started);
  started_.emplace(found->id, Started{found->place, std::move(found->units), found->guest});
  waiting_.erase(found);
  return started;
}

void CyclicSchedule::take_buffers(const TaskPlace& place, StartedTask& started) {
  const auto buffers = buffers_.find(buffers_of(place));
  if (buffers == buffers_.end()) return;
  for (auto& buffer : buffers->second) {
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
  const auto found = started_.find(id);
  SYNERGY_CHECK(found != started_.end(), "only a started task can finish");
  const auto& task = found->second;
  for (const auto unit : task.units) {
    auto& state = units_[unit];
    state.held = false;
    state.free_since = end;
  }
  if (const auto buffers = task.guest ? buffers_.end() : buffers_.find(buffers_of(task.place));
      buffers != buffers_.end())
    for (auto& buffer : buffers->second)
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
  for (const auto& [name, unit] : units_)
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
