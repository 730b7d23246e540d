// The best collaboration plan with a certificate: bounds, heuristics and exact search put together.
//
// What is searched. A plan without shares is one route for each pipeline (`route.hpp`): the device that
// senses, chunks of consecutive layers on devices, each device at most once, and the device that interacts.
// Every pair of clean cuts is a possible chunk. A plan's value is one number to be minimised:
//     time weight x time of all tasks + energy weight x energy of all tasks + peak weight x peak,
// where the peak is the load of the busiest unit in a round. The objective sets the weights (`space.cpp`):
// for throughput only the peak counts. A device with two or more chunks pays a switch for each. A plan is
// allowed where the chunks of every device fit its memories and no deadline or rate is missed.
//
// What the bound is. `relax()` gives every unit, every weight memory, and every device that is held to one
// chunk a price, and charges each route for what it uses. The units' prices sum to the peak weight. A plan's
// peak is at least any average of its units' loads, so the charge for loads is never above what the peak
// costs. A plan that fits uses at most the whole of each memory, so its charge for memory is at most the
// price, and subtracting each price once makes up for it. So no plan costs less than the sum of the cheapest
// routes at these prices, minus the prices of memories and single devices. The cheapest route comes from one
// pass over boundaries and devices (`completion.hpp`). That pass may use a device twice, which can only make
// it cheaper. A linear program proposes prices; wrong prices make the bound weak, never false.
// `least_alone()` adds a second bound: a plan is at least as dear as one pipeline makes it in an empty mesh.
//
// Why the proof holds.
//   1. Nodes. The tree branches on whether a device is shared by several chunks or left to a single one.
//      Every plan has at most one chunk on the device, or more than one, so it belongs to one of the two
//      children. Where the device is shared, every chunk's switch is part of its price.
//   2. Lists. In a node, a route whose cost at the node's prices, with the cheapest routes of all other
//      pipelines, reaches the limit is in no plan below the limit. `Exact::gather()` lists all other routes;
//      a second test by loads and costs without prices leaves out more of them (`route_search.hpp`). Where a
//      list is complete and empty, no plan of the node is below the limit.
//   3. Choice. `Exact::run()` tries the lists' routes for one pipeline after the other. It passes over a
//   choice
//      only where sums that grow with every route (value, loads, memory: `state.hpp`) say that no
//      continuation is allowed and below the limit. Finished plans are judged by the exact rules of memory
//      and time.
//   4. End. The limit is the best plan's value, found so far. When `run()` comes to its end, its best plan is
//      the best of the node, or the node has none below the limit. Lists that grow too long are cut by a
//      limit nearer to the bound: if nothing is found below that, it is the node's new bound.
//   5. Certificate. No plan is below the least bound of the open nodes, or else the best plan's value. This
//      holds whenever the search is stopped. With no node left below the best plan, that plan is optimal.
// Values closer than 1e-9 of each other count as equal. The root's bound holds for plans with shares as well;
// the bounds below the root and the proof do not.
//
// What a node costs. The budget counts walks' steps, not nodes of the tree alone: each chunk that a walk over
// routes places (`RouteSearch::descend`), each route that the exact search tries, 256 routes that it filters,
// each node taken from the queue, and 64 for each relaxation of a split. The relaxation at the root and the
// tables are not counted: they are needed for any answer. Each takes 2 to 5 us (`services/planner/README.md`,
// "Effort"). Parts of the search have slices of the budget. A tree node whose slice is spent is split; where
// no device is left to split (or the body has more than 12), it comes back later with a slice four times as
// large.
#pragma once

#include "improve.hpp"

namespace synergy::planner::search {

/// What is asked of the search beyond the best plan.
struct Goal {
  double below = Prices::kInfinite;         ///< plans of this value or more do not count
  double enough = 0;                        ///< the search ends with the first plan of this value or less
  std::uint64_t heuristic_nodes = 400'000;  ///< at most, before the exact search
};

struct Certified {
  std::optional<Routes> best;
  Value value;
  double bound = 0;       ///< no plan is below it
  bool complete = false;  ///< the search came to its end: `best` is optimal (or enough), or there is no plan
  double root_bound = 0;  ///< the relaxation's: also valid for plans with shares
  Weights root_weights;   ///< the prices that gave it
  std::vector<double> root_least;  ///< by pipeline: the least cost of a route at these prices
  Fractions fractions;             ///< of the relaxation at the root
  std::vector<Routes> met;         ///< other good plans, best last
};

/// `starts`: plans to begin with; infeasible ones are ignored.
[[nodiscard]] Certified certify(Context& context, const std::vector<Routes>& starts, Budget& budget,
                                const Goal& goal = {});

}  // namespace synergy::planner::search
