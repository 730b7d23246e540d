// A plan in little time: what runs stays where it can stay, what is broken is put where it is best beside
// that, and who finds no room is left out. Nothing is claimed about other plans.
//
// Two steps, because a caller may want to look for more room between them: repair() says who is served and
// where; plan_of_repair() makes the plan.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "synergy/planner/refusal.hpp"
#include "synergy/planner/replan.hpp"

namespace synergy::planner {

/// A pipeline without a place.
struct Refused {
  std::size_t pipeline = 0;  ///< index in the problem
  Refusal why;  ///< kInfeasible where that is certain; kBudgetSpent where a longer search may find a place
};

struct Repaired {
  std::vector<std::size_t> served;  ///< indices in the problem, ascending
  std::vector<Refused> refused;     ///< the others, ascending
  Choices choices;                  ///< of those served, in their order
};

/// Places one pipeline after the other in the problem's order, which is their precedence: on its way in the
/// running plan (nullptr: there is none) where that is still possible, else where it is best beside the ways
/// of all others, else beside those before it, and what then does not fit any more is placed anew in its
/// turn. The pipelines must be valid (check_problem). Deterministic.
[[nodiscard]] Repaired repair(const Problem& problem, const schemas::CollaborationPlan* running,
                              const SolveOptions& options, Budget& budget);

/// The problem with these of its pipelines only.
[[nodiscard]] Problem part_of(const Problem& problem, const std::vector<std::size_t>& pipelines);

/// The best of these choices for all pipelines of `problem`, of the running plan as it is, and of what a
/// short search makes of them; worth is counted as in replan(). The plan bears the name of the options'
/// policy and status `heuristic`. Its outcome is without a plan, and says why, where none of them can be
/// carried out.
[[nodiscard]] Replanned plan_of_repair(const Problem& problem, const schemas::CollaborationPlan* running,
                                       const Choices& choices, const ReplanOptions& options, Budget& budget);

}  // namespace synergy::planner
