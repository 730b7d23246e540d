// A timetable by trial and eviction: blocks are placed one after the other at their earliest time; one that
// finds no place takes the place of others, which are then placed again. (Rau's iterative modulo scheduling,
// 1994, with two-sided windows.) Unlike `make_timetable` it knows how many runs a buffer holds, so that what
// it finds fits the SRAM.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "blocks.hpp"
#include "synergy/schedule/executable.hpp"

namespace synergy::schedule {

/// From the start of block `first` to the end of a task in block `last` of the same run: ns at most.
struct SpanLimit {
  std::uint32_t run = 0, first = 0, last = 0;  ///< blocks of the run
  std::int64_t from = 0, to = 0;               ///< offsets within them
  std::uint32_t slots = 1;                     ///< periods that the span may take
};

/// One for each buffer of each run; slots are given out as long as the SRAM holds them, small buffers first.
/// Only for cycles in which each pipeline runs once.
[[nodiscard]] std::vector<SpanLimit> span_limits(const Cycle& cycle,
                                                 const std::vector<std::vector<Block>>& blocks,
                                                 const schemas::CollaborationPlan& plan, const Sram& sram);

/// In which order blocks are placed.
enum class BlockOrder : std::uint8_t {
  kLongestBlock,
  kLongestRun,
  kShuffled,
};

/// Start of each task, ns; nothing when the trials were used up. Deterministic.
[[nodiscard]] std::optional<std::vector<std::int64_t>> place_by_eviction(
    const Cycle& cycle, const std::vector<std::vector<Block>>& blocks, const std::vector<SpanLimit>& limits,
    std::int64_t period, BlockOrder order, std::uint64_t seed);

}  // namespace synergy::schedule
