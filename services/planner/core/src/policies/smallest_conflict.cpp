#include "../search/certified.hpp"
#include "policies.hpp"

namespace synergy::planner {
namespace {

constexpr std::uint64_t kNodesPerTrial = 20'000;
/// More pipelines are not taken apart: every one costs a search.
constexpr std::size_t kMostPipelines = 8;

bool is_infeasible(const Problem& problem, const std::vector<std::size_t>& pipelines,
                   const SolveOptions& options) {
  Problem part{problem.body, {}};
  for (const auto p : pipelines) part.pipelines.push_back(problem.pipelines[p]);
  CostModel costs(part);
  auto space = search::Space::build(costs, options);
  if (!space) return true;
  search::Context context(part, std::move(*space));
  Budget budget(kNodesPerTrial);
  const auto found = search::certify(context, {}, budget);
  return found.complete && !found.best;
}

}  // namespace

std::vector<std::size_t> smallest_conflict(const Problem& problem, const SolveOptions& options) {
  std::vector<std::size_t> conflict;
  for (std::size_t p = 0; p < problem.pipelines.size(); ++p) conflict.push_back(p);
  if (conflict.size() > kMostPipelines) return conflict;
  for (std::size_t k = conflict.size(); k-- > 0 && conflict.size() > 1;) {
    auto without = conflict;
    without.erase(without.begin() + std::ptrdiff_t(k));
    if (is_infeasible(problem, without, options)) conflict = std::move(without);
  }
  return conflict;
}

}  // namespace synergy::planner
