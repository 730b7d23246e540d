#include "synergy/planner_service/planner_service.hpp"

#include "synergy/planner_service/read_model.hpp"

namespace synergy::planner_service {
namespace {

ErrorCode code_of(planner::OutcomeKind kind) {
  switch (kind) {
    case planner::OutcomeKind::kOutOfResource:
    case planner::OutcomeKind::kInfeasible:
      return ErrorCode::kNoFit;
    case planner::OutcomeKind::kInvalidProblem:
      return ErrorCode::kInvalid;
    case planner::OutcomeKind::kBudgetSpent:
      return ErrorCode::kTimeout;
    case planner::OutcomeKind::kSolved:
      break;
  }
  return ErrorCode::kInternal;
}

// What the executors of today can not carry out: shares, and a tensor that goes from radio to accelerator
// without a buffer.
Status check_executable(const schemas::CollaborationPlan& plan) {
  for (const auto& pipeline : plan.pipelines) {
    if (pipeline.executions.size() > 1)
      return Error{ErrorCode::kNoFit,
                   "app '" + pipeline.app.text() +
                       "': its runs would take several ways in turn, and running executors "
                       "do not yet; ask for policy 'optimal'"};
    for (const auto& execution : pipeline.executions)
      for (const auto& step : execution.steps)
        if (step.unloads || step.loads)
          return Error{ErrorCode::kNoFit,
                       "app '" + pipeline.app.text() + "': a tensor of " + std::to_string(step.bytes) +
                           " bytes between " + step.device.text() + " and " + step.to.text() +
                           " does not fit the free SRAM, and running executors do not stream yet; "
                           "'synergy solve' and 'synergy simulate' do"};
  }
  return {};
}

}  // namespace

Result<schemas::CollaborationPlan> PlannerService::on(const schemas::PlanMake& request) const {
  if (!body_) return Error{ErrorCode::kUnavailable, "the body is not known yet; the monitor publishes it"};
  planner::Problem problem{*body_, {}};
  for (const auto& app : request.apps) {
    auto model = read_model(deploy_, app.model);
    if (!model) return model.error().at("app '" + app.app.text() + "'");
    problem.pipelines.push_back({app, std::move(*model)});
  }
  planner::ReplanOptions options;
  options.solve.policy = request.policy.empty() ? settings_.policy : request.policy;
  const planner::Budget budget(settings_.budget_nodes);
  auto outcome = running_ ? planner::replan(problem, *running_, options, budget).outcome
                          : planner::solve(problem, options.solve, budget);
  if (!outcome.has_plan()) return Error{code_of(outcome.kind), outcome.reason};
  if (auto status = check_executable(outcome.plan); !status) return status.error();
  outcome.plan.id = request.id;
  return std::move(outcome.plan);
}

}  // namespace synergy::planner_service
