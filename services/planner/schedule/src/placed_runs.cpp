#include "placed_runs.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "spans.hpp"

namespace synergy::schedule {

PlacedRuns::PlacedRuns(const schemas::CollaborationPlan& base, const Cycle& cycle, std::int64_t period,
                       const Sram& sram)
    : base_(base),
      cycle_(cycle),
      sram_(sram),
      blocks_(blocks_of(cycle)),
      table_(cycle.units.size(), period),
      runs_(base.pipelines.size()) {
  for (std::uint32_t p = 0; p < base.pipelines.size(); ++p) {
    slots_.emplace_back();
    for (std::uint32_t e = 0; e < base.pipelines[p].executions.size(); ++e) {
      slots_[p].emplace_back(base.pipelines[p].executions[e].buffers.size(), 0);
      set_slots(p, e, slots_needed(p, e));
    }
  }
}

void PlacedRuns::take(std::uint32_t like, const std::vector<std::int64_t>& starts, std::int64_t later) {
  const auto& of = cycle_.runs[like];
  PlacedRun run{like, {}};
  for (auto t = of.first_task; t < of.first_task + of.tasks; ++t) run.starts.push_back(starts[t] + later);
  take_places(run);
  runs_[of.pipeline].push_back(std::move(run));
  set_slots(of.pipeline, of.execution, slots_needed(of.pipeline, of.execution));
}

bool PlacedRuns::add(const WantedRun& wanted) {
  auto run = in_one_piece(wanted);
  if (put_alone(run) && keep(run)) return true;
  run = in_one_piece(wanted);
  if (put_in_one_piece(run) && keep(run)) return true;
  run = in_one_piece(wanted);
  return put(run) && keep(std::move(run));
}

std::vector<WantedRun> PlacedRuns::pack(const std::vector<WantedRun>& wanted,
                                        const std::vector<std::uint32_t>& units) {
  std::vector<Draft> drafts;
  for (const auto& one : wanted)
    drafts.push_back({in_one_piece(one), std::vector<bool>(blocks_[one.like].size(), false)});
  for (const auto unit : units) pack_on(unit, drafts);
  std::vector<WantedRun> left_out;
  for (std::size_t d = 0; d < drafts.size(); ++d)
    if (!finish(drafts[d])) left_out.push_back(wanted[d]);
  return left_out;
}

void PlacedRuns::tighten() {
  const auto changes = {&PlacedRuns::take_less_waiting, &PlacedRuns::delay};
  const auto before = std::tuple(runs_, table_, slots_, used_);
  for (const auto change : changes)
    for (auto& runs : runs_)
      for (auto& run : runs) (this->*change)(run);
  for (std::uint32_t p = 0; p < runs_.size(); ++p)
    for (std::uint32_t e = 0; e < slots_[p].size(); ++e) set_slots(p, e, slots_needed(p, e));
  if (fits()) return;
  // A run that goes elsewhere may hold a tensor together with more others. So step by step.
  std::tie(runs_, table_, slots_, used_) = before;
  for (const auto change : changes)
    for (auto& runs : runs_)
      for (auto& run : runs) change_where_that_fits(run, change);
}

void PlacedRuns::change_where_that_fits(PlacedRun& run, void (PlacedRuns::*change)(PlacedRun&)) {
  const auto& of = cycle_.runs[run.like];
  const auto before = run;
  (this->*change)(run);
  set_slots(of.pipeline, of.execution, slots_needed(of.pipeline, of.execution));
  if (fits()) return;
  give_places_back(run);
  run = before;
  take_places(run);
  set_slots(of.pipeline, of.execution, slots_needed(of.pipeline, of.execution));
}

std::vector<std::vector<PlacedRun>> PlacedRuns::runs() const {
  auto all = runs_;
  for (auto& runs : all) {
    for (auto& run : runs) {
      const auto turns = floor_of(run.starts.back(), table_.period());
      for (auto& start : run.starts) start -= turns * table_.period();
    }
    std::stable_sort(runs.begin(), runs.end(),
                     [](const auto& a, const auto& b) { return a.starts.back() < b.starts.back(); });
  }
  return all;
}

PlacedRun PlacedRuns::in_one_piece(const WantedRun& wanted) const {
  PlacedRun run{wanted.like, {}};
  auto begin = wanted.from;
  for (const auto& block : blocks_[wanted.like]) {
    for (const auto offset : block.offsets) run.starts.push_back(begin + offset);
    begin += block.length;
  }
  return run;
}

/// `run` is in one piece: takes the first place from there on.
bool PlacedRuns::put_in_one_piece(PlacedRun& run) {
  std::vector<Hold> holds;
  for (std::size_t b = 0; b < blocks_in(run); ++b)
    for (const auto& hold : holds_of(run, b)) holds.push_back(hold);
  const auto later = table_.earliest(holds, 0);
  if (!later) return false;
  table_.take(holds, *later);
  for (auto& start : run.starts) start += *later;
  return true;
}

/// The same, at a time when no other run holds a slot of its buffers.
bool PlacedRuns::put_alone(PlacedRun& run) {
  const auto& of = cycle_.runs[run.like];
  const auto& buffers = base_.pipelines[of.pipeline].executions[of.execution].buffers;
  ReservationTable taken(buffers.size(), table_.period());
  std::vector<Hold> tensors, holds;
  for (std::uint32_t b = 0; b < buffers.size(); ++b) {
    const auto span_of = [&](const PlacedRun& one) {
      return Hold{b, one.starts[buffers[b].first_step], end_of_step(one, buffers[b].last_step)};
    };
    tensors.push_back(span_of(run));
    for (const auto& other : runs_[of.pipeline])
      if (cycle_.runs[other.like].execution == of.execution && !taken.cover(span_of(other))) return false;
  }
  for (std::size_t b = 0; b < blocks_in(run); ++b)
    for (const auto& hold : holds_of(run, b)) holds.push_back(hold);
  for (std::int64_t later = 0; later < table_.period();) {
    const auto free = table_.earliest(holds, later);
    const auto alone = free ? taken.earliest(tensors, *free) : std::nullopt;
    if (!alone) return false;
    later = *alone;
    if (*alone != *free) continue;
    if (later >= table_.period()) return false;
    table_.take(holds, later);
    for (auto& start : run.starts) start += later;
    return true;
  }
  return false;
}

/// `run` is in one piece: takes for each block the first place from there on, or from the block before on.
bool PlacedRuns::put(PlacedRun& run) {
  for (std::size_t b = 0; b < blocks_in(run); ++b) {
    const auto least = b == 0 ? 0 : end_of(run, b - 1) - start_of(run, b);
    const auto later = table_.earliest(holds_of(run, b), least);
    if (!later) {
      for (std::size_t k = 0; k < b; ++k) table_.give_back(holds_of(run, k), 0);
      return false;
    }
    shift(run, b, *later);
    table_.take(holds_of(run, b), 0);
  }
  delay(run);
  return true;
}

bool PlacedRuns::keep(PlacedRun run) {
  const auto& of = cycle_.runs[run.like];
  auto& runs = runs_[of.pipeline];
  const auto before = slots_[of.pipeline][of.execution];
  runs.push_back(std::move(run));
  set_slots(of.pipeline, of.execution, slots_needed(of.pipeline, of.execution));
  if (fits()) return true;
  give_places_back(runs.back());
  runs.pop_back();
  set_slots(of.pipeline, of.execution, before);
  return false;
}

/// Those that find no place on the unit are dropped.
void PlacedRuns::pack_on(std::uint32_t unit, std::vector<Draft>& drafts) {
  std::int64_t cursor = 0;
  for (auto& draft : drafts)
    for (std::size_t b = 0; b < draft.is_placed.size() && !draft.run.starts.empty(); ++b) {
      if (draft.is_placed[b]) continue;
      const auto holds = holds_of(draft.run, b);
      const auto hold =
          std::find_if(holds.begin(), holds.end(), [&](const Hold& h) { return h.unit == unit; });
      if (hold == holds.end()) continue;
      const auto later = table_.earliest(holds, cursor - hold->from);
      if (!place(draft, b, later)) {
        drop(draft);
        continue;
      }
      // A block that fits only much later leaves room for others before it.
      if (*later + hold->from < cursor + table_.period() / 2) cursor = *later + hold->to;
    }
}

/// Places what has no place yet around what has, forward and back, and keeps the run.
bool PlacedRuns::finish(Draft& draft) {
  auto& run = draft.run;
  if (run.starts.empty()) return false;
  const auto placed = std::find(draft.is_placed.begin(), draft.is_placed.end(), true);
  auto anchor = std::size_t(placed - draft.is_placed.begin());
  bool all = true;
  if (placed == draft.is_placed.end()) {
    anchor = 0;
    all = place(draft, 0, table_.earliest(holds_of(run, 0), 0));
  }
  for (auto b = anchor + 1; b < draft.is_placed.size() && all; ++b) {
    const auto least = end_of(run, b - 1) - start_of(run, b);
    if (draft.is_placed[b])  // so many periods later that it is behind the one before
      shift(run, b, -floor_of(-least, table_.period()) * table_.period());
    else
      all = place(draft, b, table_.earliest(holds_of(run, b), least));
  }
  for (auto b = anchor; b-- > 0 && all;)
    all = place(draft, b, table_.latest(holds_of(run, b), start_of(run, b + 1) - end_of(run, b)));
  if (!all) {
    drop(draft);
    return false;
  }
  delay(run);
  return keep(std::move(run));
}

bool PlacedRuns::place(Draft& draft, std::size_t block, std::optional<std::int64_t> later) {
  if (!later) return false;
  shift(draft.run, block, *later);
  table_.take(holds_of(draft.run, block), 0);
  draft.is_placed[block] = true;
  return true;
}

void PlacedRuns::drop(Draft& draft) {
  for (std::size_t b = 0; b < draft.is_placed.size(); ++b)
    if (draft.is_placed[b]) table_.give_back(holds_of(draft.run, b), 0);
  draft.run.starts.clear();
}

/// Moves all but the last block as late as the next one allows.
void PlacedRuns::delay(PlacedRun& run) {
  for (auto b = blocks_in(run) - 1; b-- > 0;) {
    const auto most = start_of(run, b + 1) - end_of(run, b);
    if (most <= 0) continue;
    const auto holds = holds_of(run, b);
    table_.give_back(holds, 0);
    const auto later = std::max<std::int64_t>(0, table_.latest(holds, most).value_or(0));
    table_.take(holds, later);
    shift(run, b, later);
  }
}

/// The run takes another place where that makes it shorter.
void PlacedRuns::take_less_waiting(PlacedRun& run) {
  const auto long_way = length_of(run);
  std::int64_t shortest = 0;
  for (const auto& block : blocks_[run.like]) shortest += block.length;
  if (long_way <= shortest + shortest / 8) return;
  give_places_back(run);
  const WantedRun wanted{run.like, run.starts.front()};
  auto other = in_one_piece(wanted);
  bool found = put_in_one_piece(other);
  if (!found) {
    other = in_one_piece(wanted);
    found = put(other);
  }
  if (found && length_of(other) < long_way) {
    run = std::move(other);
    return;
  }
  if (found) give_places_back(other);
  take_places(run);
}

std::size_t PlacedRuns::first_of(const PlacedRun& run, std::size_t block) const {
  const auto& of = cycle_.runs[run.like];
  return block == blocks_in(run) ? of.tasks : blocks_[run.like][block].first_task - of.first_task;
}

std::int64_t PlacedRuns::start_of(const PlacedRun& run, std::size_t block) const {
  return run.starts[first_of(run, block)];
}

std::int64_t PlacedRuns::end_of(const PlacedRun& run, std::size_t block) const {
  return end_of_step(run, first_of(run, block + 1) - 1);
}

std::int64_t PlacedRuns::end_of_step(const PlacedRun& run, std::size_t step) const {
  return run.starts[step] + room_of(cycle_.tasks[cycle_.runs[run.like].first_task + step]);
}

std::int64_t PlacedRuns::length_of(const PlacedRun& run) const {
  return end_of(run, blocks_in(run) - 1) - run.starts.front();
}

void PlacedRuns::shift(PlacedRun& run, std::size_t block, std::int64_t later) const {
  for (auto s = first_of(run, block); s < first_of(run, block + 1); ++s) run.starts[s] += later;
}

std::vector<Hold> PlacedRuns::holds_of(const PlacedRun& run, std::size_t block) const {
  std::vector<Hold> holds;
  std::map<std::uint32_t, Hold> accelerators;
  for (auto s = first_of(run, block); s < first_of(run, block + 1); ++s)
    for (const auto unit : cycle_.tasks[cycle_.runs[run.like].first_task + s].units) {
      const Hold hold{unit, run.starts[s], end_of_step(run, s)};
      if (cycle_.units[unit].unit != schemas::Unit::kAccelerator)
        holds.push_back(hold);
      else
        accelerators.emplace(unit, hold).first->second.to = hold.to;
    }
  for (const auto& [unit, hold] : accelerators) holds.push_back(hold);
  return holds;
}

void PlacedRuns::take_places(const PlacedRun& run) {
  for (std::size_t b = 0; b < blocks_in(run); ++b) table_.take(holds_of(run, b), 0);
}

void PlacedRuns::give_places_back(const PlacedRun& run) {
  for (std::size_t b = 0; b < blocks_in(run); ++b) table_.give_back(holds_of(run, b), 0);
}

std::vector<std::uint32_t> PlacedRuns::slots_needed(std::uint32_t pipeline, std::uint32_t execution) const {
  std::vector<std::pair<std::int64_t, const PlacedRun*>> runs;  // by their ends within the period
  for (const auto& run : runs_[pipeline]) {
    if (cycle_.runs[run.like].execution != execution) continue;
    const auto last = run.starts.back();
    runs.emplace_back(last - floor_of(last, table_.period()) * table_.period(), &run);
  }
  std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::uint32_t> slots;
  for (const auto& buffer : base_.pipelines[pipeline].executions[execution].buffers) {
    std::vector<Span> spans;
    for (const auto& [last, run] : runs) {
      const auto later = last - run->starts.back();
      spans.emplace_back(run->starts[buffer.first_step] + later, end_of_step(*run, buffer.last_step) + later);
    }
    slots.push_back(spans.empty() ? 1 : overlapping(spans, table_.period()));
  }
  return slots;
}

void PlacedRuns::set_slots(std::uint32_t pipeline, std::uint32_t execution,
                           const std::vector<std::uint32_t>& slots) {
  auto& known = slots_[pipeline][execution];
  const auto& buffers = base_.pipelines[pipeline].executions[execution].buffers;
  for (std::size_t b = 0; b < slots.size(); ++b)
    used_[buffers[b].device] +=
        std::int64_t(buffers[b].bytes) * (std::int64_t(slots[b]) - std::int64_t(known[b]));
  known = slots;
}

bool PlacedRuns::fits() const {
  return std::all_of(used_.begin(), used_.end(),
                     [&](const auto& entry) { return entry.second <= std::int64_t(sram_.at(entry.first)); });
}

}  // namespace synergy::schedule
