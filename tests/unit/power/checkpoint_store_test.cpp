// Power fails at every byte of a checkpoint: the one that is read is whole, and never older than the one
// before.
#include "synergy/power/checkpoint_store.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "synergy/base/splitmix64.hpp"

namespace synergy::power {
namespace {

using Data = std::vector<std::uint8_t>;

Data random_data(SplitMix64& random, std::size_t size) {
  Data data(size);
  for (auto& byte : data) byte = std::uint8_t(random.next());
  return data;
}

TEST(CheckpointStore, ReadsWhatWasSavedLast) {
  PersistentMemory memory(2 * (CheckpointStore::kHeaderBytes + 100));
  CheckpointStore store(memory);
  EXPECT_EQ(store.newest(), std::nullopt) << "zeros are no checkpoint";
  EXPECT_EQ(store.capacity(), 100U);
  SplitMix64 random(1);
  std::uint64_t sequence = 0;
  for (const std::size_t size : {0, 1, 7, 100, 99, 3}) {
    const auto data = random_data(random, size);
    ASSERT_TRUE(store.save(data));
    EXPECT_EQ(store.newest(), (Checkpoint{++sequence, data}));
    EXPECT_EQ(CheckpointStore(memory).newest(), (Checkpoint{sequence, data})) << "after a restart";
  }
}

TEST(CheckpointStore, WhatIsTooLargeIsRefusedAndChangesNothing) {
  for (std::size_t size = 0; size < 40; ++size) {
    PersistentMemory memory(size);
    CheckpointStore store(memory);
    const auto fits = store.capacity();
    EXPECT_EQ(fits, size / 2 > 16 ? size / 2 - 16 : 0) << size;
    const auto refused = store.save(Data(fits + 1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNoFit);
    EXPECT_EQ(memory.written(), 0U);
    EXPECT_EQ(store.newest(), std::nullopt);
  }
}

TEST(CheckpointStore, PowerThatFailsAtAnyByteLeavesAWholeCheckpoint) {
  SplitMix64 random(2);
  for (const std::size_t size : {0, 1, 15, 64}) {
    const auto before = random_data(random, 40);
    const auto older = random_data(random, 64);
    const auto after = random_data(random, size);
    const auto all = 4 + 12 + size + 4;
    for (std::size_t fails = 0; fails <= all; ++fails) {
      PersistentMemory memory(2 * (CheckpointStore::kHeaderBytes + 64));
      CheckpointStore store(memory);
      ASSERT_TRUE(store.save(older));
      ASSERT_TRUE(store.save(before));
      memory.fail_after(fails);
      const auto saved = store.save(after);
      ASSERT_EQ(bool(saved), fails == all) << fails;
      if (!saved) {
        EXPECT_EQ(saved.error().code, ErrorCode::kUnavailable);
      }
      memory.fail_after(std::nullopt);
      CheckpointStore restarted(memory);
      ASSERT_TRUE(restarted.newest());
      EXPECT_EQ(*restarted.newest(), saved ? (Checkpoint{3, after}) : (Checkpoint{2, before}))
          << size << " bytes, power failed after " << fails;
      ASSERT_TRUE(restarted.save(after)) << "the torn slot is used again";
      EXPECT_EQ(restarted.newest()->data, after);
    }
  }
}

TEST(CheckpointStore, ManyFailuresNeverShowAnythingButTheLastOrTheNext) {
  SplitMix64 random(3);
  PersistentMemory memory(2 * (CheckpointStore::kHeaderBytes + 50));
  std::optional<Checkpoint> last;
  int torn = 0, through = 0;
  for (int i = 0; i < 20'000; ++i) {
    CheckpointStore store(memory);
    const auto data = random_data(random, random.below(51));
    memory.fail_after(random.below(100));
    const auto saved = store.save(data);
    memory.fail_after(std::nullopt);
    const auto found = CheckpointStore(memory).newest();
    if (saved) {
      ASSERT_TRUE(found);
      ASSERT_EQ(found->data, data);
      ASSERT_EQ(found->sequence, last ? last->sequence + 1 : 1);
    } else if (found != last) {  // only zeros of the commit word were missing
      ASSERT_EQ(found->data, data);
    }
    saved ? ++through : ++torn;
    last = found;
  }
  EXPECT_GT(torn, 1000);
  EXPECT_GT(through, 1000);
}

TEST(CheckpointStore, ADamagedBitBringsBackTheCheckpointBefore) {
  const Data older{1, 2, 3}, newer{4, 5, 6, 7};
  PersistentMemory memory(2 * (CheckpointStore::kHeaderBytes + 8));
  CheckpointStore store(memory);
  ASSERT_TRUE(store.save(older));
  ASSERT_TRUE(store.save(newer));
  const auto slot = memory.size() / 2;
  for (std::size_t at = 0; at < CheckpointStore::kHeaderBytes + newer.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      const auto good = memory.bytes()[slot + at];
      const std::uint8_t bad = good ^ std::uint8_t(1U << bit);
      ASSERT_TRUE(memory.write(slot + at, {&bad, 1}));
      EXPECT_EQ(store.newest(), (Checkpoint{1, older})) << "byte " << at << ", bit " << bit;
      ASSERT_TRUE(memory.write(slot + at, {&good, 1}));
    }
  EXPECT_EQ(store.newest(), (Checkpoint{2, newer}));
}

}  // namespace
}  // namespace synergy::power
