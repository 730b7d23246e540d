#include "synergy/planner_service/planner_service.hpp"

#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::planner_service {
namespace {

using planner::Refusal;
using planner::RefusalKind;

ErrorCode code_of(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::kOutOfResource:
    case RefusalKind::kInfeasible:
      return ErrorCode::kNoFit;
    case RefusalKind::kInvalid:
      return ErrorCode::kInvalid;
    case RefusalKind::kBudgetSpent:
      break;
  }
  return ErrorCode::kTimeout;
}

Error error_of(const Refusal& refusal) { return {code_of(refusal.kind), refusal.text()}; }

schemas::LeftOut left_out_by(const Refusal& refusal, const AppId& app) {
  return {app, refusal.text(), std::string(name_of(code_of(refusal.kind))), refusal.kind};
}

/// Other apps may find room where these do not; a planner that ran out of budget would do so again.
bool is_of_the_apps(const Refusal& refusal) { return refusal.kind != RefusalKind::kBudgetSpent; }

}  // namespace

Result<planner::Pipeline> PlannerService::pipeline_of(const schemas::AppRequest& app) const {
  auto model = read_model(deploy_, app.model);
  if (!model) return model.error().at("app '" + app.app.text() + "'");
  return planner::Pipeline{app, std::move(*model)};
}

planner::Planned<schemas::CollaborationPlan> PlannerService::plan(const planner::Problem& problem,
                                                                  const std::string& policy) const {
  planner::ReplanOptions options;
  options.solve.policy = policy.empty() ? settings_.policy : policy;
  const planner::Budget budget(settings_.budget_nodes);
  auto outcome = running_ ? planner::replan(problem, *running_, options, budget).outcome
                          : planner::solve(problem, options.solve, budget);
  if (!outcome.has_plan()) return outcome.refusal();
  return std::move(outcome.plan);
}

/// The first in the list that find room together; the others are left out with the reason.
Result<schemas::CollaborationPlan> PlannerService::plan_most(std::vector<planner::Pipeline> pipelines,
                                                             std::vector<schemas::LeftOut> left_out,
                                                             const std::string& policy) const {
  planner::Problem problem{*body_, std::move(pipelines)};
  schemas::CollaborationPlan best;
  best.body = body_->name;
  auto whole =
      problem.pipelines.empty() ? planner::Planned<schemas::CollaborationPlan>(best) : plan(problem, policy);
  if (whole) {
    best = std::move(*whole);
  } else if (!is_of_the_apps(whole.error())) {
    return error_of(whole.error());
  } else {
    auto candidates = std::exchange(problem.pipelines, {});
    for (auto& candidate : candidates) {
      const auto app = candidate.app.app;
      problem.pipelines.push_back(std::move(candidate));
      auto made = plan(problem, policy);
      if (made) {
        best = std::move(*made);
        continue;
      }
      if (!is_of_the_apps(made.error())) return error_of(made.error());
      problem.pipelines.pop_back();
      left_out.push_back(left_out_by(made.error(), app));
    }
  }
  if (!left_out.empty()) {
    std::vector<std::string> names;
    for (const auto& app : left_out) names.push_back("'" + app.app.text() + "'");
    best.reason += (best.reason.empty() ? "" : "; ") + ("no room for " + list_of(names));
  }
  best.left_out = std::move(left_out);
  return best;
}

Result<schemas::CollaborationPlan> PlannerService::on(const schemas::PlanMake& request) const {
  if (!body_) return Error{ErrorCode::kUnavailable, "the body is not known yet; the monitor publishes it"};
  if (const auto& policy = request.policy; !policy.empty() && planner::find_policy(policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", policy, planner::policy_names())};
  std::vector<planner::Pipeline> pipelines;
  std::vector<schemas::LeftOut> left_out;
  for (const auto& app : request.apps) {
    auto pipeline = pipeline_of(app);
    if (pipeline)
      pipelines.push_back(std::move(*pipeline));
    else if (request.leave_out)
      left_out.push_back({app.app, pipeline.error().message, std::string(name_of(pipeline.error().code))});
    else
      return pipeline.error();
  }
  if (!request.leave_out) {
    auto made = plan({*body_, std::move(pipelines)}, request.policy);
    if (!made) return error_of(made.error());
    made->id = request.id;
    return std::move(*made);
  }
  auto made = plan_most(std::move(pipelines), std::move(left_out), request.policy);
  if (made) made->id = request.id;
  return made;
}

}  // namespace synergy::planner_service
