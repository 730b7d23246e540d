// synergy: pipelines in descending data intensity; each adds the execution plan that keeps the accumulated
// objective best, and is not revised later. Among equals, the one with the least total time of all tasks.
#include "../search/improve.hpp"
#include "policies.hpp"

namespace synergy::planner {

Planned<Chosen> choose_synergy(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto space = search::Space::build(costs, options);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  const auto routes = search::add_in_turn(context, by_intensity(context), nullptr, budget);
  if (routes) return Chosen{choices_of(context.space, *routes), std::nullopt, {}};
  if (const auto alone = best_alone(costs, context, budget); !alone) return alone.error();
  return why_no_room(costs, context, budget);
}

}  // namespace synergy::planner
