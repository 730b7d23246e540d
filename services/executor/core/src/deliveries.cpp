#include "synergy/execution/deliveries.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace synergy::execution {

Deliveries::Deliveries(const schemas::CollaborationPlan& plan, const DeviceId& device) {
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& pipeline = plan.pipelines[p];
    std::set<DeviceId> targets;
    for (const auto& execution : pipeline.executions) targets.insert(execution.target);
    if (pipeline.executions.size() < 2 || !targets.contains(device)) continue;
    lines_[p];
    if (targets.size() > 1) shared_.push_back(pipeline.app);
  }
}

std::optional<Deliveries::Ready> Deliveries::add(DeviceTask task, ModelTime ready) {
  const auto found = lines_.find(task.place.pipeline);
  if (found == lines_.end()) return std::nullopt;
  const auto turn = task.place.turn;
  found->second.waiting.emplace(turn, Ready{std::move(task), ready});
  return go_on(found->second);
}

std::optional<Deliveries::Ready> Deliveries::ended(std::uint32_t pipeline, std::uint64_t turn,
                                                   ModelTime end) {
  const auto found = lines_.find(pipeline);
  if (found == lines_.end()) return std::nullopt;
  found->second.next = std::max(found->second.next, turn + 1);
  found->second.ended = std::max(found->second.ended, end);
  return go_on(found->second);
}

std::optional<Deliveries::Ready> Deliveries::skip(std::uint32_t pipeline, std::uint64_t first,
                                                  std::uint64_t count) {
  const auto found = lines_.find(pipeline);
  if (found == lines_.end() || count == 0) return std::nullopt;
  found->second.skipped[first] = first + count;
  return go_on(found->second);
}

std::optional<Deliveries::Ready> Deliveries::go_on(Line& line) {
  for (auto skip = line.skipped.begin(); skip != line.skipped.end() && skip->first <= line.next;
       skip = line.skipped.erase(skip))
    line.next = std::max(line.next, skip->second);
  auto found = line.waiting.extract(line.next);
  if (found.empty()) return std::nullopt;
  auto ready = std::move(found.mapped());
  ready.since = std::max(ready.since, line.ended);
  return ready;
}

}  // namespace synergy::execution
