// ind-e2e: each pipeline alone, the least end-to-end latency from sensing to interaction, links included;
// other apps are ignored, and so is the objective. (Our reading of the baseline's name.)
#include "../search/improve.hpp"
#include "policies.hpp"

namespace synergy::planner {

Planned<search::Routes> best_alone(CostModel& costs, search::Context& context, Budget& budget) {
  search::Routes routes;
  for (std::size_t p = 0; p < context.space.pipelines.size(); ++p) {
    bool is_complete = false;
    auto best =
        search::best_response(context, {}, p, search::Prices::kInfinite, nullptr, budget, &is_complete);
    if (!best && !is_complete)
      return budget_spent(budget, "a plan was found")
          .at("app '" + costs.problem().pipelines[p].app.app.text() + "'");
    if (!best) return why_nothing_fits(costs, p, context.space.options, budget);
    routes.push_back(std::move(*best));
  }
  return routes;
}

Planned<Chosen> choose_ind_e2e(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto alone = options;
  alone.objective = Objective::kLatency;
  auto space = search::Space::build(costs, alone);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  const auto routes = best_alone(costs, context, budget);
  if (!routes) return routes.error();
  return Chosen{choices_of(context.space, *routes), std::nullopt, {}};
}

}  // namespace synergy::planner
