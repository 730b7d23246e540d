#include "longer_cycle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "blocks.hpp"
#include "placed_runs.hpp"
#include "synergy/schedule/event_graph.hpp"

namespace synergy::schedule {
namespace {

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

/// A short cycle that is repeated, and what is wanted of the longer one.
struct Repeated {
  const schemas::CollaborationPlan& base;
  const Cycle& cycle;
  const std::vector<std::int64_t>& starts;  ///< of the base's tasks
  std::int64_t short_period = 0;
  std::uint32_t times = 1;
  const std::vector<std::vector<std::uint32_t>>& wanted;
  const Sram& sram;

  [[nodiscard]] std::int64_t period() const { return short_period * std::int64_t(times); }
  /// The base's runs of pipelines that stay where it has them.
  [[nodiscard]] PlacedRuns placed(const std::vector<bool>& stays) const {
    PlacedRuns runs(base, cycle, period(), sram);
    for (std::uint32_t n = 0; n < times; ++n)
      for (std::uint32_t r = 0; r < cycle.runs.size(); ++r)
        if (stays[cycle.runs[r].pipeline]) runs.take(r, starts, short_period * n);
    return runs;
  }
  /// What is wanted beyond that: the runs of each pipeline spread evenly, those of the pipelines in turn.
  [[nodiscard]] std::vector<WantedRun> further(const std::vector<bool>& stays) const;
  /// The plan that these runs make.
  [[nodiscard]] LongerCycle written(const PlacedRuns& placed) const;
};

std::vector<WantedRun> Repeated::further(const std::vector<bool>& stays) const {
  std::vector<WantedRun> all;
  for (std::uint32_t p = 0; p < wanted.size(); ++p) {
    std::map<std::uint32_t, std::int64_t> missing;  // runs, by execution plan
    for (const auto execution : wanted[p]) ++missing[execution];
    if (stays[p])
      for (const auto run : cycle.runs_of[p]) missing[cycle.runs[run].execution] -= times;
    for (const auto run : cycle.runs_of[p]) {
      auto& count = missing[cycle.runs[run].execution];
      for (std::int64_t k = 0; k < count; ++k)
        all.push_back({run, std::int64_t((double(k) + 0.5) / double(count) * double(period()))});
      count = 0;  // of several runs of one execution plan, one is the pattern
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  return all;
}

LongerCycle Repeated::written(const PlacedRuns& placed) const {
  LongerCycle made{base, {}, period()};
  const auto runs = placed.runs();
  for (std::size_t p = 0; p < runs.size(); ++p) {
    std::vector<std::uint32_t> sequence;
    for (const auto& run : runs[p]) sequence.push_back(cycle.runs[run.like].execution);
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

/// The whole base stays as it is; one further run after the other goes into the gaps. `is_whole` tells
/// whether all found a place.
LongerCycle fill_gaps(const Repeated& of, bool& is_whole) {
  const std::vector<bool> all(of.base.pipelines.size(), true);
  auto placed = of.placed(all);
  is_whole = true;
  for (const auto& run : of.further(all)) is_whole = placed.add(run) && is_whole;
  return of.written(placed);
}

/// Pipelines that hold the base's busiest unit, or want no more runs than the base has.
std::vector<bool> who_stays(const Repeated& of) {
  const auto loads = of.cycle.loads();
  const auto busiest = std::uint32_t(std::max_element(loads.begin(), loads.end()) - loads.begin());
  std::vector<bool> stays;
  for (std::size_t p = 0; p < of.wanted.size(); ++p)
    stays.push_back(of.wanted[p].size() <= of.cycle.runs_of[p].size() * of.times);
  for (const auto& task : of.cycle.tasks)
    if (std::find(task.units.begin(), task.units.end(), busiest) != task.units.end())
      stays[task.ref.pipeline] = true;
  return stays;
}

/// Units that these runs keep busy for half of the time or more, the busiest first.
std::vector<std::uint32_t> busy_units(const Repeated& of, const std::vector<bool>& stays,
                                      const std::vector<WantedRun>& further) {
  std::vector<std::int64_t> loads(of.cycle.units.size(), 0);
  const auto add = [&](const CycleRun& run, std::int64_t times) {
    for (auto t = run.first_task; t < run.first_task + run.tasks; ++t)
      for (const auto unit : of.cycle.tasks[t].units) loads[unit] += times * room_of(of.cycle.tasks[t]);
  };
  for (const auto& run : of.cycle.runs)
    if (stays[run.pipeline]) add(run, of.times);
  for (const auto& run : further) add(of.cycle.runs[run.like], 1);
  std::vector<std::uint32_t> units;
  for (std::uint32_t u = 0; u < loads.size(); ++u)
    if (2 * loads[u] >= of.period()) units.push_back(u);
  std::stable_sort(units.begin(), units.end(), [&](auto a, auto b) { return loads[a] > loads[b]; });
  return units;
}

/// Of the pipelines that do not stay, those that have fewer runs of a way than copies of the base give them.
std::vector<bool> who_has_fewer(const Repeated& of, const std::vector<bool>& stays,
                                const PlacedRuns& placed) {
  const auto runs = placed.runs();
  std::vector<bool> fewer(stays.size(), false);
  for (const auto& way : of.cycle.runs) {
    const auto has = std::count_if(
        runs[way.pipeline].begin(), runs[way.pipeline].end(),
        [&](const PlacedRun& run) { return of.cycle.runs[run.like].execution == way.execution; });
    if (!stays[way.pipeline] && has < std::int64_t(of.times)) fewer[way.pipeline] = true;
  }
  return fewer;
}

PlacedRuns packed_around(const Repeated& of, const std::vector<bool>& stays) {
  constexpr int kMostTurns = 3;
  const auto further = of.further(stays);
  auto placed = of.placed(stays);
  auto left_out = placed.pack(further, busy_units(of, stays, further));
  for (int turn = 0; turn < kMostTurns && !left_out.empty(); ++turn) {
    placed.tighten();
    std::erase_if(left_out, [&](const WantedRun& run) { return placed.add(run); });
  }
  return placed;
}

/// Only the slow pipelines stay as the base has them. A fast one has all its runs anew, packed on the units
/// that are busy with them: a run of the base in the middle of a gap may leave a run less of room on both
/// sides. One that loses by that stays, too.
LongerCycle pack_gaps(const Repeated& of) {
  auto stays = who_stays(of);
  while (true) {
    const auto placed = packed_around(of, stays);
    const auto fewer = who_has_fewer(of, stays, placed);
    if (std::find(fewer.begin(), fewer.end(), true) == fewer.end()) return of.written(placed);
    for (std::size_t p = 0; p < stays.size(); ++p) stays[p] = stays[p] || fewer[p];
  }
}

}  // namespace

std::vector<LongerCycle> repeat_and_fill(const schemas::CollaborationPlan& base, double base_ns,
                                         std::uint32_t times,
                                         const std::vector<std::vector<std::uint32_t>>& wanted,
                                         std::int64_t shortest, const Sram& sram) {
  const auto cycle = flatten(base.pipelines);
  auto short_period = std::int64_t(std::ceil(base_ns)) + std::int64_t(cycle.tasks.size());
  short_period = std::max(short_period, shortest / times + (shortest % times > 0 ? 1 : 0));
  const auto starts = steady_starts(base, cycle, short_period);
  if (!starts) return {};
  const Repeated repeated{base, cycle, *starts, short_period, times, wanted, sram};
  bool is_whole = false;
  std::vector<LongerCycle> made{fill_gaps(repeated, is_whole)};
  if (!is_whole) made.push_back(pack_gaps(repeated));
  return made;
}

}  // namespace synergy::schedule
