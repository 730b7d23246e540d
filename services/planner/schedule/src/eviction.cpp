#include "eviction.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "random.hpp"

namespace synergy::schedule {
namespace {

constexpr std::uint32_t kTrialsPerBlock = 24;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max() / 4;

class Evicting {
 public:
  Evicting(const std::vector<std::vector<Block>>& blocks, const std::vector<SpanLimit>& limits,
           std::size_t units, std::int64_t period)
      : limits_(limits), table_(units, period) {
    for (std::uint32_t r = 0; r < blocks.size(); ++r) {
      first_of_.push_back(items_.size());
      for (const auto& block : blocks[r]) items_.push_back({&block, r});
    }
    first_of_.push_back(items_.size());
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
    std::uint32_t run;
    bool placed = false;
    std::int64_t start = 0, tried = -kNever;
  };

  [[nodiscard]] std::size_t next() const {
    std::size_t best = items_.size();
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (!items_[i].placed && (best == items_.size() || rank_[i] < rank_[best])) best = i;
    return best;
  }

  /// Earliest and latest start beside what is placed of the run.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> window_of(std::size_t i) const {
    std::int64_t early = -kNever, late = kNever, way = 0;
    for (auto k = i; k-- > first_of_[items_[i].run];) {
      way += items_[k].block->length;
      if (items_[k].placed) early = std::max(early, items_[k].start + way);
    }
    way = items_[i].block->length;
    for (auto k = i + 1; k < first_of_[items_[i].run + 1]; ++k) {
      if (items_[k].placed) late = std::min(late, items_[k].start - way);
      way += items_[k].block->length;
    }
    for (const auto& limit : limits_) {
      if (limit.run != items_[i].run) continue;
      const auto first = first_of_[limit.run] + limit.first, last = first_of_[limit.run] + limit.last;
      const auto most = reach_of(limit);
      if (last == i && items_[first].placed) late = std::min(late, items_[first].start + most);
      if (first == i && items_[last].placed) early = std::max(early, items_[last].start - most);
    }
    if (early == -kNever) early = late == kNever ? 0 : late - table_.period() + 1;
    return {early, std::min(late, early + table_.period() - 1)};
  }

  /// From start to start.
  [[nodiscard]] std::int64_t reach_of(const SpanLimit& limit) const {
    return table_.period() * limit.slots + limit.from - limit.to;
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
    // Then what is placed of the run and can not stand beside it.
    std::int64_t way = 0;
    for (auto k = i; k-- > first_of_[items_[i].run];) {
      way += items_[k].block->length;
      if (items_[k].placed && items_[k].start + way > start) remove(k);
    }
    way = items_[i].block->length;
    for (auto k = i + 1; k < first_of_[items_[i].run + 1]; ++k) {
      if (items_[k].placed && items_[k].start < start + way) remove(k);
      way += items_[k].block->length;
    }
    for (const auto& limit : limits_) {
      if (limit.run != items_[i].run) continue;
      const auto first = first_of_[limit.run] + limit.first, last = first_of_[limit.run] + limit.last;
      if (last == i && items_[first].placed && start > items_[first].start + reach_of(limit)) remove(first);
      if (first == i && items_[last].placed && items_[last].start > start + reach_of(limit)) remove(last);
    }
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

  const std::vector<SpanLimit>& limits_;
  ReservationTable table_;
  std::vector<Item> items_;
  std::vector<std::size_t> first_of_, rank_;
};

}  // namespace

std::vector<SpanLimit> span_limits(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks,
                                   const schemas::CollaborationPlan& plan, const Sram& sram) {
  struct Known {
    const schemas::TensorBuffer* buffer;
    SpanLimit limit;
  };
  std::vector<Known> all;
  std::map<DeviceId, std::uint64_t> used;
  for (std::uint32_t r = 0; r < cycle.runs.size(); ++r) {
    const auto& run = cycle.runs[r];
    const auto place_of = [&](std::uint32_t step) {
      std::uint32_t b = 0;
      while (b + 1 < blocks[r].size() && blocks[r][b + 1].first_task <= run.first_task + step) ++b;
      return std::pair(b, run.first_task + step - blocks[r][b].first_task);
    };
    for (const auto& buffer : plan.pipelines[run.pipeline].executions[run.execution].buffers) {
      const auto [first, from] = place_of(buffer.first_step);
      const auto [last, to] = place_of(buffer.last_step);
      const auto end = blocks[r][last].offsets[to] + room_of(cycle.tasks[run.first_task + buffer.last_step]);
      all.push_back({&buffer, {r, first, last, blocks[r][first].offsets[from], end, 1}});
      used[buffer.device] += buffer.bytes;
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Known& a, const Known& b) { return a.buffer->bytes < b.buffer->bytes; });
  constexpr std::uint32_t kMostSlots = 4;
  for (std::uint32_t slots = 2; slots <= kMostSlots; ++slots)
    for (auto& [buffer, limit] : all)
      if (limit.slots + 1 == slots && used[buffer->device] + buffer->bytes <= sram.at(buffer->device)) {
        used[buffer->device] += buffer->bytes;
        limit.slots = slots;
      }
  std::vector<SpanLimit> limits;
  for (const auto& known : all) limits.push_back(known.limit);
  return limits;
}

std::optional<std::vector<std::int64_t>> place_by_eviction(const Cycle& cycle,
                                                           const std::vector<std::vector<Block>>& blocks,
                                                           const std::vector<SpanLimit>& limits,
                                                           std::int64_t period, BlockOrder order,
                                                           std::uint64_t seed) {
  std::vector<std::int64_t> weight;
  for (const auto& of_run : blocks) {
    std::int64_t length = 0;
    for (const auto& block : of_run) length += block.length;
    for (const auto& block : of_run) {
      if (block.length > period) return std::nullopt;
      weight.push_back(order == BlockOrder::kLongestRun ? length : block.length);
    }
  }
  if (order == BlockOrder::kShuffled)
    for (auto& value : weight) value = std::int64_t(double(value) * (0.4 + double(mix(seed) % 1024) / 1024));
  std::vector<std::size_t> ranked(weight.size());
  std::iota(ranked.begin(), ranked.end(), std::size_t{0});
  std::stable_sort(ranked.begin(), ranked.end(), [&](auto a, auto b) { return weight[a] > weight[b]; });
  Evicting placing(blocks, limits, cycle.units.size(), period);
  if (!placing.run(ranked)) return std::nullopt;
  return placing.tasks(cycle);
}

}  // namespace synergy::schedule
