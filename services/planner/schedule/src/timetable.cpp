#include "timetable.hpp"

#include <algorithm>
#include <numeric>

namespace synergy::schedule {
namespace {

class Placing {
 public:
  Placing(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks, std::int64_t period)
      : cycle_(cycle), blocks_(blocks), table_(cycle.units.size(), period) {
    for (const auto& of_run : blocks) {
      starts_.emplace_back(of_run.size(), 0);
      packed_.emplace_back(of_run.size(), false);
    }
  }

  /// Packs the blocks that hold `unit`, one directly behind the other where that is possible.
  bool pack(std::uint32_t unit, const std::vector<std::uint32_t>& runs) {
    std::int64_t cursor = 0;
    for (const auto r : runs)
      for (std::size_t b = 0; b < blocks_[r].size(); ++b) {
        if (packed_[r][b] || (ends_in_order(r) && b + 1 == blocks_[r].size())) continue;
        const auto& holds = blocks_[r][b].holds;
        const auto hold =
            std::find_if(holds.begin(), holds.end(), [&](const Hold& h) { return h.unit == unit; });
        if (hold == holds.end()) continue;
        if (!put(r, b, table_.earliest(holds, cursor - hold->from))) return false;
        packed_[r][b] = true;
        cursor = starts_[r][b] + hold->to;
      }
    return true;
  }

  /// Places what is not packed of a run, around what is.
  bool fit(std::uint32_t r) {
    const auto& of_run = blocks_[r];
    const auto packed = std::find(packed_[r].begin(), packed_[r].end(), true);
    std::size_t anchor = std::size_t(packed - packed_[r].begin());
    if (packed == packed_[r].end()) {
      anchor = 0;
      if (!put(r, 0, table_.earliest(of_run[0].holds, 0))) return false;
    }
    for (std::size_t b = anchor + 1; b < of_run.size(); ++b) {
      const auto ready = starts_[r][b - 1] + of_run[b - 1].length;
      if (packed_[r][b])
        starts_[r][b] = congruent_from(starts_[r][b], ready);
      else if (ends_in_order(r) && b + 1 == of_run.size())
        starts_[r][b] = ready;  // order_ends() places it
      else if (!put(r, b, table_.earliest(of_run[b].holds, ready)))
        return false;
    }
    for (std::size_t b = anchor; b-- > 0;)
      if (!put(r, b, table_.latest(of_run[b].holds, starts_[r][b + 1] - of_run[b].length))) return false;
    return true;
  }

  /// Where a pipeline has several runs in the cycle, they end in their order.
  bool order_ends() {
    for (const auto& runs : cycle_.runs_of) {
      if (!ends_in_order(runs.front())) continue;
      std::vector<std::int64_t> ready;
      for (const auto r : runs) ready.push_back(starts_[r].back());
      bool placed = false;
      for (int turn = 0; turn < 8 && !placed; ++turn) {
        auto from = ready.front();
        std::size_t done = 0;
        for (; done < runs.size(); ++done) {
          const auto r = runs[done];
          if (!put(r, blocks_[r].size() - 1,
                   table_.earliest(blocks_[r].back().holds, std::max(from, ready[done]))))
            break;
          from = starts_[r].back() + blocks_[r].back().length;
        }
        if (done < runs.size()) return false;
        placed = from <= starts_[runs.front()].back() + table_.period();
        if (placed) break;
        ready.front() = from - table_.period();
        for (const auto r : runs) table_.give_back(blocks_[r].back().holds, starts_[r].back());
      }
      if (!placed) return false;
    }
    return true;
  }

  /// Moves a run's blocks, but the last, as late as the next one allows.
  void delay(std::uint32_t r) {
    for (std::size_t b = blocks_[r].size() - 1; b-- > 0;) {
      const auto& block = blocks_[r][b];
      const auto until = starts_[r][b + 1] - block.length;
      if (until == starts_[r][b]) continue;
      table_.give_back(block.holds, starts_[r][b]);
      const auto later = table_.latest(block.holds, until);
      // Only as a last resort is it where it was: that place is free.
      starts_[r][b] = later ? std::max(*later, starts_[r][b]) : starts_[r][b];
      table_.take(block.holds, starts_[r][b]);
    }
  }

  [[nodiscard]] std::vector<std::int64_t> tasks() const {
    std::vector<std::int64_t> times(cycle_.tasks.size(), 0);
    for (std::size_t r = 0; r < blocks_.size(); ++r)
      for (std::size_t b = 0; b < blocks_[r].size(); ++b)
        for (std::size_t i = 0; i < blocks_[r][b].offsets.size(); ++i)
          times[blocks_[r][b].first_task + i] = starts_[r][b] + blocks_[r][b].offsets[i];
    return times;
  }

 private:
  [[nodiscard]] bool ends_in_order(std::uint32_t r) const {
    return cycle_.runs_of[cycle_.runs[r].pipeline].size() > 1 && blocks_[r].size() > 1;
  }
  bool put(std::uint32_t r, std::size_t b, std::optional<std::int64_t> start) {
    if (!start) return false;
    starts_[r][b] = *start;
    table_.take(blocks_[r][b].holds, *start);
    return true;
  }
  /// The first time from `from` on that is a whole number of periods away from `time`.
  [[nodiscard]] std::int64_t congruent_from(std::int64_t time, std::int64_t from) const {
    const auto period = table_.period();
    const auto away = (time - from) % period;
    return from + (away < 0 ? away + period : away);
  }

  const Cycle& cycle_;
  const std::vector<std::vector<Block>>& blocks_;
  ReservationTable table_;
  std::vector<std::vector<std::int64_t>> starts_;
  std::vector<std::vector<bool>> packed_;
};

}  // namespace

std::optional<std::vector<std::int64_t>> make_timetable(const Cycle& cycle,
                                                        const std::vector<std::vector<Block>>& blocks,
                                                        std::int64_t period, const Variant& variant) {
  Placing placing(cycle, blocks, period);
  const auto loads = cycle.loads();
  const auto most = *std::max_element(loads.begin(), loads.end());
  std::vector<std::uint32_t> units(loads.size());
  std::iota(units.begin(), units.end(), 0u);
  std::stable_sort(units.begin(), units.end(), [&](auto a, auto b) { return loads[a] > loads[b]; });
  for (const auto unit : units)
    if (double(loads[unit]) >= variant.packed_load * double(most) && !placing.pack(unit, variant.runs))
      return std::nullopt;
  for (const auto run : variant.runs)
    if (!placing.fit(run)) return std::nullopt;
  if (!placing.order_ends()) return std::nullopt;
  for (const auto run : variant.runs) placing.delay(run);
  return placing.tasks();
}

std::vector<std::int64_t> one_after_the_other(const Cycle& cycle, std::int64_t& period) {
  std::vector<std::int64_t> starts;
  period = 0;
  for (const auto& task : cycle.tasks) {
    starts.push_back(period);
    period += room_of(task);
  }
  return starts;
}

}  // namespace synergy::schedule
