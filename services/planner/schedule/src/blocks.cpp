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

namespace {

/// An inference within a block.
struct Inference {
  std::uint32_t run, block, task;  ///< task: within the block
  std::int64_t length;
};

std::vector<Inference> inferences_on(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks,
                                     const DeviceId& device) {
  std::vector<Inference> found;
  for (std::uint32_t r = 0; r < blocks.size(); ++r)
    for (std::uint32_t b = 0; b < blocks[r].size(); ++b) {
      const auto& block = blocks[r][b];
      for (std::uint32_t k = 0; k + 1 < block.offsets.size(); ++k) {
        const auto& units = cycle.tasks[block.first_task + k].units;
        if (units.size() == 1 &&
            cycle.units[units[0]] == schemas::UnitRef{device, schemas::Unit::kAccelerator})
          found.push_back({r, b, k, block.offsets[k + 1] - block.offsets[k]});
      }
    }
  return found;
}

/// What follows the task in the block begins so much later.
void stretch(Block& block, std::uint32_t task, std::int64_t by) {
  const auto end = block.offsets[task + 1];
  for (auto k = task + 1; k < block.offsets.size(); ++k) block.offsets[k] += by;
  for (auto& hold : block.holds) {
    if (hold.from >= end) hold.from += by;
    if (hold.to > end) hold.to += by;
  }
  block.length += by;
}

}  // namespace

std::vector<std::vector<Block>> stretched(const Cycle& cycle, std::vector<std::vector<Block>> blocks) {
  std::map<DeviceId, const CycleTask*> longest;
  for (const auto& task : cycle.tasks) {
    if (task.units.size() != 1 || cycle.units[task.units[0]].unit != schemas::Unit::kCpu) continue;
    auto& known = longest[cycle.units[task.units[0]].device];
    if (known == nullptr || task.duration > known->duration) known = &task;
  }
  for (const auto& [device, task] : longest) {
    const Inference* closest = nullptr;
    const auto all = inferences_on(cycle, blocks, device);
    for (const auto& inference : all)
      if (inference.run != task->run && (closest == nullptr || inference.length > closest->length))
        closest = &inference;
    if (closest != nullptr && closest->length < room_of(*task))
      stretch(blocks[closest->run][closest->block], closest->task, room_of(*task) - closest->length);
  }
  return blocks;
}

}  // namespace synergy::schedule
