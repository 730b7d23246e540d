// A placement that somebody else chose: its plan, what is wrong with it, and how far it is behind the best.
//
// The planner adds what a placement does not say: the order of every unit's tasks, switches, buffers, and the
// best rates of the objective where none are given. A rate that is given is a target: the app is paced at it.
//
// An error has a line for each thing that is wrong. A line begins with the part of the placement that it is
// about, as in `apps[1].chunks[0].device: ...`, so that a reader of the file can put line and column in
// front.
#pragma once

#include <string>
#include <string_view>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/choice.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/solve.hpp"
#include "synergy/schemas/placement.hpp"

namespace synergy::planner {

/// What stands in the place of a policy's name in plans of a placement.
inline constexpr std::string_view kPlacementPolicy = "placement";

/// The plan of a placement, and the choices that it was made of.
struct PlacedPlan {
  schemas::CollaborationPlan plan;
  Choices choices;
};

/// The options' policy is not asked. The plan bears kPlacementPolicy and status `heuristic`; it passed
/// `verify`. Fails with kInvalid where the question or the placement is wrong (an app missing, unknown or
/// named twice, layers left out, a device that is absent or lacks the sensor ...), and with kNoFit where
/// chunks do not fit the memory together, or rates or a deadline are more than the placement allows.
[[nodiscard]] Result<PlacedPlan> plan_of_placement(const Problem& problem,
                                                   const schemas::Placement& placement,
                                                   const SolveOptions& options);

struct JudgedPlacement {
  Outcome outcome;        ///< of the placement; its bound is that of `best`, and its gap is to that bound
  Outcome best;           ///< the best plan that was found
  std::string sought_by;  ///< its policy: `optimal`, or `optimal-mixed` where the placement has shares
};
/// As plan_of_placement(). The rates that the placement gives are its own choice: the best plan is sought
/// without them. The outcome is `heuristic`, without a bound, where the budget ends before there is one, and
/// where the given rates are ahead of it because they leave apps less than the objective demands (`lifetime`:
/// what they ask for; `sum`: their floors).
[[nodiscard]] Result<JudgedPlacement> judge_placement(const Problem& problem,
                                                      const schemas::Placement& placement,
                                                      const SolveOptions& options, Budget budget = Budget{});

/// The placement of a plan's choices: sources and targets are named, rates are not given, so that its plan is
/// the one that the choices have.
[[nodiscard]] schemas::Placement placement_of(const Problem& problem, const Choices& choices);

}  // namespace synergy::planner
