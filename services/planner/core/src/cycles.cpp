#include "cycles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "demands.hpp"
#include "synergy/schedule/cycle.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;
using schemas::Objective;

constexpr double kSame = 1e-9;
/// Orders lose a little of what loads allow: minimum rates are aimed at from so much above, where that can
/// be.
constexpr double kAboveFloors = 1.002;
/// What one run more in a cycle must gain, as a part of a rate.
constexpr double kGainOfARun = 1e-4;

/// Runs of each pipeline of a group in its cycle, and what that costs.
struct Counts {
  std::vector<std::uint32_t> runs;  ///< in the group's order
  std::uint32_t sum = 0;
  bool keeps_least = false;  ///< whether each pipeline has the turns that it must have
  double loss = 1;           ///< the largest part of a rate that is lost
};

class GroupCycle {
 public:
  GroupCycle(const CollaborationPlan& plan, const schemas::PipelineGroup& group, const Loads& loads,
             const std::vector<Target>& targets, const schedule::Sram& sram, std::uint32_t most,
             double above_floors)
      : plan_(plan),
        group_(group),
        loads_(loads),
        targets_(targets),
        sram_(sram),
        most_(most),
        above_floors_(above_floors) {
    slowest_ = targets[group.front()].turns;
    for (const auto p : group) slowest_ = std::min(slowest_, targets[p].turns);
  }

  /// The counts to take.
  [[nodiscard]] Counts best() const {
    auto best = of(1);
    if (best.sum > most_) return as_many_as_may_be();
    for (std::uint32_t runs = 2; runs <= most_ && (!best.keeps_least || best.loss > kSame); ++runs) {
      auto counts = of(runs);
      if (counts.sum > most_ || (best.keeps_least && kGainOfARun * counts.sum > cost(best))) break;
      if (is_better(counts, best)) best = std::move(counts);
    }
    return best;
  }

 private:
  /// Turns per second.
  [[nodiscard]] double least_of(const Target& target) const {
    return target.least * (target.is_paced ? 1 : above_floors_);
  }
  /// A loss that is too great is worse than any cycle's length.
  [[nodiscard]] static double cost(const Counts& counts) {
    return (counts.loss > kMostLoss ? 1 : 0) + std::max(0.0, counts.loss) + kGainOfARun * counts.sum;
  }
  [[nodiscard]] static bool is_better(const Counts& a, const Counts& b) {
    if (a.keeps_least != b.keeps_least) return a.keeps_least;
    return cost(a) < cost(b) - kSame;
  }
  /// Where one run of the slowest pipeline is too many: each has the same part of what it would have beside
  /// that, but one run of each way.
  [[nodiscard]] Counts as_many_as_may_be() const {
    double fits = 0, too_many = 1;
    for (int step = 0; step < 32; ++step) {
      const double part = (fits + too_many) / 2;
      (of(part).sum <= most_ ? fits : too_many) = part;
    }
    return of(fits);
  }
  /// Where the slowest pipeline makes so many runs.
  [[nodiscard]] Counts of(double slowest_runs) const {
    Counts counts;
    for (const auto p : group_) {
      // Where nothing holds the slowest one, its tasks take no time, and any proportion is right.
      const double exact =
          std::isfinite(slowest_) ? targets_[p].turns / slowest_ * slowest_runs : slowest_runs;
      const double near = std::round(exact);
      const bool is_whole = std::abs(exact - near) <= 1e-7 * near;
      const double whole = is_whole ? near : targets_[p].is_paced ? std::ceil(exact) : std::floor(exact);
      const auto ways = double(plan_.pipelines[p].executions.size());
      counts.runs.push_back(std::uint32_t(std::clamp(whole, ways, std::max(ways, double(most_)))));
      counts.sum += counts.runs.back();
    }
    measure(counts);
    if (auto raised = counts; !counts.keeps_least && raise_to_least(raised)) return raised;
    return counts;
  }
  /// Sets what follows from the runs. Returns the cycle: s.
  double measure(Counts& counts) const {
    std::vector<double> in_cycle(loads_.size(), 0.0);
    for (std::size_t k = 0; k < group_.size(); ++k) in_cycle[group_[k]] = counts.runs[k];
    const double cycle = busiest_with_ways(in_cycle);
    counts.loss = 0;
    counts.keeps_least = true;
    for (std::size_t k = 0; k < group_.size(); ++k) {
      const auto& target = targets_[group_[k]];
      counts.loss = std::max(counts.loss, 1 - counts.runs[k] / cycle / target.turns);
      counts.keeps_least = counts.keeps_least && counts.runs[k] >= least_of(target) * cycle * (1 - kSame);
    }
    return cycle;
  }
  /// Adds runs until each pipeline has the turns that it must have. That makes the cycle longer, so that more
  /// may be needed. False where there would be too many.
  bool raise_to_least(Counts& counts) const {
    constexpr int kMostSteps = 16;
    for (int step = 0; step < kMostSteps && counts.sum <= most_; ++step) {
      const double cycle = measure(counts);
      if (counts.keeps_least) return true;
      for (std::size_t k = 0; k < group_.size(); ++k) {
        const double needed = std::ceil(least_of(targets_[group_[k]]) * cycle * (1 - kSame));
        if (needed > most_) return false;
        const auto more = std::uint32_t(needed) - std::min(std::uint32_t(needed), counts.runs[k]);
        counts.runs[k] += more;
        counts.sum += more;
      }
    }
    return false;
  }

  /// Seconds that the busiest unit, or place in the SRAM, needs for these runs, each pipeline's spread over
  /// its ways in whole runs.
  [[nodiscard]] double busiest_with_ways(const std::vector<double>& runs) const {
    bool any_shares = false;
    for (const auto p : group_) any_shares = any_shares || plan_.pipelines[p].executions.size() > 1;
    if (!any_shares || !plan_.overlap) return busiest(loads_, runs);
    auto tried = schedule::part_of(plan_, group_);
    for (std::size_t k = 0; k < group_.size(); ++k) {
      auto& executions = tried.pipelines[k].executions;
      const auto counts = counts_of(executions, std::uint32_t(runs[group_[k]]));
      for (std::size_t e = 0; e < counts.size(); ++e) executions[e].share = counts[e];
    }
    return busiest(loads_of(tried, sram_), std::vector<double>(group_.size(), 1.0));
  }

  [[nodiscard]] static std::vector<std::uint32_t> counts_of(
      const std::vector<schemas::ExecutionPlan>& executions, std::uint32_t runs) {
    std::vector<double> shares;
    for (const auto& execution : executions) shares.push_back(execution.share);
    return schedule::counts_of(shares, runs);
  }

  const CollaborationPlan& plan_;
  const schemas::PipelineGroup& group_;
  const Loads& loads_;
  const std::vector<Target>& targets_;
  const schedule::Sram& sram_;
  std::uint32_t most_;
  double above_floors_;
  double slowest_ = 0;
};

/// Runs that a group's cycle has at least: one of each way.
std::uint32_t least_runs(const CollaborationPlan& plan, const schemas::PipelineGroup& group) {
  std::uint32_t runs = 0;
  for (const auto p : group) runs += std::uint32_t(plan.pipelines[p].executions.size());
  return runs;
}

void set_runs(schemas::PipelinePlan& pipeline, std::uint32_t runs) {
  std::vector<double> shares;
  for (const auto& execution : pipeline.executions) shares.push_back(execution.share);
  schedule::set_sequence(pipeline, schedule::alternate(schedule::counts_of(shares, runs)));
}

/// Why an app has no more than `rate`, which its demand caps.
std::string cap_of(const Problem& problem, std::size_t p) {
  const auto& app = problem.pipelines[p].app;
  const auto demand = demand_of(problem.body, problem.pipelines[p]);
  return app.rate > 0 && app.rate <= demand.cap
             ? "its own rate"
             : "fresh frames of sensor '" + app.sensing.needs +
                   (app.trigger == schemas::Trigger::kFrame ? "' (trigger: frame)" : "' (repeat: false)");
}

/// Devices whose SRAM holds the input of a chunk or its output, but not both: for how long a run takes that
/// place, ns. The ways from the source and to the target are left out: their tensors may wait elsewhere.
std::map<DeviceId, double> single_places(const schemas::ExecutionPlan& execution,
                                         const schedule::Sram& sram) {
  std::map<DeviceId, double> held;
  for (std::uint32_t k = 0; k < execution.chunks.size(); ++k) {
    const auto& device = execution.chunks[k].device;
    const auto room = sram.find(device);
    if (room == sram.end()) continue;
    const bool is_first = k == 0, is_last = k + 1 == execution.chunks.size();
    std::uint64_t in = 0, out = 0;
    double time = 0;
    for (const auto& step : execution.steps) {
      const bool here = step.device == device && step.chunk == k;
      const auto ns = double(step.duration.count());
      if (step.kind == schemas::TaskKind::kTransfer) {
        // The result may come back to the device, as its target, and the input from there: neither is a
        // tensor of the chunk's. A transfer that is streamed into a chunk only is numbered by that chunk.
        const auto next = step.chunk + (step.loads && !step.unloads ? 0 : 1);
        const bool comes = step.to == device && !is_first && next == k;
        const bool goes = step.device == device && !is_last && next == k + 1;
        if (comes || goes) time += ns;
      } else if (here && step.kind == schemas::TaskKind::kLoad) {
        in = step.bytes;
        if (!is_first) time += ns;
      } else if (here && step.kind == schemas::TaskKind::kInfer) {
        time += ns;
      } else if (here &&
                 (step.kind == schemas::TaskKind::kUnload || step.kind == schemas::TaskKind::kUnpack)) {
        if (step.kind == schemas::TaskKind::kUnload) out = step.bytes;
        if (!is_last) time += ns;
      }
    }
    if (in > 0 && out > 0 && in <= room->second && out <= room->second && in + out > room->second)
      held[device] += time;
  }
  return held;
}

/// Runs per second.
std::vector<double> rates_by(Objective objective, const Loads& loads, const std::vector<Demand>& demands) {
  if (objective == Objective::kRounds) return std::vector<double>(loads.size(), 1e9 / round_time(loads));
  if (objective == Objective::kSum) return rates_of_greatest_sum(loads, demands).rates;
  return fair_rates(loads, demands);
}

}  // namespace

Loads loads_of(const CollaborationPlan& plan, const schedule::Sram& sram) {
  Loads loads(plan.pipelines.size());
  std::map<schemas::UnitRef, std::uint32_t> numbers;
  std::map<DeviceId, std::uint32_t> places;
  const auto next = [&] { return std::uint32_t(numbers.size() + places.size()); };
  for (std::size_t p = 0; p < loads.size(); ++p) {
    std::map<std::uint32_t, double> sums;
    for (const auto& execution : plan.pipelines[p].executions) {
      if (!plan.overlap) {
        sums[0] += execution.share * double(execution.latency.count());
        continue;
      }
      for (const auto& step : execution.steps)
        for (const auto& unit : schemas::units_held(step))
          sums[numbers.emplace(unit, next()).first->second] +=
              execution.share * double(step.duration.count());
      for (const auto& [device, ns] : single_places(execution, sram))
        sums[places.emplace(device, next()).first->second] += execution.share * ns;
    }
    loads[p].assign(sums.begin(), sums.end());
  }
  return loads;
}

schedule::Sram sram_of(const schemas::BodyView& body) {
  schedule::Sram sram;
  for (const auto& device : body.devices)
    sram[device.id] = std::uint64_t(body.profile_of(device).sram_for_tensors_bytes.value);
  return sram;
}

Planned<std::vector<Target>> targets_of(const Problem& problem, const CollaborationPlan& plan,
                                        const std::vector<Demand>& demands) {
  const auto loads = loads_of(plan, sram_of(problem.body));
  if (!floors_fit(loads, demands))
    return Refusal{RefusalKind::kOutOfResource, "the apps' min_rates do not fit together on these ways"};
  const auto rates = rates_by(plan.objective, loads, demands);
  std::vector<Target> targets;
  for (std::size_t p = 0; p < rates.size(); ++p) {
    if (!(rates[p] > 0))
      return Refusal{RefusalKind::kOutOfResource,
                     "app '" + problem.pipelines[p].app.app.text() +
                         "': the others' min_rates leave nothing for it on these ways"};
    Target target{std::min(rates[p], demands[p].cap), rates[p], demands[p].floor, false, {}, demands[p].cap};
    if (std::isfinite(target.at_most))
      target.paced_by =
          plan.objective == Objective::kLifetime ? "the least rate it asks for" : cap_of(problem, p);
    if (rates[p] >= demands[p].cap * (1 - kSame)) {
      target.is_paced = true;
      target.least = target.rate;
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

void choose_cycles(CollaborationPlan& plan, const std::vector<Target>& targets, const schedule::Sram& sram) {
  const auto loads = loads_of(plan, sram);
  const auto groups = schemas::groups_of(plan);
  // What no group needs at least is shared by those that more runs are of use to.
  std::uint32_t needed = 0, takers = 0;
  for (const auto& group : groups) {
    const auto least = least_runs(plan, group);
    needed += least;
    takers += least > 1;
  }
  auto spare = schemas::kMaxRunsPerCycle - std::min(schemas::kMaxRunsPerCycle, needed);
  for (const auto& group : groups) {
    const auto least = least_runs(plan, group);
    const auto most = least + (least > 1 ? spare / takers : 0);
    auto counts = GroupCycle(plan, group, loads, targets, sram, most, kAboveFloors).best();
    if (!counts.keeps_least) counts = GroupCycle(plan, group, loads, targets, sram, most, 1).best();
    spare -= std::min(spare, counts.sum - std::min(counts.sum, least));
    takers -= least > 1;
    for (std::size_t k = 0; k < group.size(); ++k) set_runs(plan.pipelines[group[k]], counts.runs[k]);
  }
}

}  // namespace synergy::planner
