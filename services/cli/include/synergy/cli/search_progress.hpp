// A line on the terminal that says how far a search for a plan has come: for those that take longer than a
// second.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

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

/// Writes such a line over the one before it, four times a second at most, and wipes it out at its end.
/// Silent for the first second. The clock is handed in: milliseconds that never go back.
class SearchProgress {
 public:
  using Write = std::function<void(const std::string&)>;

  SearchProgress(schemas::Objective objective, SearchLimits limits, std::function<double()> now_ms,
                 Write write);
  ~SearchProgress();
  SearchProgress(const SearchProgress&) = delete;

  /// The budget tells this object from now on, which must outlive the search.
  void watch(planner::Budget& budget);

 private:
  void show(const planner::Progress& progress);

  schemas::Objective objective_;
  SearchLimits limits_;
  std::function<double()> now_ms_;
  Write write_;
  double begin_, next_;
  bool shown_ = false;
};

/// To standard error where that is a terminal; else an empty function.
[[nodiscard]] SearchProgress::Write terminal_writer();

}  // namespace synergy::cli
