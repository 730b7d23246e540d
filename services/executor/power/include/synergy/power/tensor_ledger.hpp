// What survives a loss of power of the inferences of one model: tensors that wait at its boundaries, and how
// many results there are.
//
// Boundaries 0..m as in a model's chain: 0 are its inputs, m its results, between them clean cuts. Inferences
// have numbers 0, 1, 2 .. and pass every boundary in that order, none overtakes another. So counts say
// everything: with r results and c(b) tensors at boundary b, those at b have the numbers from
// r + c(b + 1) + .. + c(m - 1) on, and the next input taken has the number r + c(1) + .. + c(m - 1).
//
// A move takes an inference from one boundary to a later one. Its tensor is written where no tensor lies that
// a checkpoint speaks of; then the counts are kept as one checkpoint (checkpoint_store.hpp). Until that is
// whole, the move has not happened; from then on it has, once: a result and its count are the same
// checkpoint. Tensor n at boundary b lies at place n mod places(b) of that boundary.
//
// What a reader gets wrong: a move that fails because power did may have happened. Ask the ledger that is
// made anew.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/power/checkpoint_store.hpp"
#include "synergy/power/persistent_memory.hpp"

namespace synergy::power {

struct LedgerLayout {
  struct Boundary {
    std::uint64_t tensor_bytes = 0;
    std::uint32_t places = 0;
  };
  /// Of boundaries 1..m; m >= 1, each with at least one place. Results stay readable for `places` more.
  std::vector<Boundary> boundaries;

  [[nodiscard]] std::uint32_t last() const { return std::uint32_t(boundaries.size()); }
  /// Of the memory that holds the counts, and of the one that holds the tensors.
  [[nodiscard]] std::size_t record_bytes() const;
  [[nodiscard]] std::size_t tensor_bytes() const;
};

/// The memory of a ledger; survives what the ledger does not.
struct LedgerMemory {
  explicit LedgerMemory(const LedgerLayout& layout)
      : records(layout.record_bytes()), tensors(layout.tensor_bytes()) {}

  PersistentMemory records, tensors;
};

/// Borrows layout and memory. One that is made anew over the same memory, as after a loss of power, goes on
/// where the last checkpoint was. One thread.
class TensorLedger {
 public:
  TensorLedger(const LedgerLayout& layout, LedgerMemory& memory);

  [[nodiscard]] std::uint32_t last() const { return layout_.last(); }
  [[nodiscard]] std::uint64_t results() const { return results_; }
  /// Tensors that wait at boundary 1..m-1.
  [[nodiscard]] std::uint32_t waiting(std::uint32_t boundary) const { return waiting_[boundary]; }
  /// The number of the oldest inference at a boundary 0..m-1; at 0, of the next input.
  [[nodiscard]] std::uint64_t oldest(std::uint32_t boundary) const;
  [[nodiscard]] std::uint64_t inputs_taken() const { return oldest(0); }
  /// The boundary where the oldest inference that has begun stands; 0 where none has.
  [[nodiscard]] std::uint32_t furthest() const;
  /// Tensors for which boundary 1..m has room; m always has.
  [[nodiscard]] std::uint32_t room(std::uint32_t boundary) const;

  /// The tensor of an inference that waits at 1..m-1, or one of the last results; valid until the next move.
  [[nodiscard]] std::span<const std::uint8_t> read(std::uint32_t boundary, std::uint64_t number) const;

  /// The oldest inference at `from` goes to `to`; none may stand between. `tensor` has the bytes of `to`.
  /// Fails with kUnavailable where power failed, after `fails_after` bytes written in all, if that is given.
  Status move(std::uint32_t from, std::uint32_t to, std::span<const std::uint8_t> tensor,
              std::optional<std::uint64_t> fails_after = std::nullopt);
  /// What a move to that boundary writes: the tensor, and the checkpoint with its commit word twice.
  [[nodiscard]] std::uint64_t bytes_of_move(std::uint32_t to) const;

 private:
  [[nodiscard]] const LedgerLayout::Boundary& at(std::uint32_t boundary) const {
    return layout_.boundaries[boundary - 1];
  }
  [[nodiscard]] std::size_t offset_of(std::uint32_t boundary, std::uint64_t number) const;
  [[nodiscard]] std::vector<std::uint8_t> counts() const;

  const LedgerLayout& layout_;
  LedgerMemory& memory_;
  std::uint64_t results_ = 0;
  std::vector<std::uint32_t> waiting_;  ///< by boundary; 0 and m are not used
};

}  // namespace synergy::power
