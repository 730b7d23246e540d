// The words of planning: what is asked of a planner, and what it says of its answer.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// What an accelerator that serves several chunks keeps of them.
enum class Residency {
  kResident,  ///< all weights stay; registers and bias words are written again at a switch
  kReload,    ///< everything is loaded again at a switch, from the weight store
  kNeeded,    ///< resident on devices where the chunks fit together, reload on the others
};
template <>
inline constexpr std::array<std::pair<Residency, std::string_view>, 3> kEnumNames<Residency>{{
    {Residency::kResident, "resident"},
    {Residency::kReload, "reload"},
    {Residency::kNeeded, "needed"},
}};

/// What a plan is to be best in.
enum class Objective {
  kFair,      ///< the lowest rate / weight of all apps, then the next lowest, and so on
  kRounds,    ///< the rate at which every app runs once a round
  kSum,       ///< the sum of rate x weight; an app without min_rate keeps 1 % of what it would have alone
  kLatency,   ///< the mean latency of a run in an empty mesh
  kEnergy,    ///< the mean task energy of a run
  kLifetime,  ///< the hours of the device that dies first at the rates asked for, then the next, and so on
};
template <>
inline constexpr std::array<std::pair<Objective, std::string_view>, 1> kEnumAliases<Objective>{{
    {Objective::kRounds, "throughput"},
}};
template <>
inline constexpr std::array<std::pair<Objective, std::string_view>, 6> kEnumNames<Objective>{{
    {Objective::kFair, "fair"},
    {Objective::kRounds, "rounds"},
    {Objective::kSum, "sum"},
    {Objective::kLatency, "latency"},
    {Objective::kEnergy, "energy"},
    {Objective::kLifetime, "lifetime"},
}};

/// How units pick their next task: in the plan's cyclic order (the rate is then exact), or whoever is ready
/// first, by priority.
enum class TaskOrder { kCyclic, kDynamic };
template <>
inline constexpr std::array<std::pair<TaskOrder, std::string_view>, 2> kEnumNames<TaskOrder>{{
    {TaskOrder::kCyclic, "cyclic"},
    {TaskOrder::kDynamic, "dynamic"},
}};

/// Why a planner has no plan.
enum class RefusalKind {
  kOutOfResource,  ///< what this policy chose does not fit; another policy may find a plan
  kInfeasible,     ///< no plan can serve these pipelines
  kBudgetSpent,    ///< the search was cut short before it had a plan
  kInvalid,        ///< the question is wrong
};
template <>
inline constexpr std::array<std::pair<RefusalKind, std::string_view>, 4> kEnumNames<RefusalKind>{{
    {RefusalKind::kOutOfResource, "oor"},
    {RefusalKind::kInfeasible, "infeasible"},
    {RefusalKind::kBudgetSpent, "budget_spent"},
    {RefusalKind::kInvalid, "invalid"},
}};

/// How sure the plan is. `heuristic`: the policy claims nothing about other plans.
enum class PlanStatus { kOptimal, kBounded, kHeuristic };
template <>
inline constexpr std::array<std::pair<PlanStatus, std::string_view>, 3> kEnumNames<PlanStatus>{{
    {PlanStatus::kOptimal, "optimal"},
    {PlanStatus::kBounded, "bounded"},
    {PlanStatus::kHeuristic, "heuristic"},
}};

/// What ended the search for a plan. `proof`: it came to its end by itself.
enum class StoppedBy { kProof, kNodes, kTime };
template <>
inline constexpr std::array<std::pair<StoppedBy, std::string_view>, 3> kEnumNames<StoppedBy>{{
    {StoppedBy::kProof, "proof"},
    {StoppedBy::kNodes, "nodes"},
    {StoppedBy::kTime, "time"},
}};

/// How long the planner may search for a plan.
enum class Effort {
  kQuick,  ///< a plan in seconds: what runs stays where it can, the others are placed beside it
  kFull,   ///< the best plan that the policy finds
};
template <>
inline constexpr std::array<std::pair<Effort, std::string_view>, 2> kEnumNames<Effort>{{
    {Effort::kQuick, "quick"},
    {Effort::kFull, "full"},
}};

}  // namespace synergy::schemas
