#include "synergy/dispatcher/better_plan.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace synergy::dispatcher {
namespace {

using schemas::CollaborationPlan;

std::set<AppId> served_by(const CollaborationPlan& plan) {
  std::set<AppId> apps;
  for (const auto& pipeline : plan.pipelines) apps.insert(pipeline.app);
  return apps;
}

bool is_more(double value, double than) { return value > than * (1 + kSameFigure); }

/// Rounds per second: the rate of the apps that nothing of their own holds back.
double round_rate(const CollaborationPlan& plan) {
  double most = 0;
  for (const auto& pipeline : plan.pipelines) most = std::max(most, pipeline.runs_per_second);
  return most;
}

/// Each app's rate by its weight, the lowest first.
std::vector<double> shares(const CollaborationPlan& plan, const Apps& apps) {
  std::vector<double> all;
  for (const auto& pipeline : plan.pipelines) {
    const auto* app = apps.find(pipeline.app);
    all.push_back(pipeline.runs_per_second / (app != nullptr ? app->status.request.weight : 1));
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// The first level at which they differ decides.
bool is_fairer(const CollaborationPlan& plan, const CollaborationPlan& than, const Apps& apps) {
  const auto mine = shares(plan, apps), theirs = shares(than, apps);
  for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
    if (is_more(mine[i], theirs[i])) return true;
    if (is_more(theirs[i], mine[i])) return false;
  }
  return false;
}

}  // namespace

bool same_service(const CollaborationPlan& a, const CollaborationPlan& b) {
  return a.pipelines == b.pipelines && a.units == b.units && a.overlap == b.overlap && a.order == b.order &&
         a.left_out == b.left_out;
}

bool is_better(const CollaborationPlan& plan, const CollaborationPlan& than, const Apps& apps) {
  if (served_by(plan) != served_by(than)) return plan.pipelines.size() >= than.pipelines.size();
  switch (plan.objective) {
    case schemas::Objective::kFair:
      break;
    case schemas::Objective::kRounds:
      return is_more(round_rate(plan), round_rate(than));
    case schemas::Objective::kSum:
    case schemas::Objective::kLifetime:
      return is_more(plan.objective_value, than.objective_value);
    case schemas::Objective::kLatency:
      return is_more(double(than.latency.count()), double(plan.latency.count()));
    case schemas::Objective::kEnergy:
      return is_more(than.energy_uj, plan.energy_uj);
  }
  return is_fairer(plan, than, apps);
}

}  // namespace synergy::dispatcher
