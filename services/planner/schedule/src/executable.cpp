#include "synergy/schedule/executable.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "buffers.hpp"
#include "eviction.hpp"
#include "longer_cycle.hpp"
#include "spans.hpp"
#include "synergy/base/splitmix64.hpp"
#include "timetable.hpp"

namespace synergy::schedule {
namespace {

/// Writes a timetable into the plan: orders, lags, depths, slots.
class ReadOff {
 public:
  ReadOff(const Cycle& cycle, const std::vector<std::int64_t>& starts, std::int64_t period)
      : cycle_(cycle), starts_(starts), period_(period) {}

  void write(schemas::CollaborationPlan& plan) const {
    write_orders(plan);
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
      std::vector<Span> spans;
      for (const auto r : cycle_.runs_of[p]) spans.push_back(span(r, 0, cycle_.runs[r].tasks - 1));
      plan.pipelines[p].depth = overlapping(spans, period_);
      for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e)
        for (auto& buffer : plan.pipelines[p].executions[e].buffers) write_slots(p, e, buffer);
    }
  }

 private:
  [[nodiscard]] std::int64_t end(std::uint32_t task) const {
    return starts_[task] + room_of(cycle_.tasks[task]);
  }
  [[nodiscard]] Span span(std::uint32_t run, std::uint32_t first, std::uint32_t last) const {
    const auto task = cycle_.runs[run].first_task;
    return {starts_[task + first], end(task + last)};
  }
  void write_slots(std::size_t p, std::uint32_t execution, schemas::TensorBuffer& buffer) const {
    std::vector<Span> spans;
    for (const auto r : cycle_.runs_of[p])
      if (cycle_.runs[r].execution == execution)
        spans.push_back(span(r, buffer.first_step, buffer.last_step));
    buffer.slots = spans.empty() ? 1 : overlapping(spans, period_);
  }
  void write_orders(schemas::CollaborationPlan& plan) const {
    const auto earliest = *std::min_element(starts_.begin(), starts_.end());
    std::vector<std::vector<std::uint32_t>> held_by(cycle_.units.size());
    for (std::uint32_t t = 0; t < cycle_.tasks.size(); ++t)
      for (const auto unit : cycle_.tasks[t].units) held_by[unit].push_back(t);
    plan.units.clear();
    std::vector<std::uint32_t> units(cycle_.units.size());
    std::iota(units.begin(), units.end(), 0u);
    std::sort(units.begin(), units.end(), [&](auto a, auto b) { return cycle_.units[a] < cycle_.units[b]; });
    const auto loads = cycle_.loads();
    for (const auto u : units) {
      auto& tasks = held_by[u];
      const auto phase = [&](std::uint32_t t) { return (starts_[t] - earliest) % period_; };
      std::sort(tasks.begin(), tasks.end(), [&](auto a, auto b) { return phase(a) < phase(b); });
      schemas::UnitOrder order{cycle_.units[u].device, cycle_.units[u].unit, {}, Duration(loads[u])};
      for (const auto t : tasks) {
        auto ref = cycle_.tasks[t].ref;
        ref.lag = std::uint32_t(floor_of(starts_[t] - earliest, period_));
        order.order.push_back(ref);
      }
      plan.units.push_back(std::move(order));
    }
  }

  const Cycle& cycle_;
  const std::vector<std::int64_t>& starts_;
  std::int64_t period_;
};

bool fits(const schemas::CollaborationPlan& plan, const Sram& sram) {
  const auto used = sram_used(plan);
  return std::all_of(used.begin(), used.end(),
                     [&](const auto& entry) { return entry.second <= sram.at(entry.first); });
}

/// Orders in which runs are placed: as they stand, by length both ways, by their longest block, then
/// shuffled; each with several sets of units packed first.
std::vector<Variant> variants_of(const Cycle& cycle, const std::vector<std::vector<Block>>& blocks,
                                 std::uint32_t count) {
  std::vector<std::int64_t> length, longest;
  for (const auto& of_run : blocks) {
    length.push_back(0);
    longest.push_back(0);
    for (const auto& block : of_run) {
      length.back() += block.length;
      longest.back() = std::max(longest.back(), block.length);
    }
  }
  std::vector<std::uint32_t> runs(cycle.runs.size());
  std::iota(runs.begin(), runs.end(), 0u);
  std::vector<std::vector<std::uint32_t>> orders(4, runs);
  std::stable_sort(orders[1].begin(), orders[1].end(), [&](auto a, auto b) { return length[a] > length[b]; });
  std::stable_sort(orders[2].begin(), orders[2].end(),
                   [&](auto a, auto b) { return longest[a] > longest[b]; });
  std::stable_sort(orders[3].begin(), orders[3].end(), [&](auto a, auto b) { return length[a] < length[b]; });
  constexpr double kPacked[] = {1, 0.85, 0.6, 2};  // 2: none
  std::vector<Variant> variants;
  SplitMix64 random(1);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i / std::size(kPacked) >= orders.size()) {
      for (auto n = runs.size(); n > 1; --n) std::swap(runs[n - 1], runs[random.below(n)]);
      orders.push_back(runs);
    }
    variants.push_back({orders[i / std::size(kPacked)], kPacked[i % std::size(kPacked)]});
  }
  return variants;
}

/// How many trials a cycle is worth whose single trial takes time in proportion to the power of its tasks: as
/// many as asked for up to kFewTasks, then fewer, so that all take about as long; 0 where one takes longer.
std::uint32_t affordable(const Cycle& cycle, std::uint32_t trials, int power) {
  constexpr double kFewTasks = 200;
  const double more = std::max(1.0, double(cycle.tasks.size()) / kFewTasks);
  return std::uint32_t(double(trials) / std::pow(more, power));
}

/// Tries longer and longer periods until a timetable is found that fits the SRAM; keeps the fastest plan.
class Search {
 public:
  Search(const Cycle& cycle, const Sram& sram, const Effort& effort, const schemas::CollaborationPlan& plan)
      : cycle_(cycle),
        sram_(sram),
        blocks_(blocks_of(cycle)),
        variants_(variants_of(cycle, blocks_, std::max(1u, affordable(cycle, effort.variants, 1)))),
        evictions_(affordable(cycle, effort.evictions, 2)) {
    stretched_ = stretched(cycle, blocks_);
    distances_ = distances_of(cycle, blocks_, plan, sram);
    stretched_distances_ = distances_of(cycle, stretched_, plan, sram);
  }

  /// `plan` holds one run after the other and is the best so far, of rate `rate`.
  Result<GroupRate> improve(schemas::CollaborationPlan& plan, GroupRate rate) {
    std::int64_t shortest = 1;
    for (std::size_t u = 0; u < cycle_.units.size(); ++u) {
      std::int64_t load = 0;
      for (const auto& task : cycle_.tasks)
        if (std::find(task.units.begin(), task.units.end(), u) != task.units.end()) load += room_of(task);
      shortest = std::max(shortest, load);
    }
    for (const double factor : {1.0, 1.005, 1.015, 1.03, 1.06, 1.1, 1.17, 1.25, 1.4,  1.6, 1.8,
                                2.1, 2.5,   3.0,   4.0,  5.0,  7.0, 10.0, 15.0, 25.0, 40.0}) {
      const auto period = std::int64_t(double(shortest) * factor);
      if (double(period) >= rate.cycle_ns) break;
      const auto done = [&] { return rate.cycle_ns <= double(shortest); };
      for (const auto& variant : variants_) {
        if (auto status = keep(make_timetable(cycle_, blocks_, period, variant), period, plan, rate); !status)
          return status.error();
        if (done()) return rate;
      }
      // Dearer, and of use only where the other way has found nothing so fast.
      for (std::uint32_t n = 0; n < evictions_ && rate.cycle_ns > double(period) * kSlower; ++n) {
        const auto order = n / 2 == 0   ? BlockOrder::kLongestBlock
                           : n / 2 == 1 ? BlockOrder::kLongestRun
                                        : BlockOrder::kShuffled;
        const bool rigid = n % 2 == 0;
        const auto starts = place_by_eviction(cycle_, rigid ? blocks_ : stretched_,
                                              rigid ? distances_ : stretched_distances_, period, order, n);
        if (auto status = keep(starts, period, plan, rate); !status) return status.error();
        if (done()) return rate;
      }
    }
    return rate;
  }

 private:
  /// Writes a timetable into the plan where that makes it faster and fits the SRAM.
  Status keep(const std::optional<std::vector<std::int64_t>>& starts, std::int64_t period,
              schemas::CollaborationPlan& plan, GroupRate& rate) {
    if (!starts) return {};
    auto tried = plan;
    ReadOff(cycle_, *starts, period).write(tried);
    if (!fits(tried, sram_)) return {};
    const auto tried_rate = group_rate(tried);
    if (!tried_rate) return tried_rate.error();
    if (tried_rate->cycle_ns >= rate.cycle_ns) return {};
    rate = *tried_rate;
    plan = std::move(tried);
    return {};
  }

  /// A plan whose rate is this close to a period is not sought by eviction at that period.
  static constexpr double kSlower = 1.0001;

  const Cycle& cycle_;
  const Sram& sram_;
  std::vector<std::vector<Block>> blocks_;
  std::vector<Variant> variants_;
  std::vector<std::vector<Block>> stretched_;
  std::vector<Distance> distances_, stretched_distances_;
  std::uint32_t evictions_;
};

constexpr double kSame = 1e-6;      ///< relative: merits closer than this are equal
constexpr double kRounding = 1e-9;  ///< relative, of a rate

/// SRAM that the part may use: the others keep what they have.
Sram room_for(const schemas::CollaborationPlan& part, const schemas::CollaborationPlan& plan, Sram sram) {
  const auto all = sram_used(plan), own = sram_used(part);
  for (const auto& [device, bytes] : all) {
    const auto found = own.find(device);
    sram.at(device) -= bytes - (found == own.end() ? 0 : found->second);
  }
  return sram;
}

/// How long the busiest unit is held in a cycle: ns.
std::int64_t busiest_load(const schemas::CollaborationPlan& part) {
  const auto loads = flatten(part.pipelines).loads();
  return *std::max_element(loads.begin(), loads.end());
}

/// `part` is one group, with one slot for each buffer. All its runs are packed together.
Result<Executable> pack(schemas::CollaborationPlan& part, const Sram& sram, const Effort& effort) {
  const auto cycle = flatten(part.pipelines);
  std::int64_t period = 0;
  const auto starts = one_after_the_other(cycle, period);
  ReadOff(cycle, starts, period).write(part);
  auto rate = group_rate(part);
  if (!rate) return rate.error();
  if (!part.overlap) return Executable{*rate, rate->cycle_ns};
  rate = Search(cycle, sram, effort, part).improve(part, *rate);
  if (!rate) return rate.error();
  return Executable{*rate, double(busiest_load(part))};
}

/// The plan with so few runs that each execution plan is run once in a cycle.
schemas::CollaborationPlan shortest_cycle(schemas::CollaborationPlan part) {
  for (auto& pipeline : part.pipelines) {
    std::vector<std::uint32_t> once(pipeline.executions.size());
    std::iota(once.begin(), once.end(), 0u);
    set_sequence(pipeline, once);
  }
  return part;
}

/// What plans are compared by, the first that differs decides. Whether each pipeline has what it must have
/// (1, or the part of it that the worst one has). Then, in objective `sum`, the weighted sum of runs per
/// second; else runs per second and weight, ascending, as `fair` compares them. Turns that a pipeline has no
/// use for do not count.
std::vector<double> merits_of(const schemas::CollaborationPlan& part, double cycle_ns, const Wishes& wishes) {
  std::vector<double> merits;
  double sum = 0, kept = 1;
  for (std::size_t p = 0; p < part.pipelines.size(); ++p) {
    const double turns = part.pipelines[p].runs_per_cycle / cycle_ns * 1e9;
    const double rate = std::min(turns, wishes[p].at_most), weight = part.pipelines[p].weight;
    if (turns < wishes[p].at_least * (1 - kRounding)) kept = std::min(kept, turns / wishes[p].at_least);
    merits.push_back(rate / weight);
    sum += weight * rate;
  }
  std::sort(merits.begin(), merits.end());
  if (part.objective == schemas::Objective::kSum) merits = {sum};
  merits.insert(merits.begin(), kept);
  return merits;
}

/// `same`: what is so near, relative to the other, counts as equal.
bool is_better(const std::vector<double>& a, const std::vector<double>& b, double same) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (std::abs(a[k] - b[k]) > same * b[k]) return a[k] > b[k];
  return false;
}

/// A plan, and its rate.
struct Rated {
  schemas::CollaborationPlan plan;
  GroupRate rate;

  [[nodiscard]] std::vector<double> merits(const Wishes& wishes) const {
    return merits_of(plan, rate.cycle_ns, wishes);
  }
};

/// The plan of a timetable, where it fits.
std::optional<Rated> rated(LongerCycle made, const Sram& sram) {
  ReadOff(flatten(made.plan.pipelines), made.starts, made.period).write(made.plan);
  if (!fits(made.plan, sram)) return std::nullopt;
  const auto rate = group_rate(made.plan);
  if (!rate) return std::nullopt;
  return Rated{std::move(made.plan), *rate};
}

/// A cycle like `part`'s, made from the shortest one; with as many of the further runs as have a place.
/// `shortest`: of a cycle that has all of them.
Result<Rated> grown(const schemas::CollaborationPlan& part, const Sram& sram, const Effort& effort,
                    const Wishes& wishes, std::int64_t shortest) {
  auto base = shortest_cycle(part);
  const auto packed = pack(base, sram, effort);
  if (!packed) return packed.error();
  std::uint32_t times = schemas::kMaxRunsPerCycle;
  std::vector<std::vector<std::uint32_t>> wanted;
  for (std::size_t p = 0; p < part.pipelines.size(); ++p) {
    wanted.push_back(sequence_of(part.pipelines[p]));
    times = std::min(times, part.pipelines[p].runs_per_cycle / base.pipelines[p].runs_per_cycle);
  }
  times = std::max(1u, times);
  constexpr double kNearlySame = 1e-4;
  constexpr int kMostTurns = 4;
  std::optional<Rated> best;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    std::optional<Rated> longer;
    for (auto& made : repeat_and_fill(base, packed->rate.cycle_ns, times, wanted, shortest, sram))
      if (auto tried = rated(std::move(made), sram);
          tried && (!longer || is_better(tried->merits(wishes), longer->merits(wishes), kSame)))
        longer = std::move(tried);
    if (!longer) break;
    const auto needed = busiest_load(longer->plan);
    for (std::size_t p = 0; p < wanted.size(); ++p) wanted[p] = sequence_of(longer->plan.pipelines[p]);
    if (!best || is_better(longer->merits(wishes), best->merits(wishes), kSame)) best = std::move(longer);
    // Where runs were left out, the others may go faster.
    if (needed >= shortest || double(shortest) <= packed->rate.cycle_ns * times) break;
    shortest = needed;
  }
  // Many runs may make a cycle longer by a few ns each, for a timetable gives every task a place of its own:
  // that is no reason to leave them out.
  auto only_base = Rated{std::move(base), packed->rate};
  if (best && !is_better(only_base.merits(wishes), best->merits(wishes), kNearlySame))
    return std::move(*best);
  return only_base;
}

/// Whether all runs that are asked for have their place, in about the least time that they need.
bool is_whole(const Rated& made, const schemas::CollaborationPlan& asked, double least_ns) {
  constexpr double kNothingLost = 1.0005;
  if (made.rate.cycle_ns > least_ns * kNothingLost) return false;
  for (std::size_t p = 0; p < asked.pipelines.size(); ++p)
    if (made.plan.pipelines[p].runs_per_cycle < asked.pipelines[p].runs_per_cycle) return false;
  return true;
}

/// Packed together, or made from a shorter cycle: whichever is better.
Result<Executable> make_group_executable(schemas::CollaborationPlan& part, const Sram& sram,
                                         const Effort& effort, const Wishes& wishes) {
  constexpr std::uint32_t kMostToPack = 96;  // runs; more take long to pack together, and seldom well
  std::uint32_t runs = 0, ways = 0;
  for (const auto& pipeline : part.pipelines) {
    runs += pipeline.runs_per_cycle;
    ways += std::uint32_t(pipeline.executions.size());
  }
  if (!part.overlap || runs == ways) return pack(part, sram, effort);
  const auto bound = busiest_load(part);
  auto longer = grown(part, sram, effort, wishes, bound);
  if (!longer) return longer.error();
  if (!is_whole(*longer, part, double(bound)) && runs <= kMostToPack) {
    const auto packed = pack(part, sram, effort);
    if (!packed) return packed.error();
    if (is_better(merits_of(part, packed->rate.cycle_ns, wishes), longer->merits(wishes), kSame))
      return packed;
  }
  part = std::move(longer->plan);
  return Executable{longer->rate, double(busiest_load(part))};
}

}  // namespace

Result<std::vector<Executable>> make_executable(schemas::CollaborationPlan& plan, const Sram& sram,
                                                const Effort& effort, const Wishes& wishes) {
  plan.units.clear();
  std::vector<Executable> made(plan.pipelines.size());
  if (auto status = set_buffers(plan, sram); !status) return status.error();
  for (const auto& group : groups_of(plan)) {
    auto part = part_of(plan, group);
    Wishes own;
    for (const auto p : group) own.push_back(p < wishes.size() ? wishes[p] : Wish{});
    const auto done = make_group_executable(part, room_for(part, plan, sram), effort, own);
    if (!done) return done.error();
    for (const auto p : group) made[p] = *done;
    put_back(plan, group, std::move(part));
  }
  return made;
}

}  // namespace synergy::schedule
