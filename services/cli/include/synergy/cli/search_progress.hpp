// A line on the terminal that says how far something has come that takes longer than a second: a search for a
// plan, a day in virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

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

/// A line that is written over the one before it, four times a second at most, and wiped out at its end.
/// Silent for the first second. The clock is handed in: milliseconds that never go back.
class ProgressLine {
 public:
  using Write = std::function<void(const std::string&)>;

  /// Where `write` is empty, nothing is ever shown.
  ProgressLine(std::function<double()> now_ms, Write write);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;

  [[nodiscard]] bool is_shown_anywhere() const { return bool(write_); }
  /// `text` makes the line of the milliseconds since the beginning; called only when it is time for a line.
  void show(const std::function<std::string(double elapsed_ms)>& text);

 private:
  std::function<double()> now_ms_;
  Write write_;
  double begin_, next_;
  bool shown_ = false;
};

/// The progress line of a search.
class SearchProgress {
 public:
  using Write = ProgressLine::Write;

  SearchProgress(schemas::Objective objective, SearchLimits limits, std::function<double()> now_ms,
                 Write write)
      : objective_(objective), limits_(limits), line_(std::move(now_ms), std::move(write)) {}

  /// The budget tells this object from now on, which must outlive the search.
  void watch(planner::Budget& budget);

 private:
  schemas::Objective objective_;
  SearchLimits limits_;
  ProgressLine line_;
};

/// To standard error where that is a terminal; else an empty function.
[[nodiscard]] ProgressLine::Write terminal_writer();

}  // namespace synergy::cli
