// The planner's one entrance: a problem, a policy and a budget in; an outcome out.
#pragma once

#include <string>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

enum class OutcomeKind {
  kSolved,       ///< `plan` holds the policy's choice
  kBudgetSpent,  ///< `plan` holds the best so far, if has_plan(); else `reason` says how far the search came
  kOutOfResource,   ///< the policy's choice does not fit; `reason` names the resource
  kInfeasible,      ///< no plan can serve these pipelines; `reason` says why
  kInvalidProblem,  ///< the question is wrong; `reason` says where
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kInvalidProblem;
  schemas::CollaborationPlan plan;
  std::string reason;

  [[nodiscard]] bool has_plan() const {
    return kind == OutcomeKind::kSolved || (kind == OutcomeKind::kBudgetSpent && !plan.pipelines.empty());
  }
};

/// Deterministic: equal inputs give equal outcomes. No I/O, no clock. Every plan returned passed `verify`.
[[nodiscard]] Outcome solve(const Problem& problem, std::string_view policy, Budget budget = Budget{});

}  // namespace synergy::planner
