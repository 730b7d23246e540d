// Percentiles of measured values, by nearest rank: always one of the values, never something between two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace synergy {

/// `sorted` ascends; `percent` is from 0 to 100. A value of T{} when there are none.
template <class T>
[[nodiscard]] T percentile(const std::vector<T>& sorted, double percent) {
  if (sorted.empty()) return {};
  const auto rank = std::size_t(percent / 100 * double(sorted.size()) + 0.999999);
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

}  // namespace synergy
