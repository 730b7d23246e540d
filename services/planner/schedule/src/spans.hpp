// Times of a cycle that repeats, laid over each other.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace synergy::schedule {

/// From the start of something to its end: ns.
using Span = std::pair<std::int64_t, std::int64_t>;

/// How many whole periods the time is after 0; below 0 where it is before.
[[nodiscard]] inline std::int64_t floor_of(std::int64_t time, std::int64_t period) {
  return (time - ((time % period) + period) % period) / period;
}

/// Spans of a period's runs, in the runs' order: how many may be under way at a time. The least number so
/// that a run's span begins after the end of the one so many before it.
[[nodiscard]] inline std::uint32_t overlapping(const std::vector<Span>& spans, std::int64_t period) {
  const auto count = std::int64_t(spans.size());
  const auto suffices = [&](std::int64_t most) {
    for (std::int64_t j = 0; j < count; ++j) {
      const auto later = j + most;
      if (spans[std::size_t(later % count)].first + later / count * period < spans[std::size_t(j)].second)
        return false;
    }
    return true;
  };
  // A run may overtake another, so a larger number need not suffice where a smaller does.
  std::int64_t most = 1;
  while (!suffices(most)) ++most;
  return std::uint32_t(most);
}

}  // namespace synergy::schedule
