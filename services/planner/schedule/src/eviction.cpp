#include "eviction.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "synergy/base/splitmix64.hpp"

namespace synergy::schedule {
namespace {

constexpr std::uint32_t kTrialsPerBlock = 24;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max() / 4;

class Evicting {
 public:
  Evicting(const std::vector<std::vector<Block>>& blocks, const std::vector<Distance>& distances,
           std::size_t units, std::int64_t period)
      : table_(units, period) {
    for (const auto& of_run : blocks)
      for (const auto& block : of_run) items_.push_back({&block});
    before_.resize(items_.size());
    behind_.resize(items_.size());
    for (const auto& edge : distances) {
      const auto least = edge.distance - std::int64_t(edge.periods) * period;
      before_[edge.to].push_back({edge.from, least});
      behind_[edge.from].push_back({edge.to, least});
    }
  }

  bool run(const std::vector<std::size_t>& order) {
    rank_.resize(items_.size());
    for (std::size_t k = 0; k < order.size(); ++k) rank_[order[k]] = k;
    for (std::size_t trials = kTrialsPerBlock * items_.size(); trials > 0; --trials) {
      const auto i = next();
      if (i == items_.size()) return true;
      const auto window = window_of(i);
      auto start = table_.earliest(items_[i].block->holds, window.first);
      if (!start || *start > window.second) {
        // Later than the last time, so that the same eviction is not repeated for ever.
        start = std::max(window.first, items_[i].tried + 1);
        if (items_[i].tried == -kNever) start = window.first;
        evict_for(i, *start);
      }
      place(i, *start);
    }
    return false;
  }

  [[nodiscard]] std::vector<std::int64_t> tasks(const Cycle& cycle) const {
    std::vector<std::int64_t> times(cycle.tasks.size(), 0);
    for (const auto& item : items_)
      for (std::size_t k = 0; k < item.block->offsets.size(); ++k)
        times[item.block->first_task + k] = item.start + item.block->offsets[k];
    return times;
  }

 private:
  struct Item {
    const Block* block;
    bool placed = false;
    std::int64_t start = 0, tried = -kNever;
  };
  struct Neighbour {
    std::size_t item;
    std::int64_t least;  ///< from the start of the one before to that of the one behind
  };

  [[nodiscard]] std::size_t next() const {
    std::size_t best = items_.size();
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (!items_[i].placed && (best == items_.size() || rank_[i] < rank_[best])) best = i;
    return best;
  }

  /// Earliest and latest start beside what is placed.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> window_of(std::size_t i) const {
    std::int64_t early = -kNever, late = kNever;
    for (const auto& [other, least] : before_[i])
      if (items_[other].placed) early = std::max(early, items_[other].start + least);
    for (const auto& [other, least] : behind_[i])
      if (items_[other].placed) late = std::min(late, items_[other].start - least);
    if (early == -kNever) early = late == kNever ? 0 : late - table_.period() + 1;
    return {early, std::min(late, early + table_.period() - 1)};
  }

  void place(std::size_t i, std::int64_t start) {
    items_[i].start = items_[i].tried = start;
    items_[i].placed = true;
    table_.take(items_[i].block->holds, start);
  }
  void remove(std::size_t i) {
    if (!items_[i].placed) return;
    items_[i].placed = false;
    table_.give_back(items_[i].block->holds, items_[i].start);
  }

  void evict_for(std::size_t i, std::int64_t start) {
    for (std::size_t k = 0; k < items_.size(); ++k)
      if (k != i && items_[k].placed && meet(*items_[i].block, start, *items_[k].block, items_[k].start))
        remove(k);
    // Then those that can not stand so near to it.
    for (const auto& [other, least] : before_[i])
      if (items_[other].placed && items_[other].start + least > start) remove(other);
    for (const auto& [other, least] : behind_[i])
      if (items_[other].placed && items_[other].start < start + least) remove(other);
  }

  [[nodiscard]] bool meet(const Block& a, std::int64_t at, const Block& b, std::int64_t bt) const {
    const auto period = table_.period();
    for (const auto& x : a.holds)
      for (const auto& y : b.holds) {
        if (x.unit != y.unit) continue;
        // From the beginning of y to that of x, within a period.
        auto gap = (at + x.from - bt - y.from) % period;
        if (gap < 0) gap += period;
        if (gap < y.to - y.from || period - gap < x.to - x.from) return true;
      }
    return false;
  }

  ReservationTable table_;
  std::vector<Item> items_;
  std::vector<std::vector<Neighbour>> before_, behind_;
  std::vector<std::size_t> rank_;
};

/// A buffer of an execution plan, and the runs of the cycle that take it, in order.
struct Held {
  const schemas::TensorBuffer* buffer;
  std::vector<std::uint32_t> runs;
  std::uint32_t slots = 1;
};

std::vector<Held> held_buffers(const Cycle& cycle, const schemas::CollaborationPlan& plan, const Sram& sram) {
  std::vector<Held> all;
  std::map<DeviceId, std::uint64_t> used;
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e) {
      std::vector<std::uint32_t> runs;
      for (const auto r : cycle.runs_of[p])
        if (cycle.runs[r].execution == e) runs.push_back(r);
      for (const auto& buffer : plan.pipelines[p].executions[e].buffers) {
        all.push_back({&buffer, runs});
        used[buffer.device] += buffer.bytes;
      }
    }
  std::stable_sort(all.begin(), all.end(),
                   [](const Held& a, const Held& b) { return a.buffer->bytes < b.buffer->bytes; });
  constexpr std::uint32_t kMostSlots = 4;
  for (std::uint32_t slots = 2; slots <= kMostSlots; ++slots)
    for (auto& held : all)
      if (held.slots + 1 == slots &&
          used[held.buffer->device] + held.buffer->bytes <= sram.at(held.buffer->device)) {
        used[held.buffer->device] += held.buffer->bytes;
        held.slots = slots;
      }
  return all;
}

void add_buffers(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks,
                 const schemas::CollaborationPlan& plan, const Sram& sram,
                 const std::vector<std::size_t>& first_of, std::vector<Distance>& all) {
  const auto place_of = [&](std::uint32_t r, std::uint32_t step) {
    const auto task = cycle.runs[r].first_task + step;
    std::size_t b = 0;
    while (b + 1 < blocks[r].size() && blocks[r][b + 1].first_task <= task) ++b;
    return std::pair(b, blocks[r][b].offsets[task - blocks[r][b].first_task]);
  };
  for (const auto& held : held_buffers(cycle, plan, sram))
    for (std::size_t k = 0; k < held.runs.size(); ++k) {
      const auto later = k + held.slots;
      const auto r = held.runs[k], other = held.runs[later % held.runs.size()];
      const auto [last, to] = place_of(r, held.buffer->last_step);
      const auto [first, from] = place_of(other, held.buffer->first_step);
      const auto end = to + room_of(cycle.tasks[cycle.runs[r].first_task + held.buffer->last_step]);
      all.push_back(
          {first_of[r] + last, first_of[other] + first, end - from, std::uint32_t(later / held.runs.size())});
    }
}

}  // namespace

std::vector<Distance> distances_of(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks,
                                   const schemas::CollaborationPlan& plan, const Sram& sram) {
  std::vector<std::size_t> first_of{0};
  for (const auto& of_run : blocks) first_of.push_back(first_of.back() + of_run.size());
  std::vector<Distance> all;
  for (std::size_t r = 0; r < blocks.size(); ++r)
    for (std::size_t a = 0; a < blocks[r].size(); ++a) {
      std::int64_t way = 0;
      for (std::size_t b = a + 1; b < blocks[r].size(); ++b) {
        way += blocks[r][b - 1].length;
        all.push_back({first_of[r] + a, first_of[r] + b, way, 0});
      }
    }
  for (const auto& runs : cycle.runs_of)
    for (std::size_t k = 0; k < runs.size() && runs.size() > 1; ++k) {
      const auto next = runs[(k + 1) % runs.size()];
      all.push_back({first_of[runs[k] + 1] - 1, first_of[next + 1] - 1, blocks[runs[k]].back().length,
                     k + 1 == runs.size() ? 1u : 0u});
    }
  add_buffers(cycle, blocks, plan, sram, first_of, all);
  return all;
}

std::optional<std::vector<std::int64_t>> place_by_eviction(const Cycle& cycle,
                                                           const std::vector<std::vector<Block>>& blocks,
                                                           const std::vector<Distance>& distances,
                                                           std::int64_t period, BlockOrder order,
                                                           std::uint64_t seed) {
  std::vector<std::int64_t> weight;
  for (const auto& of_run : blocks) {
    std::int64_t length = 0;
    for (const auto& block : of_run) length += block.length;
    for (const auto& block : of_run) {
      for (const auto& hold : block.holds)
        if (hold.to - hold.from > period) return std::nullopt;
      weight.push_back(order == BlockOrder::kLongestRun ? length : block.length);
    }
  }
  if (order == BlockOrder::kShuffled)
    for (SplitMix64 random(seed); auto& value : weight)
      value = std::int64_t(double(value) * (0.4 + double(random.below(1024)) / 1024));
  std::vector<std::size_t> ranked(weight.size());
  std::iota(ranked.begin(), ranked.end(), std::size_t{0});
  std::stable_sort(ranked.begin(), ranked.end(), [&](auto a, auto b) { return weight[a] > weight[b]; });
  Evicting placing(blocks, distances, cycle.units.size(), period);
  if (!placing.run(ranked)) return std::nullopt;
  return placing.tasks(cycle);
}

}  // namespace synergy::schedule
