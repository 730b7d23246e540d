// optimal: the collaboration plan with the best objective, and a certificate. It starts from every other
// policy's plan, so that it is never behind one of them.
#include <algorithm>

#include "../demands.hpp"
#include "../search/certified.hpp"
#include "../search/fair.hpp"
#include "../search/lifetime.hpp"
#include "../search/sum.hpp"
#include "policies.hpp"

namespace synergy::planner {

namespace {

/// Nodes of each policy where the budget ended before the search began, or before any plan.
constexpr std::uint64_t kNodesOfLastResort = 20'000;

Proposal propose(const Policy& policy, CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto chosen = policy.choose(costs, options, budget);
  Proposal proposal{std::string(policy.name), {}};
  if (chosen)
    proposal.choices = std::move(chosen->choices);
  else
    proposal.why_not = chosen.error();
  return proposal;
}

/// What policies that do not search find with a few nodes of their own. The best of their plans counts as
/// found where it is better than what is there.
void resort_to_simple_means(CostModel& costs, search::Context& context, const SolveOptions& options,
                            Certification& made) {
  std::vector<Proposal> simple;
  for (const auto& policy : policies()) {
    if (policy.certifies || policy.choose == choose_joint_model) continue;
    Budget few(kNodesOfLastResort);
    simple.push_back(propose(policy, costs, options, few));
  }
  for (const auto& routes : routes_of(context, simple)) {
    const auto value = context.judge(routes);
    if (!value || (made.found.best && context.key(*value) >= context.key(made.found.value))) continue;
    made.found.best = routes;
    made.found.value = *value;
  }
  if (!made.found.best) return;
  made.found.bound = std::min(made.found.bound, made.found.value.value);
  made.others = std::move(simple);
}

}  // namespace

std::vector<Proposal> proposals(CostModel& costs, const SolveOptions& options, Budget& budget) {
  constexpr std::uint64_t kMostNodes = 300'000;
  std::vector<const Policy*> order;
  for (const auto& policy : policies())
    if (!policy.certifies) order.push_back(&policy);
  // The one that searches comes last: when time is short, the others must have had their turn.
  std::stable_partition(order.begin(), order.end(),
                        [](const Policy* policy) { return policy->choose != choose_joint_model; });
  std::vector<Proposal> all;
  for (const auto* policy : order) {
    auto own = budget.part(kMostNodes);
    own.mute();  // one of them searches, in a measure of its own
    all.push_back(propose(*policy, costs, options, own));
    budget.take(own);
  }
  return all;
}

std::vector<search::Routes> routes_of(search::Context& context, std::vector<Proposal>& proposals) {
  std::vector<search::Routes> all;
  for (auto& proposal : proposals) {
    if (proposal.choices.empty()) continue;
    search::Routes routes;
    for (std::size_t p = 0; p < proposal.choices.size(); ++p)
      routes.push_back(search::route_of(context.space, p, proposal.choices[p].executions.front()));
    if (const auto value = context.judge(routes)) {
      proposal.cost = value->value;
    } else {
      auto& why_not = proposal.why_not.emplace();
      why_not.kind = RefusalKind::kOutOfResource;
      why_not.reason = "its chunks or buffers do not fit together, or it misses a rate or a deadline";
    }
    all.push_back(std::move(routes));
  }
  return all;
}

Refusal why_no_plan(CostModel& costs, search::Context& context, const search::Certified& found,
                    const SolveOptions& options, Budget& budget) {
  const auto alone = best_alone(costs, context, budget);
  if (!alone && alone.error().kind != RefusalKind::kBudgetSpent) return alone.error();
  if (!found.complete) return budget_spent(budget, "a plan for all apps was found");
  return {RefusalKind::kInfeasible, "no plan exists (proved): with residency '" +
                                        std::string(schemas::name_of(options.residency)) +
                                        "' none keeps all demands of these " +
                                        std::to_string(costs.problem().pipelines.size()) + " apps"};
}

namespace {

/// Of the apps by name.
std::vector<schemas::RateLevel> levels_of(const Problem& problem,
                                          const std::vector<search::FairLevel>& found) {
  std::vector<schemas::RateLevel> levels;
  for (const auto& level : found) {
    schemas::RateLevel told{level.value, level.bound, {}, {}};
    for (const auto p : level.pipelines) told.apps.push_back(problem.pipelines[p].app.app);
    levels.push_back(std::move(told));
  }
  return levels;
}

/// What the objective makes of the others' plans takes the place of what they were judged by; `cost_of` tells
/// it of their routes, nothing where they miss a demand.
template <class CostOf>
void price_anew(const search::Context& context, const CostOf& cost_of, std::vector<Proposal>& others) {
  for (auto& other : others) {
    if (!other.cost) continue;
    search::Routes routes;
    for (std::size_t p = 0; p < other.choices.size(); ++p)
      routes.push_back(search::route_of(context.space, p, other.choices[p].executions.front()));
    other.cost = cost_of(routes);
  }
}

/// Of what is sought to be great.
std::optional<double> inverse(double value) { return value > 0 ? std::optional(1 / value) : std::nullopt; }

/// Objective `fair` in the terms of a search for one value: ns between the runs of an app of weight 1.
void search_fair(const Problem& problem, search::Context& context, const std::vector<search::Routes>& starts,
                 Budget& budget, Certification& made) {
  const auto weights = context.space.rates;
  const auto demands = demands_of(problem);
  auto fair = search::find_fair(context, demands, starts, budget);
  made.found = std::move(fair.first.last);
  made.first_level = fair.first.value;
  made.relaxed_level = fair.first.relaxed_bound;
  made.found.best = fair.best;
  made.found.complete = fair.is_proved;
  made.found.met = std::move(fair.met);
  if (!made.found.met.empty()) made.found.met.pop_back();  // the best itself
  made.levels = levels_of(problem, fair.levels);
  if (fair.best) {
    made.found.value.value = 1e9 / fair.levels.front().value;
    made.found.bound = 1e9 / fair.levels.front().bound;
  }
  std::vector<search::Wanted> wanted;
  for (const auto& demand : demands)
    wanted.push_back({demand.weight, demand.floor / 1e9, demand.cap / 1e9, false});
  price_anew(
      context, [&](const auto& routes) { return inverse(search::level_of(context, wanted, routes)); },
      made.others);
  context.set_rates(weights);
}

/// Objective `sum` in the terms of a search for one value: ns between runs, all apps together by weight.
void search_sum(CostModel& costs, search::Context& context, const SolveOptions& options,
                const std::vector<search::Routes>& starts, Budget& budget, Certification& made) {
  const auto weights = context.space.rates;
  const auto limit = context.space.load_limit;
  const search::SumQuestion question{demands_for(costs, options), lone_rates(costs, options)};
  auto sum = search::find_sum(context, question, starts, budget);
  made.found.best = std::move(sum.best);
  made.found.complete = sum.is_proved;
  made.found.met = std::move(sum.met);
  made.found.value.value = inverse(sum.value).value_or(0);
  made.found.bound = inverse(sum.bound).value_or(0);
  made.found.root_bound = inverse(sum.relaxed_bound).value_or(0);
  price_anew(
      context,
      [&](const auto& routes) {
        return inverse(search::sum_of(context, question.demands, routes).value_or(0));
      },
      made.others);
  context.set_rates(weights, limit);
}

/// Objective `lifetime` in the terms of a search for one value: 1 / hours of the device that dies first.
void search_lifetime(search::Context& context, const std::vector<search::Routes>& starts, Budget& budget,
                     Certification& made) {
  auto lifetime = search::find_lifetime(context, starts, budget);
  made.found = std::move(lifetime.first);
  made.found.best = std::move(lifetime.best);
  made.found.complete = lifetime.is_proved;
  made.found.met = std::move(lifetime.met);
  if (!made.found.met.empty()) made.found.met.pop_back();  // the best itself
  for (const auto& level : lifetime.levels) {
    schemas::RateLevel told{1 / level.value, 1 / level.bound, {}, {}};
    for (const auto d : level.devices) told.devices.push_back(context.space.devices[std::size_t(d)]);
    made.levels.push_back(std::move(told));
  }
  if (made.found.best) {
    made.found.value.value = lifetime.levels.front().value;
    made.found.bound = lifetime.levels.front().bound;
  }
}

}  // namespace

Planned<Certification> certify_from_all(CostModel& costs, search::Context& context,
                                        const SolveOptions& options, Budget& budget) {
  Certification made{proposals(costs, options, budget), {}};
  const bool is_small = budget.spent();  // not even these could come to their end
  const auto starts = routes_of(context, made.others);
  if (options.objective == Objective::kFair)
    search_fair(costs.problem(), context, starts, budget, made);
  else if (options.objective == Objective::kSum)
    search_sum(costs, context, options, starts, budget, made);
  else if (options.objective == Objective::kLifetime)
    search_lifetime(context, starts, budget, made);
  else
    made.found = search::certify(context, starts, budget);
  if (!made.found.complete) made.stopped_by = budget.stopped_by().value_or(StoppedBy::kNodes);
  if (!made.found.complete && (is_small || !made.found.best))
    resort_to_simple_means(costs, context, options, made);
  if (!made.found.best) return why_no_plan(costs, context, made.found, options, budget);
  const auto& met = made.found.met;
  for (auto plan = met.rbegin(); plan != met.rend() && plan - met.rbegin() < 3; ++plan)
    if (const auto value = context.judge(*plan))
      made.others.push_back({"next best", choices_of(context.space, *plan), std::nullopt, value->value});
  return made;
}

Planned<Chosen> choose_optimal(CostModel& costs, const SolveOptions& options, Budget& budget) {
  auto space = search::Space::build(costs, options);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  auto made = certify_from_all(costs, context, options, budget);
  if (!made) return made.error();
  return Chosen{choices_of(context.space, *made->found.best),
                made->found.bound,
                std::move(made->others),
                made->stopped_by,
                std::move(made->levels),
                made->found.complete};
}

}  // namespace synergy::planner
