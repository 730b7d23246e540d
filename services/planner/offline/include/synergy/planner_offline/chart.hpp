// The benchmark as a picture: a line for each workload, link and residency, a bar for each policy.
#pragma once

#include <string>

#include "synergy/planner_offline/benchmark.hpp"

namespace synergy::planner_offline {

/// SVG of one objective's rows: those with overlap, or where there are none those without. All bars have one
/// scale: times `optimal` of the same line (the best one where that has no plan), whose figure stands at the
/// right. What is beyond the scale is cut, marked, and its number written; a policy without a plan is marked
/// OOR.
[[nodiscard]] std::string to_svg(const BenchReport& report, schemas::Objective objective);

}  // namespace synergy::planner_offline
