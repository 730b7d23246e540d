#include "demands.hpp"

#include <algorithm>
#include <cmath>

#include "search/improve.hpp"
#include "synergy/planner/linear_program.hpp"

namespace synergy::planner {
namespace {

constexpr std::uint64_t kNodesAlone = 200'000;
constexpr double kNs = 1e9;  ///< in a second

LoneRate lone_rate(search::Context& context, std::size_t p) {
  std::vector<double> only(context.space.pipelines.size(), 0.0);
  only[p] = 1;  // a peak is then the time that one run holds its busiest unit
  context.set_rates(only);
  Budget budget(kNodesAlone);
  const auto alone = search::search_alone(context, p, budget);
  const std::vector<search::Sharing> unknown(context.space.devices.size(), search::Sharing::kUnknown);
  const double relaxed = search::relax(context.space, unknown, {}, alone.least).bound;
  return {kNs / alone.least, kNs / (alone.is_proved ? alone.least : relaxed), kNs / relaxed};
}

/// What rates of greatest sum are asked of: the floors taken off, and every rate counted in its own most.
class RatesProgram {
 public:
  RatesProgram(const Loads& loads, const std::vector<Demand>& demands) {
    std::uint32_t units = 0;
    for (const auto& own : loads)
      for (const auto& [unit, ns] : own) units = std::max(units, unit + 1);
    room_.assign(units, 1.0);
    for (std::size_t p = 0; p < loads.size(); ++p)
      for (const auto& [unit, ns] : loads[p]) room_[unit] -= demands[p].floor * ns / kNs;
    for (std::size_t p = 0; p < loads.size(); ++p) {
      double most = demands[p].cap - demands[p].floor;
      for (const auto& [unit, ns] : loads[p])
        if (ns > 0) most = std::min(most, std::max(0.0, room_[unit]) * kNs / ns);
      spare_.push_back(std::max(0.0, most));
    }
  }

  GreatestSum solve(const Loads& loads, const std::vector<Demand>& demands) {
    double scale = 0;
    for (std::size_t p = 0; p < loads.size(); ++p)
      if (std::isfinite(spare_[p])) scale = std::max(scale, demands[p].weight * spare_[p]);
    std::vector<LinearProgram::Row> rows;
    for (const auto room : room_) rows.push_back(LinearProgram::at_most(std::max(0.0, room)));
    LinearProgram program(rows);
    for (std::size_t p = 0; p < loads.size(); ++p) {
      const double most = is_open(p) ? spare_[p] : 0;
      LinearProgram::Column column;
      for (const auto& [unit, ns] : loads[p])
        if (ns > 0 && most > 0) column.emplace_back(unit, most * ns / kNs);
      // It ends at its cap, or where a unit is full.
      const double ends = most > 0 ? (demands[p].cap - demands[p].floor) / most : 1;
      program.add(scale > 0 ? -demands[p].weight * most / scale : 0, column, ends);
    }
    const bool solved = program.solve() == LinearProgram::Status::kOptimal;
    GreatestSum found;
    for (std::size_t p = 0; p < loads.size(); ++p) {
      const double part = solved ? std::clamp(program.value(p), 0.0, 1.0) : 0;
      // Where nothing holds it, it has all that it may have.
      found.rates.push_back(is_open(p) ? demands[p].floor + part * spare_[p] : demands[p].cap);
    }
    for (std::size_t unit = 0; unit < room_.size(); ++unit)
      found.prices.push_back(solved ? scale * std::max(0.0, -program.dual(unit)) : 0);
    return found;
  }

 private:
  [[nodiscard]] bool is_open(std::size_t p) const { return std::isfinite(spare_[p]); }

  std::vector<double> room_;   ///< of each unit, beside the floors
  std::vector<double> spare_;  ///< the most beside its floor of each pipeline, the others at their floors
};

}  // namespace

const std::vector<LoneRate>& lone_rates(CostModel& costs, const SolveOptions& options) {
  auto& known = costs.known_lone_rates();
  if (known) return *known;
  auto alone = options;
  alone.objective = Objective::kRounds;
  std::vector<LoneRate> rates(costs.problem().pipelines.size());
  if (auto space = search::Space::build(costs, alone)) {
    space->floors.clear();
    search::Context context(costs.problem(), std::move(*space));
    for (std::size_t p = 0; p < rates.size(); ++p) rates[p] = lone_rate(context, p);
  }
  return known.emplace(std::move(rates));
}

std::vector<Demand> demands_for(CostModel& costs, const SolveOptions& options) {
  auto demands = demands_of(costs.problem());
  if (options.objective == Objective::kLifetime)
    for (std::size_t p = 0; p < demands.size(); ++p)
      demands[p].floor = demands[p].cap = lasting_rate(costs.problem().body, costs.problem().pipelines[p]);
  if (options.objective == Objective::kSum)
    for (std::size_t p = 0; p < demands.size(); ++p)
      if (const double alone = std::min(demands[p].cap, lone_rates(costs, options)[p].rate);
          demands[p].floor == 0 && std::isfinite(alone))
        demands[p].floor = kPartOfLoneRate * alone;
  return demands;
}

GreatestSum rates_of_greatest_sum(const Loads& loads, const std::vector<Demand>& demands) {
  return RatesProgram(loads, demands).solve(loads, demands);
}

}  // namespace synergy::planner
