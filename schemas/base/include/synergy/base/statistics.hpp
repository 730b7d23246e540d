// What reports say about many measurements: percentiles, quartiles, the median.
#pragma once

#include <span>
#include <vector>

namespace synergy {

/// Nearest-rank percentile of sorted values, `percent` from 0 to 100: always one of them. 0 of none.
[[nodiscard]] double percentile(std::span<const double> sorted, double percent);

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
