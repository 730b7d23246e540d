#include "reservation_table.hpp"

#include <algorithm>

namespace synergy::schedule {

std::int64_t ReservationTable::shift(const Hold& hold, std::int64_t start, bool forward) const {
  const auto length = hold.to - hold.from;
  if (length > period_) return period_;
  const auto& held = held_[hold.unit];
  if (held.empty()) return 0;
  const auto begin = residue(start + hold.from), end = begin + length;
  const auto next = std::partition_point(held.begin(), held.end(),
                                         [begin](const Interval& one) { return one.second <= begin; });
  if (next != held.end() && next->first < end) return forward ? next->second - begin : end - next->first;
  // What reaches beyond the period meets the first of the next one.
  if (held.front().first + period_ >= end) return 0;
  return forward ? held.front().second + period_ - begin : end - held.front().first - period_;
}

std::optional<std::int64_t> ReservationTable::earliest(const std::vector<Hold>& holds,
                                                       std::int64_t from) const {
  auto start = from;
  while (start < from + period_) {
    std::int64_t most = 0;
    for (const auto& hold : holds) most = std::max(most, shift(hold, start, true));
    if (most == 0) return start;
    start += most;
  }
  return std::nullopt;
}

std::optional<std::int64_t> ReservationTable::latest(const std::vector<Hold>& holds,
                                                     std::int64_t until) const {
  auto start = until;
  while (start > until - period_) {
    std::int64_t most = 0;
    for (const auto& hold : holds) most = std::max(most, shift(hold, start, false));
    if (most == 0) return start;
    start -= most;
  }
  return std::nullopt;
}

void ReservationTable::mark(const Hold& hold, std::int64_t start, bool take) {
  if (hold.to == hold.from) return;
  auto& held = held_[hold.unit];
  const auto begin = residue(start + hold.from);
  const auto end = begin + hold.to - hold.from;
  const auto one = [&](const Interval& interval) {
    const auto place = std::lower_bound(held.begin(), held.end(), interval);
    if (take)
      held.insert(place, interval);
    else
      held.erase(place);
  };
  one({begin, std::min(end, period_)});
  if (end > period_) one({0, end - period_});
}

bool ReservationTable::cover(const Hold& hold) {
  if (hold.to - hold.from >= period_) return false;
  auto& held = held_[hold.unit];
  const auto one = [&held](Interval interval) {
    // It takes in all that it meets.
    const auto first = std::partition_point(
        held.begin(), held.end(), [&](const Interval& other) { return other.second < interval.first; });
    auto last = first;
    for (; last != held.end() && last->first <= interval.second; ++last)
      interval = {std::min(interval.first, last->first), std::max(interval.second, last->second)};
    held.insert(held.erase(first, last), interval);
  };
  const auto begin = residue(hold.from), end = begin + hold.to - hold.from;
  one({begin, std::min(end, period_)});
  if (end > period_) one({0, end - period_});
  return true;
}

void ReservationTable::take(const std::vector<Hold>& holds, std::int64_t start) {
  for (const auto& hold : holds) mark(hold, start, true);
}

void ReservationTable::give_back(const std::vector<Hold>& holds, std::int64_t start) {
  for (const auto& hold : holds) mark(hold, start, false);
}

}  // namespace synergy::schedule
