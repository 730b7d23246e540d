// optimal-mixed: shares over several execution plans of a pipeline, all resident, so that no single one of
// them bounds the rate. It begins from `optimal`'s plan, and gives that where no mixture is better. Its bound
// is the linear relaxation's, which holds for every choice of shares.
#include "../rates.hpp"
#include "../search/certified.hpp"
#include "../search/mixed.hpp"
#include "policies.hpp"

namespace synergy::planner {

namespace {

Choices choices_of(const search::Space& space, const search::Mixed& mixed) {
  Choices choices(mixed.routes.size());
  for (std::size_t p = 0; p < choices.size(); ++p)
    for (const auto& [route, share] : mixed.routes[p]) {
      choices[p].executions.push_back(choice_of(space, route));
      choices[p].executions.back().share = share;
    }
  return choices;
}

}  // namespace

Planned<Chosen> choose_optimal_mixed(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto space = search::Space::build(costs, options);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  auto exact = budget.part(budget.left() - budget.left() / 4);  // a quarter is kept for mixing
  auto made = certify_from_all(costs, context, options, exact);
  budget.take(exact);
  if (!made) return made.error();
  auto& found = made->found;
  const auto single = search::choices_of(context.space, *found.best);
  Chosen chosen{single, found.root_bound, std::move(made->others), made->stopped_by};
  if (options.objective == Objective::kSum || options.objective == Objective::kLifetime) {
    chosen.levels_are_proved = false;  // mixtures are not sought
    return chosen;
  }
  double scale = 1;  // of a mixture's value, to the measure of the bound
  if (options.objective == Objective::kFair) {
    chosen.bound = 1 / made->relaxed_level;
    chosen.levels = std::move(made->levels);
    if (!chosen.levels.empty()) {  // of the others nothing is known where there are shares
      chosen.levels.resize(1);
      chosen.levels.front().bound = made->relaxed_level * 1e9;
    }
    if (!(made->first_level > 0)) return chosen;
    std::vector<double> rates;
    for (const auto& demand : demands_of(costs.problem()))
      rates.push_back(
          std::min(demand.cap / 1e9, std::max(demand.floor / 1e9, demand.weight * made->first_level)));
    context.set_rates(rates);
    found.value = *context.judge(*found.best);
    scale = 1 / made->first_level;
  }
  // Where costs only add up, one of a mixture's plans is at least as good as the mixture.
  if (context.space.peak_weight == 0) {
    if (options.objective != Objective::kFair) chosen.bound = found.bound;
    return chosen;
  }
  auto own = budget.part(kNodesToMix);
  const auto mixtures = search::mix(context, found, own);
  budget.take(own);
  if (own.stopped_by() && chosen.stopped_by == StoppedBy::kProof) chosen.stopped_by = own.stopped_by();
  for (std::size_t k = mixtures.size(); k-- > 1;)
    chosen.others.insert(chosen.others.begin(), {"other shares", choices_of(context.space, mixtures[k]),
                                                 std::nullopt, mixtures[k].value * scale});
  if (mixtures.empty()) return chosen;
  if (!chosen.levels.empty()) chosen.levels.front().value = 1e9 / (mixtures.front().value * scale);
  chosen.others.insert(chosen.others.begin(), {"optimal", single, std::nullopt, found.value.value * scale});
  chosen.choices = choices_of(context.space, mixtures.front());
  return chosen;
}

}  // namespace synergy::planner
