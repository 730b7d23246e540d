// What a search minimises (ns of a round, ns of latency, uJ, 1 / hours), in the units of outcomes.
#pragma once

#include "synergy/planner/options.hpp"

namespace synergy::planner::search {

/// Runs per second, us, uJ, hours. An unlimited rate is told as 0.
[[nodiscard]] inline double in_outcome_units(double cost, Objective objective) {
  switch (objective) {
    case Objective::kFair:
    case Objective::kRounds:
    case Objective::kSum:
      return cost > 0 ? 1e9 / cost : 0;
    case Objective::kLifetime:
      return cost > 0 ? 1 / cost : 0;
    case Objective::kLatency:
      return cost / 1e3;
    case Objective::kEnergy:
      break;
  }
  return cost;
}

}  // namespace synergy::planner::search
