// What reports say about many measurements: percentiles, quartiles, the median.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace synergy {

/// Nearest-rank percentile of values that ascend, `percent` from 0 to 100: always one of them. T{} of none.
template <class T>
[[nodiscard]] T percentile(const std::vector<T>& sorted, double percent) {
  if (sorted.empty()) return {};
  const auto rank = std::size_t(percent / 100 * double(sorted.size()) + 0.999999);
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

/// A quarter of the values lies below `lower`, a half below `median`, three quarters below `upper`. Between
/// two values they are interpolated, so that the median of an even number is the mean of the middle two.
struct Quartiles {
  double lower = 0, median = 0, upper = 0;
  friend bool operator==(const Quartiles&, const Quartiles&) = default;
};

/// Of at least one value, in any order.
[[nodiscard]] Quartiles quartiles(std::vector<double> values);
[[nodiscard]] double median(std::vector<double> values);
/// Largest less smallest, in percent of the median.
[[nodiscard]] double spread_percent(const std::vector<double>& values);

}  // namespace synergy
