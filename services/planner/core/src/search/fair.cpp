#include "fair.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "plan_pool.hpp"

namespace synergy::planner::search {
namespace {

constexpr double kNs = 1e9;     ///< in a second
constexpr double kMore = 1e-6;  ///< relative: what a pipeline must be able to have more, not to be stuck
constexpr double kSame = 1e-9;
constexpr int kRounds = 8;           ///< of looking for a cheaper plan
constexpr double kRounding = 1e-12;  ///< of a sum of loads

class FairSearch {
 public:
  FairSearch(Context& context, const std::vector<Demand>& demands, const std::vector<Routes>& starts,
             Budget& budget)
      : context_(context), demands_(demands), pool_(starts), budget_(budget) {}

  Fair run() {
    std::vector<Wanted> wanted;
    for (const auto& demand : demands_)
      wanted.push_back({demand.weight, demand.floor / kNs, demand.cap / kNs, false});
    auto found = descend(std::move(wanted));
    found.first = std::move(first_);
    found.met = pool_.met();
    return found;
  }

 private:
  using Pipelines = std::vector<std::size_t>;

  /// The best plan with those held that are.
  Fair descend(std::vector<Wanted> wanted) {
    Fair made;
    made.is_proved = true;
    while (!open(wanted).empty()) {
      auto level = raise(context_, wanted, pool_.starts(), budget_);
      if (!has_first_) first_ = level;
      has_first_ = true;
      made.is_proved = made.is_proved && level.is_proved;
      if (!level.best) return {std::nullopt, {}, level.is_proved, {}, {}};
      pool_.remember(*level.best);
      made.best = level.best;
      auto held = who_is_held(wanted, level, made.is_proved);
      if (held.empty()) return branch(wanted, level, std::move(made));
      hold(wanted, held, level.value);
      made.levels.push_back({level.value * kNs, level.bound * kNs, std::move(held)});
    }
    if (made.best && all_have_their_caps(wanted)) made.best = cheapest(wanted, *std::move(made.best));
    return made;
  }

  [[nodiscard]] static bool all_have_their_caps(const std::vector<Wanted>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [](const Wanted& one) { return one.floor >= one.cap * (1 - kSame); });
  }

  /// Each pipeline has the rate that was asked for, and many plans give that. Of those that were met, and of
  /// those that take the route of one pipeline from another: the one whose runs cost the least energy, then
  /// the least time, at these rates. It is not certified; no rate depends on it.
  Routes cheapest(const std::vector<Wanted>& wanted, Routes best) {
    const auto known = pool_.all();
    bool is_cheaper = true;
    for (int round = 0; is_cheaper && round < kRounds; ++round) {
      is_cheaper = false;
      for (const auto& other : known) {
        is_cheaper |= take_if_cheaper(wanted, other, best);
        for (std::size_t p = 0; p < wanted.size(); ++p) {
          auto tried = best;
          tried[p] = other[p];
          is_cheaper |= take_if_cheaper(wanted, tried, best);
        }
      }
    }
    return best;
  }

  bool take_if_cheaper(const std::vector<Wanted>& wanted, const Routes& tried, Routes& best) {
    const auto cost = [&](const Routes& routes) {
      std::pair<double, double> energy_and_time{0, 0};
      for (std::size_t p = 0; p < wanted.size(); ++p) {
        energy_and_time.first += wanted[p].floor * routes[p].energy;
        energy_and_time.second += wanted[p].floor * routes[p].time;
      }
      return energy_and_time;
    };
    const auto mine = cost(tried), its = cost(best);
    const bool same_energy = std::abs(mine.first - its.first) <= kSame * its.first;
    const bool cheaper = same_energy ? mine.second < its.second * (1 - kSame) : mine.first < its.first;
    if (!cheaper || level_of(context_, wanted, tried, kRounding) < 0) return false;
    best = tried;
    return true;
  }

  /// None is stuck by itself: one after the other stays behind, the others go on.
  Fair branch(const std::vector<Wanted>& wanted, const Level& level, Fair made) {
    std::optional<Fair> best;
    const auto candidates = at_level(wanted, level.value);
    for (const auto p : candidates) {
      auto tried = wanted;
      hold(tried, {p}, level.value);
      auto rest = descend(tried);
      if (!rest.best && open(tried).empty()) rest.best = level.best;
      if (!rest.best) continue;
      made.is_proved = made.is_proved && rest.is_proved;
      rest.levels.insert(rest.levels.begin(), {level.value * kNs, level.bound * kNs, {p}});
      if (!best || is_better(rest, *best)) best = std::move(rest);
    }
    if (!best) {  // the budget ended before anything was found beside the level's own plan
      made.is_proved = false;
      made.levels.push_back({level.value * kNs, level.bound * kNs, open(wanted)});
      return made;
    }
    best->levels.insert(best->levels.begin(), made.levels.begin(), made.levels.end());
    best->is_proved = made.is_proved;
    return std::move(*best);
  }

  [[nodiscard]] static bool is_better(const Fair& a, const Fair& b) {
    const auto vector_of = [](const Fair& fair) {
      std::vector<double> values;
      for (const auto& level : fair.levels) values.insert(values.end(), level.pipelines.size(), level.value);
      std::sort(values.begin(), values.end());
      return values;
    };
    return is_ahead(vector_of(a), vector_of(b), std::greater<>());
  }

  /// Those that can not have more than the level; empty where each of them can, by itself.
  Pipelines who_is_held(const std::vector<Wanted>& wanted, const Level& level, bool& is_proved) {
    if (level.is_capped) return at_cap(wanted, level.value);
    Pipelines held;
    if (at_level(wanted, level.value).size() == 1)
      return at_level(wanted, level.value);  // it alone is raised
    for (const auto p : at_level(wanted, level.value)) {
      auto more = wanted;
      for (auto& one : more) {
        one.floor = one.rate_at(level.value);
        one.is_held = true;
      }
      more[p].floor *= 1 + kMore;
      if (!is_stuck(more, level, is_proved)) continue;
      held.push_back(p);
    }
    return held;
  }

  /// Whether no plan gives all of these rates. Where the budget ends before that is known, it is taken to be
  /// so.
  bool is_stuck(const std::vector<Wanted>& more, const Level& level, bool& is_proved) {
    for (const auto& routes : pool_.starts())
      if (level_of(context_, more, routes, kRounding) >= 0) return false;
    std::vector<double> rates;
    for (const auto& one : more) rates.push_back(one.floor);
    context_.set_rates(rates);
    if (!level.last.root_weights.unit.empty() &&
        bound_at(context_.space, level.last.root_weights) > 1 + 1e-12)
      return true;
    const auto reached = reach(context_, rates, pool_.starts(), budget_);
    if (reached.plan) pool_.remember(*reached.plan);
    is_proved = is_proved && reached.is_proved;
    return !reached.plan;
  }

  [[nodiscard]] static Pipelines open(const std::vector<Wanted>& wanted) {
    Pipelines all;
    for (std::size_t p = 0; p < wanted.size(); ++p)
      if (!wanted[p].is_held) all.push_back(p);
    return all;
  }
  /// Not held, and not above the level by a floor of its own.
  [[nodiscard]] static Pipelines at_level(const std::vector<Wanted>& wanted, double level) {
    Pipelines all;
    for (const auto p : open(wanted))
      if (wanted[p].floor <= wanted[p].weight * level * (1 + kSame)) all.push_back(p);
    return all.empty() ? open(wanted) : all;
  }
  [[nodiscard]] static Pipelines at_cap(const std::vector<Wanted>& wanted, double level) {
    Pipelines all;
    for (const auto p : open(wanted))
      if (wanted[p].cap <= wanted[p].weight * level * (1 + kSame)) all.push_back(p);
    return all;
  }
  static void hold(std::vector<Wanted>& wanted, const Pipelines& pipelines, double level) {
    for (const auto p : pipelines) {
      wanted[p].floor = wanted[p].rate_at(level);
      wanted[p].is_held = true;
    }
  }

  Context& context_;
  const std::vector<Demand>& demands_;
  PlanPool pool_;
  Budget& budget_;
  Level first_;
  bool has_first_ = false;
};

}  // namespace

Fair find_fair(Context& context, const std::vector<Demand>& demands, const std::vector<Routes>& starts,
               Budget& budget) {
  return FairSearch(context, demands, starts, budget).run();
}

}  // namespace synergy::planner::search
