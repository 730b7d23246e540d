// Every way to spread one model over devices: ordered choices of devices, each at most once, and clean cuts.
//
// Two orders of visiting, because what "first" means is the policy's affair: by the number of devices with
// each chunk as long as it fits (min-dev), or depth first with a bound (ind-e2e).
#pragma once

#include <functional>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/cost_model.hpp"

namespace synergy::planner {

/// Walks all spreads of pipeline `p` over the present devices, depth first: devices in body order, longer
/// chunks before shorter ones.
///
/// `enter(chunks)` is called for each partial spread whose last chunk its device accepts; false prunes it.
/// `complete(chunks)` is called for those that reach the last layer; false ends the walk.
struct SpreadVisitor {
  std::function<bool(const std::vector<schemas::Chunk>&)> enter;
  std::function<bool(const std::vector<schemas::Chunk>&)> complete;
};
void visit_spreads(CostModel& costs, std::size_t p, std::size_t exactly_devices, Budget& budget,
                   const SpreadVisitor& visitor);

/// The most devices that can take part: those present, and no more than there are clean cuts plus one.
[[nodiscard]] std::size_t most_devices(const Problem& problem, std::size_t p);

/// Why no spread was found: kNoFit when there is none, kTimeout when the budget ended the search before the
/// first.
[[nodiscard]] Error why_nothing_fits(CostModel& costs, std::size_t p, const Budget& budget);

}  // namespace synergy::planner
