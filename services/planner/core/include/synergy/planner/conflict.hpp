// Why no plan serves all apps: a smallest set of what they ask that no plan keeps together, and what would
// have to change.
//
// The problem is taken as a list of demands: that each app is served, its min_rate, its deadline, the devices
// it insists on, how many it wants. A deletion filter (Chinneck and Dravnieks, Locating minimal infeasible
// constraint sets in linear programs, 1991) takes each of them out in turn and asks the exact search whether
// the rest is still infeasible. If so, the demand plays no part and stays out. What is left is infeasible,
// and feasible without any one of its demands. There may be other such sets. The memories of the devices,
// which nobody can give up, always count; they are named in the set where it is feasible without them.
//
// Units are judged by their loads (`search/level.hpp`). The values that would fit are those of a plan that
// was made and keeps all other demands. Its orders may lose some of what loads allow, so that a value a
// little greater may fit with other orders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/refusal.hpp"
#include "synergy/schemas/conflict.hpp"

namespace synergy::planner {

/// Nodes that an analysis takes at most, beside those of the search that found no plan: about a second.
inline constexpr std::uint64_t kConflictNodes = 300'000;

/// The problem must be valid (check_problem) and proved to have no plan by the options' residency, objective,
/// overlap and max_chunks. Nothing where there are more than 64 apps, where the budget ends before anything
/// is known, or where the exact search has a plan (the policy that refused was wrong). A demand that the
/// budget does not suffice to judge stays in the set, which is then not `is_smallest`. Deterministic, apart
/// from the budget's stop predicate.
[[nodiscard]] std::optional<schemas::Conflict> find_conflict(const Problem& problem,
                                                             const SolveOptions& options, Budget& budget);

/// The conflict in words, as a reason: what can not hold together, and what would have to change.
[[nodiscard]] std::string text_of(const schemas::Conflict& conflict, const Problem& problem,
                                  const SolveOptions& options);

/// The refusal with its conflict, and the reason by that, where it says kInfeasible and a conflict is found;
/// else as it is.
[[nodiscard]] Refusal explain(const Refusal& refusal, const Problem& problem, const SolveOptions& options,
                              Budget& budget);

}  // namespace synergy::planner
