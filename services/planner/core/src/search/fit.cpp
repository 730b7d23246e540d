#include "fit.hpp"

namespace synergy::planner::search {

std::optional<SwitchKind> Fit::judge(int device, const std::vector<Chunk>& chunks) {
  if (space_.unlimited_memory) {
    if (chunks.size() < 2) return SwitchKind::kNone;
    return space_.options.residency == Residency::kReload ? SwitchKind::kWeights : SwitchKind::kProgram;
  }
  const auto kind = space_.kind_of[std::size_t(device)];
  auto [found, fresh] = judged_.try_emplace({kind, chunks});
  if (!fresh) return found->second;
  // find_residents() decides, so that the search and the plan can not differ. It wants them as choices.
  Choices choices(problem_.pipelines.size());
  const auto& id = space_.devices[std::size_t(device)];
  for (const auto& chunk : chunks) {
    const auto& bounds = space_.pipelines[chunk.pipeline].bounds;
    ExecutionChoice execution;
    execution.chunks = {{id, bounds[chunk.i], bounds[chunk.j] - 1}};
    choices[chunk.pipeline].executions.push_back(std::move(execution));
  }
  if (const auto residents = find_residents(problem_, choices, space_.options.residency))
    found->second = chunks.empty() ? SwitchKind::kNone : residents->at(id).switched;
  return found->second;
}

}  // namespace synergy::planner::search
