// min-dev: each pipeline alone, on the fewest devices whose memory holds it, lowest device ids first, each
// chunk as long as its device takes it. pri-min-dev: the same, pipelines in descending data intensity, memory
// already taken accounted for. (Our reading of the baselines' names.)
#include "policies.hpp"

namespace synergy::planner {

Planned<Chosen> choose_min_dev(CostModel& costs, const SolveOptions& options, Budget& budget) {
  return spread_each(costs, options, budget, fewest_devices, false, true);
}

Planned<Chosen> choose_pri_min_dev(CostModel& costs, const SolveOptions& options, Budget& budget) {
  return spread_each(costs, options, budget, fewest_devices, true, true);
}

}  // namespace synergy::planner
