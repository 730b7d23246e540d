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

/// Blocks by number, run after run: block `to` begins `distance` ns after the beginning of `from` at the
/// earliest, or so many periods before that.
struct Distance {
  std::size_t from = 0, to = 0;
  std::int64_t distance = 0;
  std::uint32_t periods = 0;
};

/// The order of each run's blocks; of the ends of a pipeline's runs, for results come in order; and for each
/// buffer, that no more runs hold it than it has slots. Those are given out as long as the SRAM holds them,
/// small buffers first.
[[nodiscard]] std::vector<Distance> distances_of(const Cycle& cycle,
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
    const Cycle& cycle, const std::vector<std::vector<Block>>& blocks, const std::vector<Distance>& distances,
    std::int64_t period, BlockOrder order, std::uint64_t seed);

}  // namespace synergy::schedule
