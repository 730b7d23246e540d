#include "longer_cycle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "blocks.hpp"
#include "synergy/schedule/event_graph.hpp"

namespace synergy::schedule {
namespace {

/// A run that has its place: its execution plan, and the starts of its tasks.
struct PlacedRun {
  std::uint32_t execution = 0;
  std::vector<std::int64_t> starts;
};

/// How much later the task at the end of an edge starts than the one at its beginning. As in a timetable,
/// every task has a place of its own, however short it is.
std::int64_t distance(const Edge& edge, std::int64_t period) {
  return std::max<std::int64_t>(1, edge.weight) - edge.tokens * period;
}

/// When the tasks of an executable plan start in the long run, for a period that its orders allow; nothing
/// where they do not allow it. First each task as early as it can (the longest paths of its event graph);
/// then all but the last of each run as late as that allows, so that no run lies in an accelerator and waits.
std::optional<std::vector<std::int64_t>> steady_starts(const schemas::CollaborationPlan& plan,
                                                       const Cycle& cycle, std::int64_t period) {
  const auto graph = event_graph(plan, cycle);
  if (!graph) return std::nullopt;
  std::vector<std::int64_t> starts(graph->nodes, 0);
  bool moved = true;
  for (std::uint32_t turn = 0; moved; ++turn) {
    if (turn > graph->nodes) return std::nullopt;
    moved = false;
    for (const auto& edge : graph->edges) {
      const auto least = starts[edge.from] + distance(edge, period);
      if (least <= starts[edge.to]) continue;
      starts[edge.to] = least;
      moved = true;
    }
  }
  constexpr auto kOpen = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> latest(graph->nodes, kOpen);
  for (const auto& run : cycle.runs) {
    const auto last = run.first_task + run.tasks - 1;
    latest[last] = starts[last];
  }
  for (moved = true; moved;) {
    moved = false;
    for (const auto& edge : graph->edges) {
      if (latest[edge.to] == kOpen) continue;
      const auto most = latest[edge.to] - distance(edge, period);
      if (most >= latest[edge.from]) continue;
      latest[edge.from] = most;
      moved = true;
    }
  }
  return latest;
}

/// Numbers of the buffers' slots, as units: by pipeline, execution plan and buffer. They follow the cycle's
/// units.
using Slots = std::vector<std::vector<std::vector<std::uint32_t>>>;

Slots number_slots(const schemas::CollaborationPlan& plan, std::uint32_t next) {
  Slots slots;
  for (const auto& pipeline : plan.pipelines) {
    auto& of_pipeline = slots.emplace_back();
    for (const auto& execution : pipeline.executions) {
      auto& of_way = of_pipeline.emplace_back();
      for (std::size_t b = 0; b < execution.buffers.size(); ++b) of_way.push_back(next++);
    }
  }
  return slots;
}

std::uint32_t count_buffers(const schemas::CollaborationPlan& plan) {
  std::size_t count = 0;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions) count += execution.buffers.size();
  return std::uint32_t(count);
}

class Filling {
 public:
  Filling(const schemas::CollaborationPlan& base, const Cycle& cycle, std::int64_t period)
      : base_(base),
        cycle_(cycle),
        blocks_(blocks_of(cycle)),
        slots_(number_slots(base, std::uint32_t(cycle.units.size()))),
        table_(cycle.units.size() + count_buffers(base), period),
        runs_(base.pipelines.size()) {}

  /// A run of the base, at these starts of all of the base's tasks and so much later.
  void take(std::uint32_t run, const std::vector<std::int64_t>& starts, std::int64_t later) {
    const auto& of = cycle_.runs[run];
    PlacedRun placed{of.execution, {}};
    for (auto t = of.first_task; t < of.first_task + of.tasks; ++t)
      placed.starts.push_back(starts[t] + later);
    for (const auto& hold : holds_of(of, placed.starts)) table_.take({hold}, 0);
    for (const auto& hold : slots_held(of, placed.starts)) table_.take({hold}, 0);
    runs_[of.pipeline].push_back(std::move(placed));
  }

  /// One more run like `run`, from about that time on, its tasks one directly after the other, and alone in
  /// its buffers; false where it finds no such place. So it needs no more SRAM than the base.
  bool add_in_one_piece(std::uint32_t run, std::int64_t from) {
    const auto& of = cycle_.runs[run];
    std::vector<std::int64_t> starts;
    std::vector<Hold> holds;
    std::int64_t length = 0;
    for (const auto& block : blocks_[run]) {
      for (const auto& hold : block.holds) holds.push_back({hold.unit, hold.from + length, hold.to + length});
      for (const auto offset : block.offsets) starts.push_back(length + offset);
      length += block.length;
    }
    if (length > table_.period()) return false;
    for (const auto& hold : slots_held(of, starts)) holds.push_back(hold);
    const auto begin = table_.earliest(holds, from);
    if (!begin) return false;
    table_.take(holds, *begin);
    for (auto& start : starts) start += *begin;
    runs_[of.pipeline].push_back({of.execution, std::move(starts)});
    return true;
  }

  /// The same, but its tasks wait where they must; the SRAM is not looked at.
  bool add(std::uint32_t run, std::int64_t from) {
    const auto& of = cycle_.runs[run];
    std::vector<std::int64_t> begins;
    for (const auto& block : blocks_[run]) {
      const auto begin = table_.earliest(block.holds, from);
      if (!begin) break;
      table_.take(block.holds, *begin);
      begins.push_back(*begin);
      from = *begin + block.length;
    }
    if (begins.size() < blocks_[run].size()) {
      for (std::size_t b = 0; b < begins.size(); ++b) table_.give_back(blocks_[run][b].holds, begins[b]);
      return false;
    }
    delay(blocks_[run], begins);
    PlacedRun placed{of.execution, {}};
    for (std::size_t b = 0; b < begins.size(); ++b)
      for (const auto offset : blocks_[run][b].offsets) placed.starts.push_back(begins[b] + offset);
    runs_[of.pipeline].push_back(std::move(placed));
    return true;
  }

  /// Each pipeline's runs in the order of their ends.
  [[nodiscard]] std::vector<std::vector<PlacedRun>> take_runs() {
    for (auto& runs : runs_)
      for (auto& run : runs) {  // all within one period, by their ends
        const auto end = run.starts.back();
        const auto turns =
            (end - ((end % table_.period()) + table_.period()) % table_.period()) / table_.period();
        for (auto& start : run.starts) start -= turns * table_.period();
      }
    for (auto& runs : runs_)
      std::stable_sort(runs.begin(), runs.end(),
                       [](const auto& a, const auto& b) { return a.starts.back() < b.starts.back(); });
    return std::move(runs_);
  }

 private:
  /// Moves all but the last block as late as the next one allows, so that buffers are taken late.
  void delay(const std::vector<Block>& blocks, std::vector<std::int64_t>& begins) {
    for (std::size_t b = blocks.size() - 1; b-- > 0;) {
      table_.give_back(blocks[b].holds, begins[b]);
      const auto later = table_.latest(blocks[b].holds, begins[b + 1] - blocks[b].length);
      if (later) begins[b] = std::max(begins[b], *later);
      table_.take(blocks[b].holds, begins[b]);
    }
  }
  /// From 0 on. An accelerator is held from the first task of a chunk to the last, the time between included.
  [[nodiscard]] std::vector<Hold> holds_of(const CycleRun& run,
                                           const std::vector<std::int64_t>& starts) const {
    std::vector<Hold> holds;
    std::map<std::uint32_t, Hold> accelerators;
    for (std::uint32_t s = 0; s < run.tasks; ++s) {
      const auto& task = cycle_.tasks[run.first_task + s];
      for (const auto unit : task.units) {
        const Hold hold{unit, starts[s], starts[s] + room_of(task)};
        if (cycle_.units[unit].unit != schemas::Unit::kAccelerator)
          holds.push_back(hold);
        else
          accelerators.emplace(unit, hold).first->second.to = hold.to;
      }
    }
    for (const auto& [unit, hold] : accelerators) holds.push_back(hold);
    return holds;
  }

  /// The slots that a run holds, from 0 on: starts are those of its tasks.
  [[nodiscard]] std::vector<Hold> slots_held(const CycleRun& run,
                                             const std::vector<std::int64_t>& starts) const {
    std::vector<Hold> holds;
    const auto& buffers = base_.pipelines[run.pipeline].executions[run.execution].buffers;
    for (std::size_t b = 0; b < buffers.size(); ++b) {
      const auto last = buffers[b].last_step;
      const auto end = starts[last] + room_of(cycle_.tasks[run.first_task + last]);
      const auto begin = starts[buffers[b].first_step];
      holds.push_back(
          {slots_[run.pipeline][run.execution][b], begin, std::min(end, begin + table_.period())});
    }
    return holds;
  }

  const schemas::CollaborationPlan& base_;
  const Cycle& cycle_;
  std::vector<std::vector<Block>> blocks_;
  Slots slots_;
  ReservationTable table_;
  std::vector<std::vector<PlacedRun>> runs_;  ///< by pipeline
};

/// The further runs of all pipelines, spread evenly, those of the pipelines in turn.
struct Further {
  double place = 0;  ///< in the period, from 0 to 1
  std::uint32_t run = 0;
  bool operator<(const Further& other) const { return place < other.place; }
};

std::vector<Further> further_runs(const Cycle& cycle, std::uint32_t times,
                                  const std::vector<std::vector<std::uint32_t>>& wanted) {
  std::vector<Further> further;
  for (std::uint32_t p = 0; p < wanted.size(); ++p) {
    std::map<std::uint32_t, std::int64_t> missing;  // runs, by execution plan
    for (const auto execution : wanted[p]) ++missing[execution];
    for (const auto run : cycle.runs_of[p]) missing[cycle.runs[run].execution] -= times;
    for (const auto run : cycle.runs_of[p]) {
      auto& count = missing[cycle.runs[run].execution];
      for (std::int64_t k = 0; k < count; ++k) further.push_back({(double(k) + 0.5) / double(count), run});
      count = 0;  // of several runs of one execution plan, one is the pattern
    }
  }
  std::stable_sort(further.begin(), further.end());
  return further;
}

}  // namespace

std::optional<LongerCycle> repeat_and_fill(const schemas::CollaborationPlan& base, double base_ns,
                                           std::uint32_t times,
                                           const std::vector<std::vector<std::uint32_t>>& wanted,
                                           std::int64_t shortest, Room room) {
  const auto cycle = flatten(base.pipelines);
  auto short_period = std::int64_t(std::ceil(base_ns)) + std::int64_t(cycle.tasks.size());
  short_period = std::max(short_period, shortest / times + (shortest % times > 0 ? 1 : 0));
  const auto starts = steady_starts(base, cycle, short_period);
  if (!starts) return std::nullopt;
  const auto period = short_period * std::int64_t(times);
  Filling filling(base, cycle, period);
  for (std::uint32_t n = 0; n < times; ++n)
    for (std::uint32_t r = 0; r < cycle.runs.size(); ++r) filling.take(r, *starts, short_period * n);
  for (const auto& further : further_runs(cycle, times, wanted)) {
    const auto from = std::int64_t(further.place * double(period));
    if (!filling.add_in_one_piece(further.run, from) && room == Room::kMore) filling.add(further.run, from);
  }
  LongerCycle made{base, {}, period};
  const auto runs = filling.take_runs();
  for (std::size_t p = 0; p < runs.size(); ++p) {
    std::vector<std::uint32_t> sequence;
    for (const auto& run : runs[p]) sequence.push_back(run.execution);
    set_sequence(made.plan.pipelines[p], sequence);
  }
  const auto whole = flatten(made.plan.pipelines);
  made.starts.resize(whole.tasks.size());
  for (std::size_t p = 0; p < runs.size(); ++p)
    for (std::size_t j = 0; j < runs[p].size(); ++j) {
      const auto& run = whole.runs[whole.runs_of[p][j]];
      std::copy(runs[p][j].starts.begin(), runs[p][j].starts.end(), made.starts.begin() + run.first_task);
    }
  return made;
}

}  // namespace synergy::schedule
