// The power cycle of one set of loaded layers that gains most over its cost, at given prices of tensors.
//
// Most of: sum over ranges r of n(r) x (y(to) - y(from) - variable(r)) - registers of those with n(r) > 0,
// where sum of n(r) x variable(r) + registers of those <= budget - loading. An unbounded knapsack with fixed
// charges.
#pragma once

#include <span>

#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent {

struct BestCycle {
  PowerCycle cycle;             ///< without stages where none is worth running
  Picojoules reduced_cost = 0;  ///< its cost - gain
  /// No type of these loaded layers gains more than its cost x (1 + excess).
  double excess = 0;
};

/// What depends on the chain alone, for one set of loaded layers.
struct Loading {
  Loaded loaded;
  Cost cost;
  std::vector<Segment> ranges;
};

/// `prices`: m + 1 of them. `slack`: types within so much of the best need not be told apart.
[[nodiscard]] BestCycle best_cycle(const Chain& chain, const Loading& loading, Picojoules budget,
                                   std::span<const Picojoules> prices, Picojoules slack);

}  // namespace synergy::intermittent
