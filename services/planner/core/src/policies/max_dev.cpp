// max-dev: each pipeline alone, on as many devices as it can use, in body order, with the least maximum of
// cycles. pri-max-dev: the same, pipelines in descending data intensity, memory already taken accounted for.
// Where no split over that many devices is accepted, one device fewer is tried. (Our reading of the
// baselines' names.)
#include "policies.hpp"

namespace synergy::planner {
namespace {

Spread most(const search::Space& space, std::size_t p, const AcceptChunk& accept, Budget&) {
  return most_devices(space, p, accept);
}

}  // namespace

Planned<Chosen> choose_max_dev(CostModel& costs, const SolveOptions& options, Budget& budget) {
  return spread_each(costs, options, budget, most, false, false);
}

Planned<Chosen> choose_pri_max_dev(CostModel& costs, const SolveOptions& options, Budget& budget) {
  return spread_each(costs, options, budget, most, true, false);
}

}  // namespace synergy::planner
