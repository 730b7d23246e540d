#include "enumeration_rates.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace synergy::planner_test {
namespace {

/// One side of what a corner of the allowed rates lies on: sum of factor x rate = value.
struct Side {
  std::vector<double> factors;
  double value = 0;
};

/// Solves as many equations as unknowns; nothing where they do not determine them.
std::optional<std::vector<double>> corner_of(std::vector<Side> sides) {
  const std::size_t count = sides.size();
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t pivot = k;
    for (std::size_t row = k + 1; row < count; ++row)
      if (std::abs(sides[row].factors[k]) > std::abs(sides[pivot].factors[k])) pivot = row;
    if (std::abs(sides[pivot].factors[k]) < 1e-14) return std::nullopt;
    std::swap(sides[k], sides[pivot]);
    for (std::size_t row = 0; row < count; ++row) {
      if (row == k) continue;
      const double times = sides[row].factors[k] / sides[k].factors[k];
      for (std::size_t col = 0; col < count; ++col) sides[row].factors[col] -= times * sides[k].factors[col];
      sides[row].value -= times * sides[k].value;
    }
  }
  std::vector<double> corner;
  for (std::size_t k = 0; k < count; ++k) corner.push_back(sides[k].value / sides[k].factors[k]);
  return corner;
}

}  // namespace

Asked asked_by(const planner::Problem& problem, std::size_t p) {
  const auto& app = problem.pipelines[p].app;
  Asked asked{app.weight, app.min_rate, app.rate > 0 ? app.rate : 1e12};
  const double fresh = problem.body.sensor_profiles.at(app.sensing.needs).fresh_per_second.value;
  if (!app.repeat && fresh > 0) asked.cap = std::min(asked.cap, fresh);
  return asked;
}

bool fits(const OwnLoads& loads, const std::vector<double>& rates) {
  std::map<schemas::UnitRef, double> sums;
  for (std::size_t p = 0; p < loads.size(); ++p)
    for (const auto& [unit, ns] : loads[p])
      if ((sums[unit] += rates[p] * ns * 1e-9) > 1 + 1e-12) return false;
  return true;
}

std::optional<std::vector<double>> fairest_of(const OwnLoads& loads, const std::vector<Asked>& asked) {
  const std::size_t count = loads.size();
  std::vector<double> rates(count);
  for (std::size_t p = 0; p < count; ++p) {
    if (asked[p].floor > asked[p].cap) return std::nullopt;
    rates[p] = asked[p].floor;
  }
  if (!fits(loads, rates)) return std::nullopt;
  std::vector<bool> grows(count, true);
  const auto at = [&](double level) {
    auto tried = rates;
    for (std::size_t p = 0; p < count; ++p)
      if (grows[p]) tried[p] = std::min(asked[p].cap, std::max(tried[p], level * asked[p].weight));
    return tried;
  };
  while (std::find(grows.begin(), grows.end(), true) != grows.end()) {
    double low = 0, high = 1e13;
    for (int step = 0; step < 120; ++step)
      (fits(loads, at((low + high) / 2)) ? low : high) = (low + high) / 2;
    rates = at(low);
    for (std::size_t p = 0; p < count; ++p) {
      auto tried = rates;
      tried[p] *= 1 + 1e-7;
      if (grows[p] && (rates[p] >= asked[p].cap || !fits(loads, tried))) grows[p] = false;
    }
  }
  for (std::size_t p = 0; p < count; ++p) rates[p] /= asked[p].weight;
  std::sort(rates.begin(), rates.end());
  return rates;
}

std::optional<double> greatest_sum(const OwnLoads& loads, const std::vector<Asked>& asked, double least) {
  const std::size_t count = loads.size();
  std::vector<double> floors;
  double at_most = 0;
  for (std::size_t p = 0; p < count; ++p) {
    if (asked[p].floor > asked[p].cap) return std::nullopt;
    floors.push_back(asked[p].floor);
    double most = asked[p].cap;
    for (const auto& [unit, ns] : loads[p])
      if (ns > 0) most = std::min(most, 1e9 / ns);
    at_most += asked[p].weight * most;
  }
  if (at_most <= least || !fits(loads, floors)) return std::nullopt;
  std::map<schemas::UnitRef, Side> units;
  for (std::size_t p = 0; p < count; ++p)
    for (const auto& [unit, ns] : loads[p]) {
      auto& side = units.try_emplace(unit, Side{std::vector<double>(count, 0.0), 1}).first->second;
      side.factors[p] = ns * 1e-9;
    }
  std::vector<Side> sides;
  for (const auto& [unit, side] : units)
    if (std::none_of(sides.begin(), sides.end(), [&, &one = side](const Side& known) {
          return std::equal(one.factors.begin(), one.factors.end(), known.factors.begin(),
                            std::less_equal<>());  // never reached before the other
        }))
      sides.push_back(side);
  const auto units_in_sides = sides.size();
  for (std::size_t p = 0; p < count; ++p)
    for (const double value : {asked[p].floor, asked[p].cap}) {
      sides.push_back({std::vector<double>(count, 0.0), value});
      sides.back().factors[p] = 1;
    }
  std::optional<double> best;
  std::vector<Side> chosen;
  const std::function<void(std::size_t)> choose = [&](std::size_t from) {
    if (chosen.size() < count) {
      for (auto k = from; k < sides.size(); ++k) {
        chosen.push_back(sides[k]);
        choose(k + 1);
        chosen.pop_back();
      }
      return;
    }
    const auto corner = corner_of(chosen);
    if (!corner) return;
    double sum = 0;
    for (std::size_t p = 0; p < count; ++p) {
      const double rate = (*corner)[p];
      if (rate < asked[p].floor * (1 - 1e-9) || rate > asked[p].cap * (1 + 1e-9)) return;
      sum += asked[p].weight * rate;
    }
    if (sum <= std::max(least, best.value_or(0))) return;
    for (std::size_t k = 0; k < units_in_sides; ++k)
      if (std::inner_product(corner->begin(), corner->end(), sides[k].factors.begin(), 0.0) > 1 + 1e-9)
        return;
    best = sum;
  };
  choose(0);
  return best;
}

bool is_fairer(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (std::abs(a[k] - b[k]) > 1e-8 * b[k]) return a[k] > b[k];
  return false;
}

}  // namespace synergy::planner_test
