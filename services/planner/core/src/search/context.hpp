// What every search of one problem shares: its tables, the judge of memory, and the least cost of each
// pipeline alone.
#pragma once

#include "bottleneck.hpp"
#include "completion.hpp"
#include "state.hpp"

namespace synergy::planner::search {

using Routes = std::vector<Route>;  ///< one for each pipeline, in order

struct Context {
  const Problem& problem;
  Space space;
  Fit fit;
  /// The objective's weights without the peak; and with total time as a tie-breaker of about a ns, for
  /// heuristics (a plan's peak leaves most routes free).
  Weights plain, tied;
  std::vector<Completion> plain_completions, tied_completions;
  std::vector<Bottleneck> bottlenecks;
  double tie = 0;

  Context(const Problem& asked, Space tables);
  Context(const Context&) = delete;

  [[nodiscard]] std::optional<Value> judge(const Routes& routes);
  /// What heuristics compare: the value, then total time.
  [[nodiscard]] double key(const Value& value) const { return value.value + tie * value.time; }
};

[[nodiscard]] Choices choices_of(const Space& space, const Routes& routes);

/// Pipelines in descending data intensity: input bytes, then weight bytes, then order of the problem's ids.
[[nodiscard]] std::vector<std::size_t> by_intensity(const Context& context);

}  // namespace synergy::planner::search
