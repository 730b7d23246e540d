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
  /// By pipeline: its least peak in an empty mesh at rate 1, once it is known.
  std::vector<std::optional<double>> lone_peaks;

  Context(const Problem& asked, Space tables);
  Context(const Context&) = delete;

  [[nodiscard]] std::optional<Value> judge(const Routes& routes);
  /// The part of the objective that a route adds whatever else is there, peaks and switches left out.
  [[nodiscard]] double additive(const Route& route) const {
    return plain.time * space.time_parts[route.pipeline] * route.time +
           plain.energy * space.energy_parts[route.pipeline] * route.energy;
  }
  /// From here on, loads are judged by these rates (Space::rates), and by no greater load than `limit`.
  void set_rates(const std::vector<double>& rates, double limit = Prices::kInfinite);
  /// What heuristics compare: the value, then total time.
  [[nodiscard]] double key(const Value& value) const { return value.value + tie * value.time; }

 private:
  void make_completions();
};

[[nodiscard]] Choices choices_of(const Space& space, const Routes& routes);

/// Pipelines in descending data intensity: input bytes, then weight bytes, then order of the problem's ids.
[[nodiscard]] std::vector<std::size_t> by_intensity(const Context& context);

}  // namespace synergy::planner::search
