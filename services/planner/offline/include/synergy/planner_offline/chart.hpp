// The benchmark as a picture: for each workload and link, a bar for each policy.
#pragma once

#include <string>

#include "synergy/planner_offline/benchmark.hpp"

namespace synergy::planner_offline {

/// SVG of one objective's rows, with overlap. Bars are relative to the best of their group (for latency and
/// energy: shorter is better, relative to the worst); a policy without a plan is marked OOR.
[[nodiscard]] std::string to_svg(const BenchReport& report, schemas::Objective objective);

}  // namespace synergy::planner_offline
