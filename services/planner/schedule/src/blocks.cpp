#include "blocks.hpp"

#include <algorithm>
#include <map>

namespace synergy::schedule {
namespace {

/// First and last task of the run that hold each of its accelerators: an execution plan uses a device once,
/// so they are one chunk's.
std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> accelerator_spans(const Cycle& cycle,
                                                                                   const CycleRun& run) {
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> spans;
  for (auto t = run.first_task; t < run.first_task + run.tasks; ++t)
    for (const auto unit : cycle.tasks[t].units)
      if (cycle.units[unit].unit == schemas::Unit::kAccelerator)
        spans.emplace(unit, std::pair(t, t)).first->second.second = t;
  return spans;
}

Block block_of(const Cycle& cycle, std::uint32_t first, std::uint32_t last,
               const std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>& spans) {
  Block block;
  block.first_task = first;
  for (auto t = first; t <= last; ++t) {
    const auto& task = cycle.tasks[t];
    block.offsets.push_back(block.length);
    block.length += room_of(task);
    for (const auto unit : task.units)
      if (cycle.units[unit].unit != schemas::Unit::kAccelerator)
        block.holds.push_back({unit, block.offsets.back(), block.length});
  }
  for (const auto& [unit, span] : spans)
    if (span.first >= first && span.second <= last)
      block.holds.push_back({unit, block.offsets[span.first - first],
                             block.offsets[span.second - first] + room_of(cycle.tasks[span.second])});
  return block;
}

}  // namespace

std::vector<std::vector<Block>> blocks_of(const Cycle& cycle) {
  std::vector<std::vector<Block>> blocks;
  for (const auto& run : cycle.runs) {
    const auto spans = accelerator_spans(cycle, run);
    auto& of_run = blocks.emplace_back();
    for (auto first = run.first_task; first < run.first_task + run.tasks;) {
      auto last = first;
      for (bool grew = true; grew;) {  // a streamed tensor joins the chunks at both its ends
        grew = false;
        for (const auto& [unit, span] : spans)
          if (span.first <= last && span.first >= first && span.second > last) {
            last = span.second;
            grew = true;
          }
      }
      of_run.push_back(block_of(cycle, first, last, spans));
      first = last + 1;
    }
  }
  return blocks;
}

}  // namespace synergy::schedule
