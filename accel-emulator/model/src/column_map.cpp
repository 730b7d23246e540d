#include "column_map.hpp"

#include <algorithm>

#include "synergy/accel_model/rounding.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kStartStep = 4;

/// One past the last column of the physical bank that `column` is in. The last quarter of the first
/// processors' memory is made of smaller banks.
std::uint32_t bank_end(std::uint32_t column) {
  constexpr std::uint32_t kLargeBank = 1024, kSmallBank = 256, kLargeBanksEnd = 4096;
  const std::uint32_t size = column < kLargeBanksEnd ? kLargeBank : kSmallBank;
  return (column / size + 1) * size;
}

}  // namespace

ColumnMap::ColumnMap(const DeviceConstants& chip) : columns_(std::max(chip.columns, chip.columns_first)) {
  std::uint64_t first = 0;
  for (std::uint32_t q = 0; q < kQuadrants; ++q) first |= std::uint64_t{1} << (q * kProcessorsPerQuadrant);
  take(~first, chip.columns, columns_);
  take(first, chip.columns_first, columns_);
}

void ColumnMap::take(std::uint64_t processors, std::uint32_t begin, std::uint32_t end) {
  if (begin >= end) return;
  const auto behind = std::upper_bound(taken_.begin(), taken_.end(), begin,
                                       [](std::uint32_t column, const Taken& t) { return column < t.begin; });
  taken_.insert(behind, {begin, end, processors});
}

std::vector<ColumnMap::Gap> ColumnMap::gaps_in(std::uint64_t processors) const {
  std::vector<Gap> gaps;
  std::uint32_t free_from = 0;
  for (const auto& taken : taken_) {
    if ((taken.processors & processors) == 0) continue;
    if (taken.begin > free_from) gaps.push_back({free_from, taken.begin});
    free_from = std::max(free_from, taken.end);
  }
  if (free_from < columns_) gaps.push_back({free_from, columns_});
  return gaps;
}

std::optional<std::uint32_t> ColumnMap::lowest(std::uint64_t processors, const Room& room) const {
  for (const auto& gap : gaps_in(processors)) {
    auto start = round_up(std::max(gap.begin, room.from), kStartStep);
    for (; start + room.length <= gap.end; start = bank_end(start))
      if (!room.within_bank || start + room.length <= bank_end(start)) return start;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> ColumnMap::highest(std::uint64_t processors, const Room& room) const {
  const auto gaps = gaps_in(processors);
  for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap) {
    const auto from = round_up(std::max(gap->begin, room.from), kStartStep);
    if (gap->end < from + room.length) continue;
    for (auto start = (gap->end - room.length) / kStartStep * kStartStep + kStartStep; start > from;) {
      start -= kStartStep;
      if (!room.within_bank || start + room.length <= bank_end(start)) return start;
    }
  }
  return std::nullopt;
}

std::uint32_t ColumnMap::longest_free(std::uint64_t processors) const {
  std::uint32_t longest = 0;
  for (const auto& gap : gaps_in(processors))
    if (const auto start = round_up(gap.begin, kStartStep); start < gap.end)
      longest = std::max(longest, gap.end - start);
  return longest;
}

}  // namespace synergy::accel_model
