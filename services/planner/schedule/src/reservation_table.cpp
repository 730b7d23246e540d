#include "reservation_table.hpp"

#include <algorithm>

namespace synergy::schedule {

std::int64_t ReservationTable::shift(const Hold& hold, std::int64_t start, bool forward) const {
  const auto length = hold.to - hold.from;
  if (length > period_) return period_;
  const auto begin = residue(start + hold.from);
  for (const auto& [from, to] : held_[hold.unit])
    for (const auto turn : {-period_, std::int64_t{0}, period_}) {
      const auto a = from + turn, b = to + turn;
      if (begin < b && a < begin + length) return forward ? b - begin : begin + length - a;
    }
  return 0;
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
    if (take)
      held.push_back(interval);
    else
      held.erase(std::find(held.begin(), held.end(), interval));
  };
  one({begin, std::min(end, period_)});
  if (end > period_) one({0, end - period_});
}

void ReservationTable::take(const std::vector<Hold>& holds, std::int64_t start) {
  for (const auto& hold : holds) mark(hold, start, true);
}

void ReservationTable::give_back(const std::vector<Hold>& holds, std::int64_t start) {
  for (const auto& hold : holds) mark(hold, start, false);
}

}  // namespace synergy::schedule
