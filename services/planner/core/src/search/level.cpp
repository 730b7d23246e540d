#include "level.hpp"

#include <algorithm>
#include <cmath>

namespace synergy::planner::search {
namespace {

constexpr double kSame = 1e-9;
/// Of heuristics, where a good plan is there already.
constexpr std::uint64_t kFewNodes = 20'000;

std::vector<double> rates_at(const std::vector<Wanted>& wanted, double level) {
  std::vector<double> rates;
  for (const auto& one : wanted) rates.push_back(one.rate_at(level));
  return rates;
}

/// The least cap / weight of those that are not held.
double least_cap(const std::vector<Wanted>& wanted) {
  double least = Prices::kInfinite;
  for (const auto& one : wanted)
    if (!one.is_held) least = std::min(least, one.cap / one.weight);
  return least;
}

/// The same, but those that do not grow with the level have a little less. They may fill a unit by
/// themselves; the peak would then be 1 whatever the others do.
std::vector<double> eased(const std::vector<Wanted>& wanted, double level) {
  constexpr double kLess = 1e-7;
  auto rates = rates_at(wanted, level);
  for (std::size_t p = 0; p < wanted.size(); ++p)
    if (rates[p] <= wanted[p].floor) rates[p] *= 1 - kLess;
  return rates;
}

bool loads_grow_in_proportion(const std::vector<Wanted>& wanted) {
  return std::none_of(wanted.begin(), wanted.end(),
                      [](const Wanted& one) { return one.is_held || one.floor > 0; });
}

/// The greatest level at which the sum over pipelines of rate x price stays at `most` or below.
double level_at(const std::vector<Wanted>& wanted, const std::vector<double>& prices, double most) {
  const auto sum = [&](double level) {
    double all = 0;
    for (std::size_t p = 0; p < wanted.size(); ++p) all += wanted[p].rate_at(level) * prices[p];
    return all;
  };
  double high = 1e-12;
  while (sum(high) <= most) {
    if (high > 1e6) return Prices::kInfinite;
    high *= 2;
  }
  double low = 0;
  for (int step = 0; step < 200 && high - low > high * 1e-15; ++step) {
    const double middle = (low + high) / 2;
    (sum(middle) <= most ? low : high) = middle;
  }
  return high;
}

/// A level that no plan exceeds, by the prices of a search: a plan's peak is at least the priced average of
/// its loads, whatever the rates.
double priced_bound(Context& context, const std::vector<Wanted>& wanted, double reached,
                    const Weights& prices) {
  const auto allows = [&](double level) {
    context.set_rates(rates_at(wanted, level));
    return bound_at(context.space, prices) <= 1;
  };
  double low = reached, high = std::max(2 * reached, 1e-12);
  while (allows(high)) {
    if (high > 1e3) return Prices::kInfinite;
    low = high;
    high *= 2;
  }
  for (int step = 0; step < 60; ++step) (allows((low + high) / 2) ? low : high) = (low + high) / 2;
  return high;
}

/// Prices of a search that ended early, or that lie on units of held pipelines alone, tell no bound. Equal
/// prices do, wherever a run takes any time.
void bound_by_equal_prices(Context& context, const std::vector<Wanted>& wanted, Level& level) {
  if (std::isfinite(level.bound) && std::isfinite(level.relaxed_bound)) return;
  const double bound =
      std::max(level.value, priced_bound(context, wanted, level.value, equal_prices(context.space)));
  level.bound = std::min(level.bound, bound);
  level.relaxed_bound = std::min(level.relaxed_bound, bound);
}

}  // namespace

double level_of(Context& context, const std::vector<Wanted>& wanted, const Routes& routes, double over) {
  std::vector<const Route*> all;
  for (const auto& route : routes) all.push_back(&route);
  context.set_rates(rates_at(wanted, 0));
  if (!context.judge(routes)) return -1;
  const auto loads = State::loads_in_plan(context.space, context.fit, all);
  if (!loads) return -1;
  std::vector<std::vector<double>> units(context.space.devices.size() * kUnits);
  for (std::size_t p = 0; p < wanted.size(); ++p)
    for (const auto& [unit, ns] : (*loads)[p]) {
      units[unit].resize(wanted.size(), 0.0);
      units[unit][p] += ns;
    }
  double level = least_cap(wanted);
  for (const auto& unit : units) {
    if (unit.empty()) continue;
    double floor = 0;
    bool grows = false;
    for (std::size_t p = 0; p < wanted.size(); ++p) {
      floor += wanted[p].rate_at(0) * unit[p];
      grows = grows || (!wanted[p].is_held && unit[p] > 0);
    }
    if (floor > 1 + over) return -1;
    // A unit that is full with those that are held may be a little more than full.
    if (grows) level = std::min(level, level_at(wanted, unit, std::max(1.0, floor)));
  }
  return level;
}

Reached reach(Context& context, const std::vector<double>& rates, const std::vector<Routes>& starts,
              Budget& budget) {
  context.set_rates(rates);
  Goal goal;  // a search leaves out what is nearly as dear as its limit
  goal.enough = 1 + kSame;
  goal.below = 1 + 3 * kSame;
  goal.heuristic_nodes = kFewNodes;
  const auto found = certify(context, starts, budget, goal);
  return {found.best, found.best.has_value() || found.complete};
}

Level raise(Context& context, const std::vector<Wanted>& wanted, const std::vector<Routes>& starts,
            Budget& budget) {
  Level level;
  level.bound = level.relaxed_bound = least_cap(wanted);
  for (const auto& routes : starts)
    if (const double value = level_of(context, wanted, routes); value > level.value) {
      level.value = value;
      level.best = routes;
    }
  const double cap = least_cap(wanted);
  if (cap < Prices::kInfinite && level.value < cap * (1 - kSame)) {
    const auto at_cap = reach(context, rates_at(wanted, cap), starts, budget);
    if (at_cap.plan) {
      level.best = at_cap.plan;
      level.value = cap;
    }
  }
  if (level.best && level.value >= cap * (1 - kSame)) {
    level.is_proved = level.is_capped = true;
    return level;
  }
  auto from = starts;
  if (level.best) from.insert(from.begin(), *level.best);
  if (loads_grow_in_proportion(wanted)) {
    std::vector<double> weights;
    for (const auto& one : wanted) weights.push_back(one.weight);
    context.set_rates(weights);
    level.last = certify(context, from, budget, {});
    if (level.last.best) {
      level.best = level.last.best;
      level.value = level_of(context, wanted, *level.best);
    }
    level.is_proved = level.last.complete;
    level.is_capped = level.best && level.value >= cap * (1 - kSame);
    level.bound = level.is_proved ? level.value : std::min(level.bound, 1 / level.last.bound);
    level.relaxed_bound = std::max(level.value, std::min(level.relaxed_bound, 1 / level.last.root_bound));
    bound_by_equal_prices(context, wanted, level);
    return level;
  }
  // The first plan, if none is there: any that keeps the floors.
  if (!level.best) {
    const auto any = reach(context, rates_at(wanted, 0), from, budget);
    level.is_proved = any.is_proved;
    if (!any.plan) return level;
    level.best = any.plan;
    level.value = std::max(0.0, level_of(context, wanted, *any.plan));
  }
  for (;;) {
    context.set_rates(eased(wanted, level.value));
    Goal goal;
    goal.heuristic_nodes = kFewNodes;
    level.last = certify(context, {*level.best}, budget, goal);
    level.is_proved = level.last.complete;
    const double now = level.last.best ? level_of(context, wanted, *level.last.best) : 0;
    if (now <= level.value * (1 + kSame)) {
      // A plan was found that is better only because those with a rate of their own have a little less.
      level.is_proved = level.is_proved && !(now < 0);
      break;
    }
    level.best = level.last.best;
    level.value = now;
    if (!level.last.complete) break;
  }
  level.relaxed_bound =
      std::max(level.value,
               std::min(level.bound, priced_bound(context, wanted, level.value, level.last.root_weights)));
  if (!level.is_proved) level.bound = level.relaxed_bound;
  level.bound = level.is_proved ? level.value : std::max(level.value, level.bound);
  bound_by_equal_prices(context, wanted, level);
  level.is_capped = level.value >= cap * (1 - kSame);
  context.set_rates(rates_at(wanted, level.value));
  return level;
}

}  // namespace synergy::planner::search
