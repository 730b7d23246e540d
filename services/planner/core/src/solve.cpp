#include "synergy/planner/solve.hpp"

#include <set>

#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"
#include "synergy/planner/assemble.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

Status check_problem(const Problem& problem) {
  if (problem.body.devices.empty()) return Error{ErrorCode::kInvalid, "the body has no devices"};
  std::set<AppId> apps;
  for (const auto& pipeline : problem.pipelines) {
    if (pipeline.model.program.layers.empty())
      return Error{ErrorCode::kInvalid, "model '" + pipeline.app.model.text() + "' has no layers"};
    if (!apps.insert(pipeline.app.app).second)
      return Error{ErrorCode::kInvalid, "app '" + pipeline.app.app.text() + "' is given twice"};
  }
  return {};
}

}  // namespace

Outcome solve(const Problem& problem, std::string_view policy_name, Budget budget) {
  if (auto status = check_problem(problem); !status)
    return {OutcomeKind::kInvalidProblem, {}, status.error().message};
  const auto* policy = find_policy(policy_name);
  if (policy == nullptr)
    return {OutcomeKind::kInvalidProblem, {}, unknown_name("policy", policy_name, policy_names())};
  CostModel costs(problem);
  const auto choices = policy->choose(costs, budget);
  if (!choices)
    return {
        choices.error().code == ErrorCode::kTimeout ? OutcomeKind::kBudgetSpent : OutcomeKind::kInfeasible,
        {},
        choices.error().message};
  auto plan = assemble(costs, *choices);
  if (!plan) return {OutcomeKind::kOutOfResource, {}, plan.error().message};
  plan->policy = policy->name;
  plan->reason = policy->about;
  const auto verified = verify(problem, *plan);
  SYNERGY_CHECK(verified.has_value(), verified ? "" : verified.error().message.c_str());
  return {budget.spent() ? OutcomeKind::kBudgetSpent : OutcomeKind::kSolved, std::move(*plan), {}};
}

}  // namespace synergy::planner
