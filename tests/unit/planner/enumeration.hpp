// Every combination of every source, target, ordered choice of devices and cut, and the best of them. Nothing
// of the search is used: times come from the cost model's steps (which `verify` and exhaustive_test.cpp
// judge), memory from find_residents().
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"

namespace synergy::planner_test {

/// Borrows both.
class Enumeration {
 public:
  Enumeration(const planner::Problem& problem, const planner::SolveOptions& options);
  ~Enumeration();

  /// Combinations that there are.
  [[nodiscard]] double count() const;
  /// The least cost of all, in the measure of bounds: ns of a round, us, or uJ; where more is better, 1e9
  /// over it. Nothing where no combination is allowed.
  [[nodiscard]] std::optional<double> best();
  /// After best(), of objectives `fair` and `lifetime`: rates / weights, or hours, ascending.
  [[nodiscard]] const std::vector<double>& fairest() const;

 private:
  class Combinations;
  std::unique_ptr<Combinations> combinations_;
};

}  // namespace synergy::planner_test
