#include "synergy/power/tensor_ledger.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"

namespace synergy::power {
namespace {

constexpr std::size_t kResultsBytes = 8, kWaitingBytes = 4, kCommitBytes = 4;

void append(std::vector<std::uint8_t>& bytes, std::uint64_t number, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, number >>= 8) bytes.push_back(std::uint8_t(number));
}

std::uint64_t take(std::span<const std::uint8_t>& bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = count; i-- > 0;) number = number << 8 | bytes[i];
  bytes = bytes.subspan(count);
  return number;
}

std::size_t counts_bytes(const LedgerLayout& layout) {
  return kResultsBytes + kWaitingBytes * (layout.boundaries.size() - 1);
}

}  // namespace

std::size_t LedgerLayout::record_bytes() const {
  return 2 * (CheckpointStore::kHeaderBytes + counts_bytes(*this));
}

std::size_t LedgerLayout::tensor_bytes() const {
  std::size_t bytes = 0;
  for (const auto& boundary : boundaries) bytes += boundary.places * boundary.tensor_bytes;
  return bytes;
}

TensorLedger::TensorLedger(const LedgerLayout& layout, LedgerMemory& memory)
    : layout_(layout), memory_(memory), waiting_(layout.boundaries.size() + 1, 0) {
  SYNERGY_CHECK(!layout.boundaries.empty(), "a chain has an end");
  for (const auto& boundary : layout.boundaries) SYNERGY_CHECK(boundary.places > 0, "a boundary has a place");
  const auto kept = CheckpointStore(memory.records).newest();
  if (!kept) return;
  SYNERGY_CHECK(kept->data.size() == counts_bytes(layout), "a memory has one layout");
  std::span<const std::uint8_t> bytes = kept->data;
  results_ = take(bytes, kResultsBytes);
  for (std::uint32_t b = 1; b < last(); ++b) waiting_[b] = std::uint32_t(take(bytes, kWaitingBytes));
}

std::uint64_t TensorLedger::oldest(std::uint32_t boundary) const {
  auto number = results_;
  for (auto b = boundary + 1; b < last(); ++b) number += waiting_[b];
  return number;
}

std::uint32_t TensorLedger::furthest() const {
  auto b = last() - 1;
  while (b > 0 && waiting_[b] == 0) --b;
  return b;
}

std::uint32_t TensorLedger::room(std::uint32_t boundary) const {
  return boundary == last() ? at(boundary).places : at(boundary).places - waiting_[boundary];
}

std::size_t TensorLedger::offset_of(std::uint32_t boundary, std::uint64_t number) const {
  std::size_t offset = 0;
  for (std::uint32_t b = 1; b < boundary; ++b) offset += at(b).places * at(b).tensor_bytes;
  return offset + std::size_t(number % at(boundary).places * at(boundary).tensor_bytes);
}

std::span<const std::uint8_t> TensorLedger::read(std::uint32_t boundary, std::uint64_t number) const {
  const bool waits = boundary > 0 && boundary < last() && number >= oldest(boundary) &&
                     number < oldest(boundary) + waiting_[boundary];
  const bool result = boundary == last() && number < results_ && number + at(boundary).places >= results_;
  SYNERGY_CHECK(waits || result, "a tensor is read where it is");
  return memory_.tensors.bytes().subspan(offset_of(boundary, number), std::size_t(at(boundary).tensor_bytes));
}

std::vector<std::uint8_t> TensorLedger::counts() const {
  std::vector<std::uint8_t> bytes;
  append(bytes, results_, kResultsBytes);
  for (std::uint32_t b = 1; b < last(); ++b) append(bytes, waiting_[b], kWaitingBytes);
  return bytes;
}

std::uint64_t TensorLedger::bytes_of_move(std::uint32_t to) const {
  return at(to).tensor_bytes + kCommitBytes + CheckpointStore::kHeaderBytes + counts_bytes(layout_);
}

Status TensorLedger::move(std::uint32_t from, std::uint32_t to, std::span<const std::uint8_t> tensor,
                          std::optional<std::uint64_t> fails_after) {
  SYNERGY_CHECK(from < to && to <= last(), "an inference goes forward");
  SYNERGY_CHECK(from == 0 || waiting_[from] > 0, "an inference that moves is there");
  for (auto b = from + 1; b < to; ++b) SYNERGY_CHECK(waiting_[b] == 0, "no inference overtakes another");
  SYNERGY_CHECK(room(to) > 0, "a tensor has a place");
  SYNERGY_CHECK(tensor.size() == at(to).tensor_bytes, "a tensor has the size of its boundary");
  const auto number = oldest(from);

  memory_.tensors.fail_after(fails_after);
  const bool written = memory_.tensors.write(offset_of(to, number), tensor);
  memory_.tensors.fail_after(std::nullopt);
  if (!written) return Error{ErrorCode::kUnavailable, "power failed while a tensor was written"};

  auto after = *this;
  if (from > 0) --after.waiting_[from];
  if (to < last()) ++after.waiting_[to];
  if (to == last()) ++after.results_;
  if (fails_after) memory_.records.fail_after(*fails_after - tensor.size());
  const auto saved = CheckpointStore(memory_.records).save(after.counts());
  memory_.records.fail_after(std::nullopt);
  if (!saved) return saved;
  results_ = after.results_;
  waiting_ = std::move(after.waiting_);
  return {};
}

}  // namespace synergy::power
