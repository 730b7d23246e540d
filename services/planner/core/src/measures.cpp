#include "synergy/planner/measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "rates.hpp"

namespace synergy::planner {
namespace {

/// Rounds per second: the rate of the pipelines that nothing else holds back. Where each is paced, that of
/// the slowest one's turns.
double round_rate(const schemas::CollaborationPlan& plan) {
  double most = 0, turns = std::numeric_limits<double>::infinity();
  for (const auto& pipeline : plan.pipelines) {
    if (!pipeline.paced) most = std::max(most, pipeline.runs_per_second);
    if (pipeline.cycle > Duration(0))
      turns = std::min(turns, pipeline.runs_per_cycle * 1e9 / double(pipeline.cycle.count()));
  }
  return most > 0 || !std::isfinite(turns) ? most : turns;
}

double weighted_sum(const Problem& problem, const schemas::CollaborationPlan& plan) {
  double sum = 0;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    sum += problem.pipelines[p].app.weight * plan.pipelines[p].runs_per_second;
  return sum;
}

/// Of the devices that have a battery; 0 where none has.
double hours_of_the_first(const schemas::CollaborationPlan& plan) {
  double hours = 0;
  for (const auto& device : plan.devices)
    if (device.hours > 0 && (hours == 0 || device.hours < hours)) hours = *device.hours;
  return hours;
}

}  // namespace

std::vector<double> energy_parts(const Problem& problem) {
  std::vector<double> parts;
  bool all_ask = true;
  for (const auto& pipeline : problem.pipelines) {
    const auto& app = pipeline.app;
    parts.push_back(app.rate > 0 ? app.rate : app.min_rate);
    all_ask = all_ask && parts.back() > 0;
  }
  if (!all_ask)
    for (std::size_t p = 0; p < parts.size(); ++p) parts[p] = problem.pipelines[p].app.weight;
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  for (auto& part : parts) part /= sum;
  return parts;
}

Status check_objective(const Problem& problem, Objective objective) {
  if (objective != Objective::kLifetime) return {};
  for (const auto& pipeline : problem.pipelines)
    if (!(lasting_rate(problem.body, pipeline) > 0))
      return Error{
          ErrorCode::kInvalid,
          "app '" + pipeline.app.app.text() +
              "' asks for no rate, and objective 'lifetime' makes a plan for the rates that are asked "
              "for: give the app 'rate' or 'min_rate'"};
  for (const auto* device : present_devices(problem.body))
    if (problem.body.hours_at(*device, 1).value_or(0) > 0) return {};
  return problem.pipelines.empty()
             ? Status()
             : Status(Error{ErrorCode::kInvalid,
                            "objective 'lifetime' needs a device with a battery that is not empty, and no "
                            "present device has one ('battery_mwh' of its profile)"});
}

double advantage(double a, double b, Objective objective) {
  if (b == 0) return 0;
  return more_is_better(objective) ? (a - b) / b : (b - a) / b;
}

std::vector<double> shares_of_rate(const Problem& problem, const schemas::CollaborationPlan& plan) {
  std::vector<double> shares;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    shares.push_back(plan.pipelines[p].runs_per_second / problem.pipelines[p].app.weight);
  std::sort(shares.begin(), shares.end());
  return shares;
}

double objective_value(const Problem& problem, const schemas::CollaborationPlan& plan, Objective objective) {
  if (plan.pipelines.empty()) return 0;
  switch (objective) {
    case Objective::kFair:
      return shares_of_rate(problem, plan).front();
    case Objective::kRounds:
      return round_rate(plan);
    case Objective::kSum:
      return weighted_sum(problem, plan);
    case Objective::kLifetime:
      return hours_of_the_first(plan);
    case Objective::kLatency:
      return double(plan.latency.count()) / 1e3;
    case Objective::kEnergy:
      break;
  }
  const auto parts = energy_parts(problem);
  double energy = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) energy += parts[p] * plan.pipelines[p].energy_uj;
  return energy;
}

}  // namespace synergy::planner
