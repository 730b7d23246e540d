// The best collaboration plan with a certificate: bounds, heuristics and exact search put together.
//
// Branch and bound over what each device is: unknown, shared by several chunks (each pays its switch) or
// left to a single one. At each node the relaxation gives a bound and prices; where few enough routes could
// still be part of a better plan, they are listed and searched through; otherwise the node is split. The
// bound reported is the least of all open nodes, so it holds whenever the search is stopped.
#pragma once

#include "improve.hpp"

namespace synergy::planner::search {

struct Certified {
  std::optional<Routes> best;
  Value value;
  double bound = 0;       ///< no plan is below it
  bool complete = false;  ///< the search came to its end: `best` is optimal, or there is no plan
  double root_bound = 0;  ///< the relaxation's: also valid for plans with shares
  std::vector<std::vector<std::pair<Route, double>>> fractions;  ///< of the relaxation at the root
  std::vector<Routes> met;                                       ///< other good plans, best last
};

/// `starts`: plans to begin with; infeasible ones are ignored.
[[nodiscard]] Certified certify(Context& context, const std::vector<Routes>& starts, Budget& budget);

}  // namespace synergy::planner::search
