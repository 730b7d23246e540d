// Checkpoints that survive power failure at any byte.
//
// The memory is halved into two slots. A checkpoint is written into the slot that does not hold the newest
// one, so the newest is whole until the next is. A slot, in bytes from its beginning, numbers in little
// endian:
//
//   0   commit word     4   CRC-32 of all that follows, inverted; written last
//   4   sequence        8   1 for the first checkpoint, then ascending
//   12  size            4   of the data
//   16  data
//
// Why no torn checkpoint is ever read: save() first writes zeros over the slot's commit word, then sequence,
// size and data, then the commit word. While power fails before the last byte of the commit word, the slot is
// valid only if what stands in it has the checksum that the commit word says. That is so in three cases. The
// slot's old commit word began with the zeros that were written: then the old checkpoint is whole, and older
// than the newest. The new commit word ends in the zeros that are not written again: then the new checkpoint
// is whole. Or other bytes have the same checksum by chance, one time in 2^32.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/power/persistent_memory.hpp"

namespace synergy::power {

struct Checkpoint {
  std::uint64_t sequence = 0;
  std::vector<std::uint8_t> data;
  bool operator==(const Checkpoint&) const = default;
};

/// Holds nothing of its own: one that is made anew over the same memory, as after a power failure, goes on
/// where the last one ended. The memory outlives it. One thread.
class CheckpointStore {
 public:
  /// Bytes of a slot beside the data.
  static constexpr std::size_t kHeaderBytes = 16;

  explicit CheckpointStore(PersistentMemory& memory) : memory_(memory) {}

  /// The most bytes that a checkpoint may have; 0 where the memory is too small for any.
  [[nodiscard]] std::size_t capacity() const;

  /// The newest checkpoint that is whole; nothing where there is none.
  [[nodiscard]] std::optional<Checkpoint> newest() const;

  /// Keeps the data as the newest checkpoint. Fails with kNoFit where they are larger than capacity();
  /// nothing is written then. Fails with kUnavailable where power failed: newest() is then the checkpoint
  /// before, or this one where all that is missing are zeros at the end of the commit word.
  Status save(std::span<const std::uint8_t> data);

 private:
  [[nodiscard]] std::size_t slot_bytes() const { return memory_.size() / 2; }
  /// What is written in a slot, where that is whole.
  [[nodiscard]] std::optional<Checkpoint> read(std::size_t slot) const;

  PersistentMemory& memory_;
};

}  // namespace synergy::power
