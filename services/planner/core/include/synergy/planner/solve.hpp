// The planner's one entrance: a problem, options and a budget in; an outcome out.
#pragma once

#include <string>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/choice.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/refusal.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// What became of a question. The first three have a plan; of the others, `reason` says why there is none.
enum class OutcomeStatus {
  kOptimal,        ///< proved: no plan is better
  kBounded,        ///< a plan, and a bound that no plan can beat, however the search ended
  kHeuristic,      ///< a plan of a policy that claims nothing about other plans
  kBudgetSpent,    ///< the search was cut short before it had a plan
  kOutOfResource,  ///< the policy's choice does not fit; another policy may find a plan
  kInfeasible,     ///< proved: no plan can serve these pipelines
  kInvalid,        ///< the question is wrong
};

[[nodiscard]] OutcomeStatus status_of(RefusalKind kind);
[[nodiscard]] OutcomeStatus status_of(schemas::PlanStatus status);

/// A plan that was compared with the one returned and lost.
struct RunnerUp {
  std::string name;     ///< the policy that proposed it, or "next best"
  Choices choices;      ///< empty where the policy had none
  std::string summary;  ///< `app: source > device[first-last] > ... > target`, one pipeline after the other
  double objective_value = 0;  ///< 0 where it has none
  std::string why;             ///< why it lost
};

struct Outcome {
  OutcomeStatus status = OutcomeStatus::kInvalid;
  /// What ended the search: kProof where it came to its end by itself (of policies that give a bound), kNodes
  /// or kTime where the budget did. Nothing where a policy without a bound was not cut short.
  std::optional<StoppedBy> stopped_by;
  schemas::CollaborationPlan plan;
  std::string reason;                           ///< why there is no plan, as in a Refusal
  std::optional<schemas::Conflict> conflict{};  ///< as in a Refusal
  /// Fair: the lowest rate / weight, runs per second. Rounds: rounds per second. Latency: us, mean over the
  /// pipelines. Energy: uJ per run. Of the plan as it is executed.
  double objective_value = 0;
  /// No plan can do better than this; equal to `objective_value` where that is proved. 0 where nothing is
  /// known (policies that claim nothing).
  double bound = 0;
  double gap = 0;  ///< |objective_value - bound| relative to the bound; 0 when proved
  /// Of the budget, until the stop predicate ended the search: what `Budget::cut_at` takes to make it again.
  /// What it takes to have a first plan beyond a spent budget is not counted.
  std::uint64_t nodes = 0;
  Choices choices;  ///< what `plan` was assembled from
  std::vector<RunnerUp> runner_ups;

  [[nodiscard]] bool has_plan() const {
    return status == OutcomeStatus::kOptimal || status == OutcomeStatus::kBounded ||
           status == OutcomeStatus::kHeuristic;
  }
  /// Why there is no plan; read only where there is none.
  [[nodiscard]] Refusal refusal() const;
};

/// Deterministic: equal inputs give equal outcomes. No I/O, no clock. Every plan returned passed `verify`. A
/// budget too small for the search still gives the best plan of simple means, where these find one: its
/// status and `stopped_by` say so.
[[nodiscard]] Outcome solve(const Problem& problem, const SolveOptions& options, Budget budget = Budget{});
/// With the default options.
[[nodiscard]] Outcome solve(const Problem& problem, std::string_view policy, Budget budget = Budget{});

}  // namespace synergy::planner

namespace synergy::schemas {

template <>
inline constexpr std::array<std::pair<planner::OutcomeStatus, std::string_view>, 7>
    kEnumNames<planner::OutcomeStatus>{{
        {planner::OutcomeStatus::kOptimal, "optimal"},
        {planner::OutcomeStatus::kBounded, "bounded"},
        {planner::OutcomeStatus::kHeuristic, "heuristic"},
        {planner::OutcomeStatus::kBudgetSpent, "budget_spent"},
        {planner::OutcomeStatus::kOutOfResource, "oor"},
        {planner::OutcomeStatus::kInfeasible, "infeasible"},
        {planner::OutcomeStatus::kInvalid, "invalid"},
    }};

}  // namespace synergy::schemas
