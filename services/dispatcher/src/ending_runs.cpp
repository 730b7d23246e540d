#include "synergy/dispatcher/ending_runs.hpp"

#include <algorithm>

namespace synergy::dispatcher {

void EndingRuns::add(const AppId& app, std::uint64_t run, Run what) {
  runs_.insert_or_assign(Key(app, run), std::move(what));
}

const EndingRuns::Run* EndingRuns::find(const AppId& app, std::uint64_t run) const {
  const auto found = runs_.find(Key(app, run));
  return found == runs_.end() ? nullptr : &found->second;
}

std::optional<EndingRuns::Run> EndingRuns::take(const AppId& app, std::uint64_t run) {
  auto found = runs_.extract(Key(app, run));
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

void EndingRuns::forgotten_by(const std::set<DeviceId>& devices, MonotonicTime now) {
  for (auto& [key, run] : runs_) {
    if (!std::includes(devices.begin(), devices.end(), run.targets.begin(), run.targets.end())) continue;
    run.forgotten = true;
    run.until = std::min(run.until, now + kLateResult);
  }
}

std::vector<std::pair<EndingRuns::Key, EndingRuns::Run>> EndingRuns::over(MonotonicTime now) {
  std::vector<std::pair<Key, Run>> ended;
  std::erase_if(runs_, [&](auto& entry) {
    if (entry.second.until > now) return false;
    ended.emplace_back(entry.first, std::move(entry.second));
    return true;
  });
  return ended;
}

MonotonicTime EndingRuns::next_end() const {
  auto next = MonotonicTime::max();
  for (const auto& [key, run] : runs_) next = std::min(next, run.until);
  return next;
}

bool EndingRuns::has(const AppId& app) const {
  const auto first = runs_.lower_bound(Key(app, 0));
  return first != runs_.end() && first->first.first == app;
}

std::size_t EndingRuns::under_way() const {
  return std::size_t(
      std::count_if(runs_.begin(), runs_.end(), [](const auto& entry) { return !entry.second.forgotten; }));
}

}  // namespace synergy::dispatcher
