#include "column_map.hpp"

#include <algorithm>

namespace synergy::accel_model {
namespace {

constexpr std::uint32_t kWordBits = 64;
constexpr std::uint32_t kStartStep = 4;

/// One past the last column of the physical bank that `column` is in. The last quarter of the first
/// processors' memory is made of smaller banks.
std::uint32_t bank_end(std::uint32_t column) {
  constexpr std::uint32_t kLargeBank = 1024, kSmallBank = 256, kLargeBanksEnd = 4096;
  const std::uint32_t size = column < kLargeBanksEnd ? kLargeBank : kSmallBank;
  return (column / size + 1) * size;
}

void set_bits(std::vector<std::uint64_t>& bits, std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t i = begin; i < end; ++i) bits[i / kWordBits] |= std::uint64_t{1} << (i % kWordBits);
}

}  // namespace

ColumnMap::ColumnMap(const DeviceConstants& chip) : columns_(std::max(chip.columns, chip.columns_first)) {
  for (std::uint32_t p = 0; p < kProcessors; ++p) {
    taken_[p].assign(columns_ / kWordBits, 0);
    set_bits(taken_[p], chip.columns_of(p), columns_);
  }
}

void ColumnMap::take(std::uint64_t processors, std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t p = 0; p < kProcessors; ++p)
    if ((processors >> p) & 1) set_bits(taken_[p], begin, end);
}

ColumnMap::Taken ColumnMap::taken_in(std::uint64_t processors) const {
  std::vector<std::uint64_t> any(columns_ / kWordBits, 0);
  for (std::uint32_t p = 0; p < kProcessors; ++p)
    if ((processors >> p) & 1)
      for (std::size_t i = 0; i < any.size(); ++i) any[i] |= taken_[p][i];
  Taken taken(columns_);
  for (std::uint32_t i = 0; i < columns_; ++i) taken[i] = (any[i / kWordBits] >> (i % kWordBits)) & 1;
  return taken;
}

std::optional<std::uint32_t> ColumnMap::lowest(std::uint64_t processors, const Room& room) const {
  const Taken taken = taken_in(processors);
  std::uint32_t start = (room.from + kStartStep - 1) / kStartStep * kStartStep;
  for (std::uint32_t i = start; i < columns_; ++i) {
    if (taken[i])
      start = std::max(start, (i / kStartStep + 1) * kStartStep);
    else if (i + 1 >= start + room.length) {
      if (!room.within_bank || i < bank_end(start)) return start;
      start = bank_end(start);
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> ColumnMap::highest(std::uint64_t processors, const Room& room) const {
  const Taken taken = taken_in(processors);
  std::uint32_t end = columns_;
  for (std::uint32_t i = columns_; i-- > room.from;) {
    if (taken[i])
      end = i;
    else if (i % kStartStep == 0 && end - i >= room.length &&
             (!room.within_bank || i + room.length <= bank_end(i)))
      return i;
  }
  return std::nullopt;
}

std::uint32_t ColumnMap::longest_free(std::uint64_t processors) const {
  const Taken taken = taken_in(processors);
  std::uint32_t start = 0, longest = 0;
  for (std::uint32_t i = 0; i < columns_; ++i) {
    if (taken[i])
      start = (i / kStartStep + 1) * kStartStep;
    else if (i >= start)
      longest = std::max(longest, i + 1 - start);
  }
  return longest;
}

}  // namespace synergy::accel_model
