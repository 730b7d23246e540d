#include "synergy/execution/dynamic_schedule.hpp"

#include <algorithm>
#include <tuple>

#include "synergy/base/check.hpp"

namespace synergy::execution {

void DynamicSchedule::add(const WaitingTask& task) { waiting_.push_back(task); }

bool DynamicSchedule::idle(const WaitingTask& task) const {
  if (!task.guest && task.chain != 0 && chain_ != 0 && chain_ != task.chain) return false;
  return std::none_of(task.units.begin(), task.units.end(),
                      [&](schemas::Unit unit) { return units_[std::size_t(unit)].held; });
}

std::optional<StartedTask> DynamicSchedule::start_next() {
  auto best = waiting_.end();
  for (auto task = waiting_.begin(); task != waiting_.end(); ++task) {
    if (!idle(*task)) continue;
    const auto rank = [](const WaitingTask& t) {
      return std::tuple(-std::int64_t(t.priority), t.ready, t.id);
    };
    if (best == waiting_.end() || rank(*task) < rank(*best)) best = task;
  }
  if (best == waiting_.end()) return std::nullopt;
  StartedTask started{best->id, best->ready};
  for (const auto unit : best->units) {
    auto& state = units_[std::size_t(unit)];
    state.held = true;
    started.begin = std::max(started.begin, state.free_since);
  }
  if (best->chain != 0) chain_ = best->chain;
  started_.push_back({best->id, best->units, best->ends_chain ? best->chain : 0});
  waiting_.erase(best);
  return started;
}

void DynamicSchedule::finish(TaskId id, ModelTime end) {
  const auto found =
      std::find_if(started_.begin(), started_.end(), [&](const Started& task) { return task.id == id; });
  SYNERGY_CHECK(found != started_.end(), "only a started task can finish");
  for (const auto unit : found->units) {
    auto& state = units_[std::size_t(unit)];
    state.held = false;
    state.free_since = end;
  }
  if (chain_ == found->chain_ended) chain_ = 0;
  started_.erase(found);
}

}  // namespace synergy::execution
