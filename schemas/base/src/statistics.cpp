#include "synergy/base/statistics.hpp"

#include <algorithm>
#include <span>

#include "synergy/base/check.hpp"

namespace synergy {
namespace {

double interpolated(std::span<const double> sorted, double part) {
  const double place = part * double(sorted.size() - 1);
  const auto below = std::size_t(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - double(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
  SYNERGY_CHECK(!values.empty(), "the quartiles of something");
  std::sort(values.begin(), values.end());
  return {interpolated(values, 0.25), interpolated(values, 0.5), interpolated(values, 0.75)};
}

double median(std::vector<double> values) { return quartiles(std::move(values)).median; }

double spread_percent(const std::vector<double>& values) {
  const double middle = median(values);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return 100.0 * (*high - *low) / middle;
}

}  // namespace synergy
