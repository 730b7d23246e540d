// Tasks that a timetable places as one piece: all that happens while a run's data is in an accelerator, and
// every other task by itself.
#pragma once

#include <vector>

#include "reservation_table.hpp"
#include "synergy/schedule/cycle.hpp"

namespace synergy::schedule {

struct Block {
  std::uint32_t first_task = 0;       ///< in the cycle
  std::vector<std::int64_t> offsets;  ///< of its tasks, from the block's start
  std::vector<Hold> holds;
  std::int64_t length = 0;
};

/// Time that a timetable gives a task: at least 1 ns, so that tasks of no duration have a place in their
/// units' order.
[[nodiscard]] inline std::int64_t room_of(const CycleTask& task) {
  return task.duration > 0 ? task.duration : 1;
}

/// The blocks of each run, in order.
[[nodiscard]] std::vector<std::vector<Block>> blocks_of(const Cycle& cycle);

/// The same, but where a task of a cpu alone (an unpack) is longer than any inference of other runs on its
/// device leaves the cpu free, the one that comes closest is given that time: its results then wait in the
/// accelerator. Equal to `blocks` where that changes nothing.
[[nodiscard]] std::vector<std::vector<Block>> stretched(const Cycle& cycle,
                                                        std::vector<std::vector<Block>> blocks);

}  // namespace synergy::schedule
