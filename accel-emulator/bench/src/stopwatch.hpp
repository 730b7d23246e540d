// Measures how long something takes when it runs again and again.
#pragma once

#include <functional>
#include <vector>

namespace synergy::accel_bench {

/// Mean seconds of one call, over at least `seconds` and one call.
[[nodiscard]] double seconds_of_one(const std::function<void()>& call, double seconds);

[[nodiscard]] double median(std::vector<double> values);
/// Largest less smallest, in percent of the median.
[[nodiscard]] double spread_percent(const std::vector<double>& values);

}  // namespace synergy::accel_bench
