// joint-model: all models' splits together, for the best throughput that models alone would have: only
// inference and the ways between chunks count. It ignores source and target (the lowest device ids that offer
// them) and the objective. (Our reading of the baseline's name.)
#include "../search/certified.hpp"
#include "policies.hpp"

namespace synergy::planner {

void set_lowest_ends(const Problem& problem, Choices& choices) {
  for (std::size_t p = 0; p < choices.size(); ++p)
    for (auto& execution : choices[p].executions) {
      execution.source = sources_for(problem.body, problem.pipelines[p])->front();
      execution.target = targets_for(problem.body, problem.pipelines[p])->front();
    }
}

Planned<Chosen> choose_joint_model(CostModel& costs, const SolveOptions& options, Budget& budget) {
  constexpr std::uint64_t kMostNodes = 200'000, kOfLarge = 10'000;
  constexpr std::size_t kLarge = 12;  // pipelines
  auto joint = options;
  joint.objective = Objective::kRounds;
  auto space = search::Space::build(costs, joint, true);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  const auto alone = best_alone(costs, context, budget);
  if (!alone) return alone.error();
  auto own = budget.part(context.space.pipelines.size() > kLarge ? kOfLarge : kMostNodes);
  const auto found = search::certify(context, {*alone}, own);
  budget.take(own);
  if (!found.best) return why_no_room(costs, context, budget);
  Chosen chosen{choices_of(context.space, *found.best), std::nullopt, {}};
  set_lowest_ends(costs.problem(), chosen.choices);
  return chosen;
}

}  // namespace synergy::planner
