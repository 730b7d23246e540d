// One level of objective `fair`: how far the rates of some pipelines can be raised together, over all plans.
//
// Some pipelines have their rates already; they are held. The others share one level t: a pipeline's rate is
// t x its weight, but at least its floor and at most its cap. A plan reaches t where no unit's load is above
// 1 at these rates. The question is for the greatest t that some plan reaches.
//
// Where nothing is held and nothing has a floor, loads grow in proportion to t: the plan of least peak at t =
// 1 is the answer. Otherwise the search is repeated (Dinkelbach, On nonlinear fractional programming, 1967):
// it asks for the plan of least peak at the rates of the best t so far. A peak below 1 means a plan that
// reaches more, which is the next t; a least peak of 1 is the proof that none does. Plans are finite in
// number, and each step takes a better one, so this ends.
#pragma once

#include "certified.hpp"

namespace synergy::planner::search {

/// What is wanted of a pipeline: runs per ns.
struct Wanted {
  double weight = 1;
  double floor = 0, cap = Prices::kInfinite;
  bool is_held = false;  ///< its rate is `floor`
  [[nodiscard]] double rate_at(double level) const {
    return is_held ? floor : std::min(cap, std::max(floor, weight * level));
  }
};

struct Level {
  std::optional<Routes> best;
  double value = 0;          ///< t of `best`
  double bound = 0;          ///< no plan reaches more; infinite where nothing is known
  double relaxed_bound = 0;  ///< as `bound`, for plans with shares, too
  bool is_proved = false;    ///< no plan reaches more than `value`, or there is no plan
  bool is_capped = false;    ///< `value` is the least cap / weight
  Certified last;            ///< the search that ended it; its prices are those at the rates of `value`
};

/// The level that these routes reach, at most that of the least cap; below 0 where they do not even reach the
/// floors, a load of 1 + `over` still being one of 1.
[[nodiscard]] double level_of(Context& context, const std::vector<Wanted>& wanted, const Routes& routes,
                              double over = 1e-9);

/// Changes the context's rates. `starts`: plans to begin with; infeasible ones are ignored.
[[nodiscard]] Level raise(Context& context, const std::vector<Wanted>& wanted,
                          const std::vector<Routes>& starts, Budget& budget);

/// A plan in which every pipeline has these rates; nothing where none was found, and then whether it is
/// proved that there is none.
struct Reached {
  std::optional<Routes> plan;
  bool is_proved = false;
};
[[nodiscard]] Reached reach(Context& context, const std::vector<double>& rates,
                            const std::vector<Routes>& starts, Budget& budget);

}  // namespace synergy::planner::search
