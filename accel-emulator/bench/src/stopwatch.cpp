#include "stopwatch.hpp"

#include <algorithm>
#include <chrono>

#include "synergy/base/check.hpp"

namespace synergy::accel_bench {

// The clock is read after 1, 2, 4, ... further calls, lest reading it costs more than a small call.
double seconds_of_one(const std::function<void()>& call, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::size_t calls = 0;
  for (std::size_t more = 1;; more *= 2) {
    for (std::size_t i = 0; i < more; ++i) call();
    calls += more;
    const double taken = std::chrono::duration<double>(Clock::now() - begin).count();
    if (taken >= seconds) return taken / double(calls);
  }
}

double median(std::vector<double> values) {
  SYNERGY_CHECK(!values.empty(), "the median of something");
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double spread_percent(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return 100.0 * (*high - *low) / median(values);
}

}  // namespace synergy::accel_bench
