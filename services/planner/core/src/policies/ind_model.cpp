// ind-model: each model alone, the split with the least time of inference and of the ways between its chunks.
// It ignores source, target (the lowest device ids that offer them) and other apps. (Our reading of the
// baseline's name.)
#include "policies.hpp"

namespace synergy::planner {

Planned<Chosen> choose_ind_model(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto alone = options;
  alone.objective = Objective::kLatency;
  auto space = search::Space::build(costs, alone, true);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  const auto routes = best_alone(costs, context, budget);
  if (!routes) return routes.error();
  Chosen chosen{choices_of(context.space, *routes), std::nullopt, {}};
  set_lowest_ends(costs.problem(), chosen.choices);
  return chosen;
}

}  // namespace synergy::planner
