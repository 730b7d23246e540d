// An upper bound for the weighted sum of rates of every collaboration plan, by column generation.
//
// A pipeline's rate lies between its floor and its most. Any rate between is a mean of the two, so a plan is
// a mean of columns (route, floor) and (route, most): loads and rates are linear in both. The relaxed problem
// gives each pipeline one column in all, in parts; no unit's load is above 1; and it keeps to the memories
// (chunks that are resident together) and to devices held to one chunk.
//
// For any prices lambda >= 0 of units, nu >= 0 of memories and pi >= 0 of single devices, no plan's sum is
// above
//     sum of all prices + sum over pipelines of the most that a column is worth:
//     weight x rate - the column's loads, memory and chunks at these prices,
// because a plan that fits uses at most the whole of each. The linear program only proposes prices. What a
// column is worth at most comes from one pass over boundaries and devices for each of the two rates
// (`completion.hpp`).
#pragma once

#include "../rates.hpp"
#include "sharing_tree.hpp"

namespace synergy::planner::search {

/// What a pipeline may have: runs per ns.
struct Span {
  double weight = 1;
  double floor = 0, most = 0;  ///< both finite
};

/// Loads are judged at these rates from here on. (Without overlap the mesh is one unit: total time is its
/// load.)
void use_rates(Space& space, const std::vector<double>& rates);
[[nodiscard]] std::vector<double> floors_of(const std::vector<Span>& spans);
[[nodiscard]] std::vector<double> mosts_of(const std::vector<Span>& spans);

struct RelaxedSum {
  double bound = 0;         ///< no plan of this sharing has a greater sum: weighted runs per ns
  double priced = 0;        ///< the bound that the prices give; `bound` may have been lowered since
  bool infeasible = false;  ///< a pipeline has no route at all
  Weights prices;
  double constant = 0;        ///< the sum of all prices
  std::vector<double> worth;  ///< by pipeline: the most that a column is worth
  /// Columns of the relaxed optimum with their parts, by pipeline.
  Fractions fractions;
};

/// What a run's loads cost at the prices, and what the route costs at any rate.
struct RouteCost {
  double run = 0;    ///< per run per ns
  double fixed = 0;  ///< memory and single devices
};
[[nodiscard]] RouteCost cost_of(const Space& space, const Weights& prices, const Route& route);
[[nodiscard]] double price_of_switch(const Space& space, const Weights& prices, std::size_t device,
                                     const Node& node);
/// What the route is worth at most, with so much more to pay for each run.
[[nodiscard]] inline double worth_of(const Span& span, const RouteCost& cost, double more = 0) {
  const double of_run = span.weight - cost.run - more;
  return (of_run > 0 ? span.most : span.floor) * of_run - cost.fixed;
}

/// `start`: routes to begin with (those of a good plan help). Stops early once the bound falls to `enough`.
/// Changes the space's rates.
[[nodiscard]] RelaxedSum relax_sum(Space& space, const std::vector<Span>& spans,
                                   const std::vector<Sharing>& sharing, const std::vector<Route>& start,
                                   double enough);

}  // namespace synergy::planner::search
