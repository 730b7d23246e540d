// A timetable: when each task of the cycle starts, for a given period.
//
// Because successive cycles overlap, a task may be placed at any time modulo the period: only units conflict,
// order within a run does not, it merely makes the run longer and so more runs in flight. The units that are
// busy for most of the period are packed first, task after task; the rest of each run is fitted around them,
// forward and backward; then everything but each run's end is moved as late as it can, which frees buffers
// early.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "blocks.hpp"

namespace synergy::schedule {

struct Variant {
  std::vector<std::uint32_t> runs;  ///< of the cycle, in the order in which they are placed
  double packed_load = 1;  ///< units held for at least this part of the busiest one's time are packed first
};

/// Start of each task, ns, any integer; nothing when this variant finds no place within the period.
[[nodiscard]] std::optional<std::vector<std::int64_t>> make_timetable(
    const Cycle& cycle, const std::vector<std::vector<Block>>& blocks, std::int64_t period,
    const Variant& variant);

/// One run after the other, in the cycle's order. `period` becomes the sum of all.
[[nodiscard]] std::vector<std::int64_t> one_after_the_other(const Cycle& cycle, std::int64_t& period);

}  // namespace synergy::schedule
