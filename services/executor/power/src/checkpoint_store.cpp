#include "synergy/power/checkpoint_store.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

namespace synergy::power {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kCommitBytes = 4, kSequenceBytes = 8, kSizeBytes = 4;
static_assert(kCommitBytes + kSequenceBytes + kSizeBytes == CheckpointStore::kHeaderBytes);

void append(std::vector<std::uint8_t>& bytes, std::uint64_t number, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, number >>= 8) bytes.push_back(std::uint8_t(number));
}

std::uint64_t number_in(Bytes bytes) {
  std::uint64_t number = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) number = number << 8 | *byte;
  return number;
}

/// Inverted, so that a memory full of zeros is no checkpoint: the CRC-32 of twelve zeros is not all ones.
std::uint32_t commit_word(Bytes content) {
  return ~std::uint32_t(::crc32_z(::crc32_z(0, nullptr, 0), content.data(), content.size()));
}

}  // namespace

std::size_t CheckpointStore::capacity() const {
  const auto room = slot_bytes() > kHeaderBytes ? slot_bytes() - kHeaderBytes : 0;
  return std::min<std::size_t>(room, std::numeric_limits<std::uint32_t>::max());
}

std::optional<Checkpoint> CheckpointStore::read(std::size_t slot) const {
  if (capacity() == 0) return std::nullopt;
  const auto bytes = memory_.bytes().subspan(slot * slot_bytes(), slot_bytes());
  const auto content = bytes.subspan(kCommitBytes);
  const auto size = number_in(content.subspan(kSequenceBytes, kSizeBytes));
  if (size > capacity()) return std::nullopt;
  const auto whole = content.first(kSequenceBytes + kSizeBytes + std::size_t(size));
  if (number_in(bytes.first(kCommitBytes)) != commit_word(whole)) return std::nullopt;
  const auto data = whole.subspan(kSequenceBytes + kSizeBytes);
  return Checkpoint{number_in(whole.first(kSequenceBytes)), {data.begin(), data.end()}};
}

std::optional<Checkpoint> CheckpointStore::newest() const {
  auto first = read(0);
  auto second = read(1);
  if (!first || (second && second->sequence > first->sequence)) return second;
  return first;
}

Status CheckpointStore::save(Bytes data) {
  if (data.size() > capacity())
    return Error{ErrorCode::kNoFit, "a checkpoint of " + std::to_string(data.size()) +
                                        " bytes does not fit into a slot of " + std::to_string(capacity())};
  const auto first = read(0);
  const auto second = read(1);
  const bool first_is_newest = first && !(second && second->sequence > first->sequence);
  const auto last = std::max(first ? first->sequence : 0, second ? second->sequence : 0);
  const auto begin = first_is_newest ? slot_bytes() : 0;

  std::vector<std::uint8_t> content;
  content.reserve(kSequenceBytes + kSizeBytes + data.size());
  append(content, last + 1, kSequenceBytes);
  append(content, data.size(), kSizeBytes);
  content.insert(content.end(), data.begin(), data.end());
  std::vector<std::uint8_t> commit;
  append(commit, commit_word(content), kCommitBytes);
  const std::vector<std::uint8_t> none(kCommitBytes);

  if (memory_.write(begin, none) && memory_.write(begin + kCommitBytes, content) &&
      memory_.write(begin, commit))
    return {};
  return Error{ErrorCode::kUnavailable,
               "power failed while a checkpoint was written; the one before it stays"};
}

}  // namespace synergy::power
