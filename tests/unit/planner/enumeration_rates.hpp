// Rates that a set of ways allows, found without anything of the planner: by halving intervals, and by trying
// every corner. For enumeration.hpp.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner_test {

/// By pipeline and unit: ns of a run.
using OwnLoads = std::vector<std::map<schemas::UnitRef, double>>;

/// What an app asks of its rate: runs per second.
struct Asked {
  double weight = 1, floor = 0, cap = 1e12;
};

[[nodiscard]] Asked asked_by(const planner::Problem& problem, std::size_t p);

/// Whether no unit is held for more than all the time at these rates.
[[nodiscard]] bool fits(const OwnLoads& loads, const std::vector<double>& rates);

/// Rate / weight of each pipeline, ascending, the greatest in lexicographic order that these loads allow;
/// found by halving intervals: all that may still grow are raised together as far as they fit; then each of
/// them is tried alone, and who can not grow stays. Nothing where the floors do not fit.
[[nodiscard]] std::optional<std::vector<double>> fairest_of(const OwnLoads& loads,
                                                            const std::vector<Asked>& asked);

/// The greatest weighted sum of rates that these loads, floors and caps allow, if it is above `least`: that
/// of some corner, and every corner is tried. Nothing where there is none.
[[nodiscard]] std::optional<double> greatest_sum(const OwnLoads& loads, const std::vector<Asked>& asked,
                                                 double least);

/// Of two ascending vectors, the first entry that differs decides.
[[nodiscard]] bool is_fairer(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace synergy::planner_test
