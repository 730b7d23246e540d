// Shares over several routes of each pipeline, all resident together: the best that adding one route after
// the other finds, each judged by a linear program over those that are there.
#pragma once

#include "certified.hpp"

namespace synergy::planner::search {

struct Mixed {
  /// By pipeline; shares are above 0 and sum to 1.
  std::vector<std::vector<std::pair<Route, double>>> routes;
  double value = 0;  ///< in the measure of `Value::value`
};

/// Begins from the plans of `found`, which must have one, and gives what became of each, the best first; none
/// where no mixture is better than the best of them.
[[nodiscard]] std::vector<Mixed> mix(Context& context, const Certified& found, Budget& budget);

}  // namespace synergy::planner::search
