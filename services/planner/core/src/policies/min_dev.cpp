// min-dev: each pipeline alone, on the fewest devices whose memory holds it, lowest device ids first, each
// chunk as long as its device takes it. (Our reading of the baseline's name.)
#include "synergy/planner/candidates.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::planner {
namespace {

Result<Choice> fewest_devices(CostModel& costs, std::size_t p, Budget& budget) {
  const auto& problem = costs.problem();
  const auto& pipeline = problem.pipelines[p];
  const auto sources = sources_for(problem.body, pipeline);
  if (!sources) return sources.error();
  const auto targets = targets_for(problem.body, pipeline);
  if (!targets) return targets.error();

  Choice choice{sources->front(), targets->front(), {}};
  const SpreadVisitor first_found{[](const auto&) { return true; },
                                  [&](const std::vector<schemas::Chunk>& chunks) {
                                    choice.chunks = chunks;
                                    return false;
                                  }};
  const std::size_t most = most_devices(problem, p);
  for (std::size_t devices = std::max(1u, pipeline.app.at_least_devices); devices <= most; ++devices) {
    visit_spreads(costs, p, devices, budget, first_found);
    if (!choice.chunks.empty()) return choice;
  }
  return why_nothing_fits(costs, p, budget);
}

}  // namespace

Result<std::vector<Choice>> choose_min_dev(CostModel& costs, Budget& budget) {
  std::vector<Choice> choices;
  for (std::size_t p = 0; p < costs.problem().pipelines.size(); ++p) {
    auto choice = fewest_devices(costs, p, budget);
    if (!choice) return choice.error();
    choices.push_back(std::move(*choice));
  }
  return choices;
}

}  // namespace synergy::planner
