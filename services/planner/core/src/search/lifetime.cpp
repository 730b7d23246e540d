#include "lifetime.hpp"

#include <algorithm>
#include <functional>

#include "plan_pool.hpp"

namespace synergy::planner::search {
namespace {

constexpr double kSame = 1e-9;
constexpr double kLess = 1e-6;  ///< relative: what a battery must be able to lose less, not to be stuck
constexpr std::uint64_t kFewNodes = 20'000;  ///< of heuristics, where a good plan is there already

class LifetimeSearch {
 public:
  LifetimeSearch(Context& context, const std::vector<Routes>& starts, Budget& budget)
      : context_(context), batteries_(context.space.batteries), pool_(starts), budget_(budget) {}

  Lifetime run() {
    const auto before = batteries_;
    auto found = descend();
    batteries_ = before;
    found.first = std::move(first_);
    found.met = pool_.met();
    return found;
  }

 private:
  /// The best plan with those held that are.
  Lifetime descend() {
    Lifetime made;
    made.is_proved = true;
    while (!open().empty()) {
      Goal goal;
      if (has_first_) goal.heuristic_nodes = kFewNodes;
      auto found = certify(context_, pool_.starts(), budget_, goal);
      const auto best = found.best;
      const auto peak = found.value.value;
      const auto bound = found.complete ? peak : found.bound;
      made.is_proved = made.is_proved && found.complete;
      if (!has_first_) first_ = std::move(found);
      has_first_ = true;
      if (!best) return {std::nullopt, {}, made.is_proved, {}, {}};
      pool_.remember(*best);
      made.best = best;
      const auto held = stuck_at(*best, peak, made.is_proved);
      if (held.empty()) return branch({peak, bound, {}}, std::move(made));
      for (const auto d : held) hold(d, peak);
      made.levels.push_back({peak, bound, held});
    }
    return made;
  }

  /// None is stuck by itself: each in turn is the one that stays at the level.
  Lifetime branch(const LifetimeLevel& level, Lifetime made) {
    std::optional<Lifetime> best;
    const auto before = batteries_;
    for (const auto d : open()) {
      hold(d, level.value);
      auto rest = descend();
      batteries_ = before;
      if (!rest.best && open().size() == 1) rest.best = made.best;
      made.is_proved = made.is_proved && rest.is_proved;
      if (!rest.best) continue;
      rest.levels.insert(rest.levels.begin(), {level.value, level.bound, {d}});
      if (!best || is_better(rest, *best)) best = std::move(rest);
    }
    if (!best) {  // the budget ended before anything was found beside the level's own plan
      made.is_proved = false;
      made.levels.push_back({level.value, level.bound, open()});
      return made;
    }
    best->levels.insert(best->levels.begin(), made.levels.begin(), made.levels.end());
    best->is_proved = made.is_proved;
    return std::move(*best);
  }

  [[nodiscard]] static bool is_better(const Lifetime& a, const Lifetime& b) {
    const auto vector_of = [](const Lifetime& made) {
      std::vector<double> values;
      for (const auto& level : made.levels) values.insert(values.end(), level.devices.size(), level.value);
      std::sort(values.rbegin(), values.rend());
      return values;
    };
    return is_ahead(vector_of(a), vector_of(b), std::less<>());
  }

  /// Of the batteries at the peak of this plan: those that no plan leaves less, while the others keep to it.
  std::vector<int> stuck_at(const Routes& routes, double peak, bool& is_proved) {
    std::vector<int> stuck;
    for (const auto d : open()) {
      if (load_of(routes, d) < peak * (1 - kLess)) continue;
      if (batteries_[std::size_t(d)].base >= peak * (1 - kSame) || is_stuck(d, peak, is_proved))
        stuck.push_back(d);
    }
    return stuck;
  }

  /// Where the budget ends before that is known, it is taken to be so.
  bool is_stuck(int device, double peak, bool& is_proved) {
    const auto before = batteries_;
    for (const auto d : open()) hold(d, peak);
    auto& battery = batteries_[std::size_t(device)];
    battery.in_peak = true;
    Goal goal;
    goal.below = peak * (1 - kLess);
    goal.enough = goal.below;
    goal.heuristic_nodes = kFewNodes;
    const auto found = certify(context_, pool_.starts(), budget_, goal);
    batteries_ = before;
    if (found.best) pool_.remember(*found.best);
    is_proved = is_proved && (found.best || found.complete);
    return !found.best;
  }

  [[nodiscard]] double load_of(const Routes& routes, int device) const {
    std::vector<const Route*> all;
    for (const auto& route : routes) all.push_back(&route);
    const auto loads = State::loads_at_rates(context_.space, context_.fit, all);
    return loads ? (*loads)[std::size_t(device) * kUnits + kBattery] : 0;
  }

  [[nodiscard]] std::vector<int> open() const {
    std::vector<int> all;
    for (std::size_t d = 0; d < batteries_.size(); ++d)
      if (batteries_[d].in_peak) all.push_back(int(d));
    return all;
  }
  void hold(int device, double peak) {
    batteries_[std::size_t(device)].in_peak = false;
    batteries_[std::size_t(device)].limit = peak * (1 + kSame);
  }

  Context& context_;
  std::vector<Battery>& batteries_;
  PlanPool pool_;
  Budget& budget_;
  Certified first_;
  bool has_first_ = false;
};

}  // namespace

Lifetime find_lifetime(Context& context, const std::vector<Routes>& starts, Budget& budget) {
  return LifetimeSearch(context, starts, budget).run();
}

}  // namespace synergy::planner::search
