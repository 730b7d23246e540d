// A lower bound for every collaboration plan, shares included: the linear relaxation of choosing routes, by
// column generation.
//
// For any prices lambda >= 0 of units (sum = peak weight), nu >= 0 of weight memory and pi >= 0 of devices
// held to one chunk, no plan costs less than
//     sum over pipelines of the least route cost under these prices - sum of nu - sum of pi,
// because a plan's peak is at least the priced average of its loads, and it keeps to the memories. The linear
// program only proposes prices; the bound is computed from the completions, so that its accuracy does not
// rest on the solver's. Columns are routes of least cost, which may come back to a device: still a
// bound.
#pragma once

#include "sharing_tree.hpp"

namespace synergy::planner::search {

struct Relaxed {
  double bound = 0;         ///< the search raises it where it proves more
  double priced = 0;        ///< the bound that the weights give: constant + sum of the completions' least
  bool infeasible = false;  ///< a pipeline has no route at all
  Weights weights;          ///< those that gave the bound
  std::vector<Completion> completions;
  /// Routes of the relaxed optimum with their shares, by pipeline.
  Fractions fractions;
};

/// Prices that are the same for every unit that counts in the peak: they give a bound without any search.
[[nodiscard]] Weights equal_prices(const Space& space);

/// The bound at these prices and the space's present rates.
[[nodiscard]] double bound_at(const Space& space, const Weights& weights);

/// `start`: routes to begin with (those of a good plan help). Stops early once the bound reaches `enough`.
[[nodiscard]] Relaxed relax(const Space& space, const std::vector<Sharing>& sharing,
                            const std::vector<Route>& start, double enough);

}  // namespace synergy::planner::search
