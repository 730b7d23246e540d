// How far a search for a plan has come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "synergy/cli/progress.hpp"
#include "synergy/planner/budget.hpp"

namespace synergy::cli {

/// Of a search. 0: none.
struct SearchLimits {
  std::uint64_t nodes = 0;
  double ms = 0;
};

/// `12 s, 52000 of 2000000 nodes, best 24.1 rounds/s, bound 26.2 rounds/s, 48 s left`. What is left where
/// nodes are the limit is reckoned from the nodes so far.
[[nodiscard]] std::string progress_text(const planner::Progress& progress, schemas::Objective objective,
                                        const SearchLimits& limits, double elapsed_ms);

/// The progress line of a search.
class SearchProgress {
 public:
  SearchProgress(schemas::Objective objective, SearchLimits limits, std::function<double()> now_ms,
                 ProgressOutput output)
      : objective_(objective), limits_(limits), line_(std::move(now_ms), std::move(output)) {}

  /// The budget tells this object from now on, which must outlive the search.
  void watch(planner::Budget& budget);

 private:
  schemas::Objective objective_;
  SearchLimits limits_;
  ProgressLine line_;
};

}  // namespace synergy::cli
