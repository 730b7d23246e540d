#include "synergy/planner/measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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
