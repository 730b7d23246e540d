#include "context.hpp"

#include <algorithm>
#include <numeric>

namespace synergy::planner::search {

Context::Context(const Problem& asked, Space tables)
    : problem(asked), space(std::move(tables)), fit(asked, space) {
  for (std::size_t p = 0; p < space.pipelines.size(); ++p) bottlenecks.emplace_back(space, p);
  lone_peaks.resize(space.pipelines.size());
  make_completions();
}

void Context::make_completions() {
  plain = {};
  plain.time = space.time_weight;
  plain.energy = space.energy_weight;
  // About a ns of the whole, in the measure of the peak.
  const double rate = space.rates.empty() ? 0 : *std::max_element(space.rates.begin(), space.rates.end());
  tie = space.time_weight > 0 ? 0 : 1e-9 * space.peak_weight * rate;
  tied = plain;
  tied.time += tie;
  plain_completions.clear();
  tied_completions.clear();
  for (std::size_t p = 0; p < space.pipelines.size(); ++p) {
    plain_completions.emplace_back(space, p, plain);
    tied_completions.emplace_back(space, p, tied);
  }
}

void Context::set_rates(const std::vector<double>& rates, double limit) {
  space.rates = rates;
  space.load_limit = limit;
  if (!space.options.overlap) space.time_parts = rates;
  make_completions();
}

std::optional<Value> Context::judge(const Routes& routes) {
  std::vector<const Route*> all;
  for (const auto& route : routes) all.push_back(&route);
  return State::judge(space, fit, all);
}

Choices choices_of(const Space& space, const Routes& routes) {
  Choices choices;
  for (const auto& route : routes) choices.push_back({{choice_of(space, route)}});
  return choices;
}

std::vector<std::size_t> by_intensity(const Context& context) {
  std::vector<std::size_t> order(context.space.pipelines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto& x = context.space.pipelines[a];
    const auto& y = context.space.pipelines[b];
    if (x.intensity_input != y.intensity_input) return x.intensity_input > y.intensity_input;
    if (x.intensity_weights != y.intensity_weights) return x.intensity_weights > y.intensity_weights;
    return context.problem.pipelines[a].app.app < context.problem.pipelines[b].app.app;
  });
  return order;
}

}  // namespace synergy::planner::search
