#include "synergy/planner_service/planner_service.hpp"

#include <utility>

#include "plan_search.hpp"
#include "synergy/base/text.hpp"
#include "synergy/planner/placement.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::planner_service {
namespace {

using schemas::CollaborationPlan;

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
  return {app, refusal.text(), std::string(name_of(code_of(refusal.kind))), refusal.kind, refusal.conflict};
}

/// The question's apps with their models, and those whose models can not be read.
struct Asked {
  planner::Problem problem;
  std::vector<schemas::LeftOut> unreadable;
};

Result<Asked> read(const Question& question, ModelCache& models) {
  Asked asked{{*question.body, {}}, {}};
  for (const auto& app : question.request.apps) {
    auto model = models.read(app.model);
    if (model) {
      asked.problem.pipelines.push_back({app, std::move(*model)});
      continue;
    }
    const auto error = model.error().at("app '" + app.app.text() + "'");
    if (!question.request.leave_out || question.request.pinned) return error;
    asked.unreadable.push_back({app.app, error.message, std::string(name_of(error.code))});
  }
  return asked;
}

/// The plan of what somebody pinned. Of several things that are wrong, a message tells the first.
Result<CollaborationPlan> pinned_plan(const planner::Problem& problem, const schemas::PlanMake& request,
                                      const planner::SolveOptions& options) {
  auto placed = planner::plan_of_placement(problem, *request.pinned, options);
  if (!placed) {
    const auto& all = placed.error().message;
    return Error{placed.error().code, all.substr(0, all.find('\n'))};
  }
  auto plan = std::move(placed->plan);
  plan.id = request.id;
  plan.effort = request.effort;
  plan.pinned = request.pinned;
  plan.reason = "somebody pinned this placement";
  return plan;
}

/// The plan of those that find room, with the others named in it.
CollaborationPlan plan_with_left_out(PlanSearch& search, const Asked& asked) {
  auto found = search.most();
  auto plan = std::move(found.plan);
  plan.body = asked.problem.body.name;
  plan.left_out = asked.unreadable;
  for (const auto& out : found.left_out)
    plan.left_out.push_back(left_out_by(out.why, asked.problem.pipelines[out.pipeline].app.app));
  if (plan.left_out.empty()) return plan;
  std::vector<std::string> names;
  for (const auto& out : plan.left_out) names.push_back("'" + out.app.text() + "'");
  plan.reason += (plan.reason.empty() ? "" : "; ") + ("no room for " + list_of(names));
  return plan;
}

}  // namespace

Result<CollaborationPlan> PlanMaker::make(const Question& question, const Limits& limits) {
  const auto& request = question.request;
  if (!question.body)
    return Error{ErrorCode::kUnavailable, "the body is not known yet; the monitor publishes it"};
  planner::SolveOptions options;
  options.policy = request.policy.empty() ? settings_.policy : request.policy;
  options.objective = request.objective.value_or(settings_.objective);
  options.residency = request.residency.value_or(settings_.residency);
  if (planner::find_policy(options.policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", options.policy, planner::policy_names())};
  const auto asked = read(question, models_);
  if (!asked) return asked.error();
  if (request.pinned) return pinned_plan(asked->problem, request, options);
  const bool quick = request.effort == schemas::Effort::kQuick;
  planner::Budget account(planner::Budget::kNoLimit, limits.stop);
  account.cut_at(limits.cut);
  PlanSearch search(asked->problem, question.running.get(), options, request.effort,
                    quick ? settings_.quick_nodes : settings_.full_nodes, account);
  auto made = request.leave_out ? planner::Planned<CollaborationPlan>(plan_with_left_out(search, *asked))
                                : search.all();
  if (!made) return error_of(made.error());
  made->id = request.id;
  made->effort = request.effort;
  made->nodes_spent = account.nodes_at_end();
  if (search.was_cut() && made->status != schemas::PlanStatus::kOptimal)
    made->stopped_by = schemas::StoppedBy::kTime;
  return std::move(*made);
}

}  // namespace synergy::planner_service
