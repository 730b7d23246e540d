// A plan in little time. A pipeline that runs keeps its place where it can. A pipeline without a place is put
// where it does best beside the others. A pipeline for which there is no room is left out. Nothing is claimed
// about other plans.
//
// There are two steps, because a caller may want to look for more room between them. repair() says which
// pipelines are served, and where; plan_of_repair() makes the plan.
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

/// Places one pipeline after the other. The problem's order is their precedence. For each pipeline it tries:
///   1. its way in `running` (nullptr: there is no such plan), where that is still possible;
///   2. the best way beside those that all others have now;
///   3. the best way beside those of the pipelines before it. Later pipelines that then do not fit any more
///      are placed anew when it is their turn.
/// The pipelines must be valid (check_problem). Deterministic.
[[nodiscard]] Repaired repair(const Problem& problem, const schemas::CollaborationPlan* running,
                              const SolveOptions& options, Budget& budget);

/// The problem with these of its pipelines only.
[[nodiscard]] Problem part_of(const Problem& problem, const std::vector<std::size_t>& pipelines);

/// The best of three plans for all pipelines of `problem`: the one of these choices, the running plan as it
/// is, and what a short search makes of the two. Plans are compared as in replan(). The plan bears the name
/// of the options' policy and status `heuristic`. Where none of the three can be carried out, the outcome has
/// no plan and says why.
[[nodiscard]] Replanned plan_of_repair(const Problem& problem, const schemas::CollaborationPlan* running,
                                       const Choices& choices, const ReplanOptions& options, Budget& budget);

}  // namespace synergy::planner
