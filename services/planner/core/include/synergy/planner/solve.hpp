// The planner's one entrance: a problem, options and a budget in; an outcome out.
#pragma once

#include <string>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/choice.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

enum class OutcomeKind {
  kSolved,       ///< `plan` holds the policy's choice; of optimal policies: proved
  kBudgetSpent,  ///< `plan` holds the best so far, if has_plan(); else `reason` says how far the search came
  kOutOfResource,   ///< the policy's choice does not fit; `reason` names the resource
  kInfeasible,      ///< proved: no plan can serve these pipelines; `reason` says why
  kInvalidProblem,  ///< the question is wrong; `reason` says where
};

/// A plan that was compared with the one returned and lost.
struct RunnerUp {
  std::string name;     ///< the policy that proposed it, or "next best"
  Choices choices;      ///< empty where the policy had none
  std::string summary;  ///< `app: source > device[first-last] > ... > target`, one pipeline after the other
  double objective_value = 0;  ///< 0 where it has none
  std::string why;             ///< why it lost
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kInvalidProblem;
  schemas::CollaborationPlan plan;
  std::string reason;
  /// Throughput: rounds per second. Latency: us, mean over the pipelines. Energy: uJ per run.
  double objective_value = 0;
  /// No plan can do better than this; equal to `objective_value` where that is proved. 0 where nothing is
  /// known (policies that claim nothing).
  double bound = 0;
  double gap = 0;  ///< |objective_value - bound| relative to the bound; 0 when proved
  std::uint64_t nodes = 0;
  Choices choices;  ///< what `plan` was assembled from
  std::vector<RunnerUp> runner_ups;

  [[nodiscard]] bool has_plan() const { return !plan.pipelines.empty() || kind == OutcomeKind::kSolved; }
};

/// Deterministic: equal inputs give equal outcomes. No I/O, no clock. Every plan returned passed `verify`.
[[nodiscard]] Outcome solve(const Problem& problem, const SolveOptions& options, Budget budget = Budget{});
/// With the default options.
[[nodiscard]] Outcome solve(const Problem& problem, std::string_view policy, Budget budget = Budget{});

/// The plan's value by an objective, in the units of `Outcome::objective_value`.
[[nodiscard]] double objective_value(const schemas::CollaborationPlan& plan, Objective objective);

}  // namespace synergy::planner
