// Power fails at every byte of a move: it has happened or it has not, and no tensor that counts is touched.
#include "synergy/power/tensor_ledger.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "synergy/base/splitmix64.hpp"

namespace synergy::power {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

/// What inference `number` has at a boundary, in tests.
Bytes tensor(std::uint32_t boundary, std::uint64_t number, std::size_t size) {
  SplitMix64 random(1000 * number + boundary);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = std::uint8_t(random.next());
  return bytes;
}

const LedgerLayout kLayout{{{5, 2}, {3, 4}, {4, 2}}};

TEST(TensorLedger, CountsSayWhoWaitsWhere) {
  LedgerMemory memory(kLayout);
  TensorLedger ledger(kLayout, memory);
  EXPECT_EQ(ledger.furthest(), 0U);
  ASSERT_TRUE(ledger.move(0, 1, tensor(1, 0, 5)));
  ASSERT_TRUE(ledger.move(1, 2, tensor(2, 0, 3)));
  ASSERT_TRUE(ledger.move(0, 2, tensor(2, 1, 3)));
  ASSERT_TRUE(ledger.move(0, 1, tensor(1, 2, 5)));
  for (int made_anew = 0; made_anew < 2; ++made_anew) {
    const TensorLedger again(kLayout, memory);
    EXPECT_EQ(again.results(), 0U);
    EXPECT_EQ(again.furthest(), 2U);
    EXPECT_EQ(again.waiting(1), 1U);
    EXPECT_EQ(again.waiting(2), 2U);
    EXPECT_EQ(again.room(1), 1U);
    EXPECT_EQ(again.oldest(2), 0U);
    EXPECT_EQ(again.oldest(1), 2U);
    EXPECT_EQ(again.inputs_taken(), 3U);
    EXPECT_EQ(bytes_of(again.read(2, 0)), tensor(2, 0, 3));
    EXPECT_EQ(bytes_of(again.read(2, 1)), tensor(2, 1, 3));
    EXPECT_EQ(bytes_of(again.read(1, 2)), tensor(1, 2, 5));
  }
  ASSERT_TRUE(ledger.move(2, 3, tensor(3, 0, 4)));
  EXPECT_EQ(ledger.results(), 1U);
  EXPECT_EQ(ledger.oldest(2), 1U);
  EXPECT_EQ(bytes_of(ledger.read(3, 0)), tensor(3, 0, 4));
}

/// Random moves, power failing after a random byte of each, against what must be there.
TEST(TensorLedger, PowerThatFailsAtAnyByteLeavesTheMoveUndoneOrDone) {
  SplitMix64 random(1);
  std::uint64_t done = 0, undone = 0, done_unsaid = 0;
  LedgerMemory memory(kLayout);
  for (int round = 0; round < 20'000; ++round) {
    TensorLedger ledger(kLayout, memory);
    for (std::uint32_t b = 1; b < ledger.last(); ++b)
      for (std::uint32_t i = 0; i < ledger.waiting(b); ++i) {
        const auto number = ledger.oldest(b) + i;
        ASSERT_EQ(bytes_of(ledger.read(b, number)),
                  tensor(b, number, kLayout.boundaries[b - 1].tensor_bytes));
      }
    std::uint32_t from = std::uint32_t(random.below(3)), to = from + 1;
    if (from > 0 && ledger.waiting(from) == 0) continue;
    while (to < 3 && ledger.waiting(to) == 0 && random.below(2) == 0) ++to;
    if (ledger.room(to) == 0) continue;
    const auto number = ledger.oldest(from);
    const auto bytes = tensor(to, number, kLayout.boundaries[to - 1].tensor_bytes);
    const auto all = ledger.bytes_of_move(to), fails = random.below(all + 4);
    const auto before_from = ledger.waiting(from);
    const auto before = to == 3 ? ledger.results() : ledger.waiting(to);
    const bool said = bool(ledger.move(from, to, bytes, fails));
    ASSERT_EQ(said, fails >= all);
    const TensorLedger again(kLayout, memory);
    const auto after = to == 3 ? again.results() : again.waiting(to);
    const bool moved = after == before + 1;
    ASSERT_TRUE(moved || after == before);
    ASSERT_TRUE(moved || !said);
    if (from > 0) {
      ASSERT_EQ(again.waiting(from), before_from - (moved ? 1 : 0));
    }
    if (moved) {
      ASSERT_EQ(bytes_of(again.read(to, number)), bytes);
    }
    ++(moved ? done : undone);
    done_unsaid += moved && !said;
  }
  EXPECT_GT(done, 1000U);
  EXPECT_GT(undone, 1000U);
  RecordProperty("done_unsaid", int(done_unsaid));
}

}  // namespace
}  // namespace synergy::power
