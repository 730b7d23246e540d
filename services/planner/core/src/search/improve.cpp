#include "improve.hpp"

#include <algorithm>

#include "route_search.hpp"

namespace synergy::planner::search {
namespace {

/// Nodes that one best response may take before it is content with what it has.
constexpr std::uint64_t kResponseNodes = 50'000;
constexpr std::size_t kFewChunks = 2;

double priced_loads(const State& state, const Weights& weights) {
  double sum = 0;
  for (std::uint32_t unit = 0; unit < weights.unit.size(); ++unit)
    sum += weights.unit[unit] * state.load(unit);
  return sum;
}

}  // namespace

std::optional<Route> best_response(Context& context, const std::vector<const Route*>& others, std::size_t p,
                                   double below, const Relaxed* relaxed, Budget& budget, bool* is_complete) {
  const auto& space = context.space;
  if (is_complete != nullptr) *is_complete = true;
  State beside(space);
  for (const auto* route : others)
    if (!beside.add(*route)) return std::nullopt;
  const auto base = beside.value();
  RouteQuery query;
  query.pipeline = p;
  query.bottleneck = &context.bottlenecks[p];
  query.beside = &beside;
  query.plain = &context.tied;
  query.plain_completion = &context.tied_completions[p];
  query.plain_base = context.tied.time * base.time + context.tied.energy * base.energy;
  query.limit = below;
  // Prices of units, if any; memory and single devices play no part in a real cost.
  Weights dual = context.tied;
  if (relaxed != nullptr) dual.unit = relaxed->weights.unit;
  for (std::size_t unit = 0; unit < dual.unit.size(); ++unit)
    if (!space.in_peak(unit)) dual.unit[unit] = 0;
  const Completion completion(space, p, dual);
  query.dual = &dual;
  query.dual_completion = &completion;
  query.dual_base = query.plain_base + priced_loads(beside, dual);

  std::optional<Route> best;
  auto all = others;
  all.push_back(nullptr);
  // Few chunks first: a large search does not end, and then has at least something.
  const std::size_t few = std::max(kFewChunks, space.pipelines[p].at_least);
  for (const std::size_t most : {few, std::size_t{0}}) {
    if (most >= space.max_chunks) continue;
    query.most_chunks = most;
    query.limit = below;
    auto own = budget.part(kResponseNodes);
    RouteSearch search(space, query);
    const bool ended = search.run(own, [&](const Route& route, double) {
      all.back() = &route;
      const auto value = State::judge(space, context.fit, all);
      if (!value || context.key(*value) >= below) return below;
      best = route;
      return below = context.key(*value);
    });
    budget.take(own);
    if (is_complete != nullptr) *is_complete = ended;
  }
  return best;
}

Alone search_alone(Context& context, std::size_t p, Budget& budget) {
  double others = 0;
  for (std::size_t q = 0; q < context.plain_completions.size(); ++q)
    if (q != p) others += context.plain_completions[q].least();
  RouteQuery query;
  query.pipeline = p;
  query.bottleneck = &context.bottlenecks[p];
  query.dual = query.plain = &context.plain;
  query.dual_completion = query.plain_completion = &context.plain_completions[p];
  double least = query.limit = Prices::kInfinite;
  RouteSearch search(context.space, query);
  const bool ended = search.run(budget, [&](const Route& route, double) {
    if (const auto value = State::judge(context.space, context.fit, {&route}))
      least = std::min(least, value->value);
    return least;
  });
  return {least + others, ended};
}

std::optional<double> least_alone(Context& context, std::size_t p, Budget& budget) {
  const auto alone = search_alone(context, p, budget);
  return alone.is_proved ? std::optional(alone.least) : std::nullopt;
}

void improve(Context& context, Routes& routes, const Relaxed* relaxed, Budget& budget) {
  const auto start = context.judge(routes);
  if (!start) return;
  double key = context.key(*start);
  std::size_t unchanged = 0;
  for (std::size_t p = 0; unchanged < routes.size() && !budget.spent(); p = (p + 1) % routes.size()) {
    std::vector<const Route*> others;
    for (const auto& route : routes)
      if (route.pipeline != p) others.push_back(&route);
    const auto better = best_response(context, others, p, key - 1e-9 * std::abs(key), relaxed, budget);
    ++unchanged;
    if (!better) continue;
    routes[p] = *better;
    key = context.key(*context.judge(routes));
    unchanged = 1;
  }
}

std::optional<Routes> add_in_turn(Context& context, const std::vector<std::size_t>& order,
                                  const Relaxed* relaxed, Budget& budget) {
  Routes routes(context.space.pipelines.size());
  std::vector<const Route*> chosen;
  for (const auto p : order) {
    auto best = best_response(context, chosen, p, Prices::kInfinite, relaxed, budget);
    if (!best) return std::nullopt;
    routes[p] = std::move(*best);
    chosen.push_back(&routes[p]);
  }
  return routes;
}

}  // namespace synergy::planner::search
