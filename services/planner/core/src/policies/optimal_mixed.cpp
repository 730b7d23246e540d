// optimal-mixed: shares over several execution plans of a pipeline, all resident, so that no single one of
// them bounds the rate. It begins from `optimal`'s plan, and gives that where no mixture is better. Its bound
// is the linear relaxation's, which holds for every choice of shares.
#include "../search/certified.hpp"
#include "../search/mixed.hpp"
#include "policies.hpp"

namespace synergy::planner {

Result<Chosen> choose_optimal_mixed(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto space = search::Space::build(costs, options);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  auto made = certify_from_all(costs, context, options, budget);
  if (!made) return made.error();
  const auto& found = made->found;
  // A single plan may be proved best among its like while a mixture is still better.
  auto own = Budget(kNodesToMix, {});
  const auto mixed = search::mix(context, found, budget.spent() ? own : budget);
  Chosen chosen{choices_of(context.space, *found.best), found.root_bound, std::move(made->others)};
  if (!mixed) return chosen;
  chosen.others.insert(chosen.others.begin(), {"optimal", chosen.choices, {}, found.value.value});
  for (std::size_t p = 0; p < chosen.choices.size(); ++p) {
    chosen.choices[p].executions.clear();
    for (const auto& [route, share] : mixed->routes[p]) {
      auto execution = choice_of(context.space, route);
      execution.share = share;
      chosen.choices[p].executions.push_back(std::move(execution));
    }
  }
  return chosen;
}

}  // namespace synergy::planner
