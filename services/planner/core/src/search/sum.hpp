// Objective `sum`: the collaboration plan with the greatest weighted sum of rates above the floors.
//
// Where every pipeline has its route, the best rates are a linear program (`rates_of_greatest_sum`). The
// search is for the routes. It is built like that of `certified.hpp`: a tree that branches on whether a
// device is shared by several chunks or left to one, a bound for each node by prices (`sum_relaxation.hpp`),
// lists of all routes that can be part of a plan above the best sum so far, and a search over these lists. A
// route that is worth so little at the node's prices that, with the others' most, the sum stays at or below
// the best one, is in no better plan. The same holds for some routes together, the switches that they then
// pay counted. So a node that comes to its end is proved.
//
// No pipeline can have more than it would have alone in the mesh; so every rate has a most, also where the
// app has no cap.
#pragma once

#include "sum_relaxation.hpp"
#include "synergy/planner/budget.hpp"

namespace synergy::planner::search {

struct Sum {
  std::optional<Routes> best;
  double value = 0;          ///< weighted runs per ns of `best`
  double bound = 0;          ///< no plan has a greater sum
  double relaxed_bound = 0;  ///< as `bound`, for plans with shares, too
  bool is_proved = false;    ///< no plan has a greater sum than `best`, or there is no plan
  std::vector<Routes> met;   ///< other good plans, best last
};

/// What is asked of each pipeline (floors above 0, runs per second), and what it would have alone.
struct SumQuestion {
  std::vector<Demand> demands;
  std::vector<LoneRate> alone;
};

/// The weighted sum of rates that these routes allow: runs per ns; nothing where they do not fit or do not
/// keep the floors. Changes the context's rates.
[[nodiscard]] std::optional<double> sum_of(Context& context, const std::vector<Demand>& demands,
                                           const Routes& routes);

/// Changes the context's rates. `starts`: plans to begin with; infeasible ones are ignored.
[[nodiscard]] Sum find_sum(Context& context, const SumQuestion& question, const std::vector<Routes>& starts,
                           Budget& budget);

}  // namespace synergy::planner::search
