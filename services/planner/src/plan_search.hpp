// The search behind one question: within the limits of its effort, and with the apps left out that find no
// room.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "synergy/planner/conflict.hpp"
#include "synergy/planner/repair.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner_service {

/// An app that is left out: its index in the problem, and why.
using LeftOut = planner::Refused;

struct Found {
  schemas::CollaborationPlan plan;  ///< without a pipeline where nobody finds room
  std::vector<LeftOut> left_out;    ///< in the problem's order
};

class PlanSearch {
 public:
  /// Borrows all but the options, whose policy must be known. `nodes` is the budget of one search for all
  /// apps. Searches for room get further nodes, in proportion. `account` has no limit of its own: it counts
  /// what all searches take, and bears their clock.
  PlanSearch(const planner::Problem& problem, const schemas::CollaborationPlan* running,
             planner::SolveOptions options, schemas::Effort effort, std::uint64_t nodes,
             planner::Budget& account);

  /// A plan for all.
  [[nodiscard]] planner::Planned<schemas::CollaborationPlan> all();
  /// A plan for as many apps as fit together; an app that stands earlier in the list goes first.
  [[nodiscard]] Found most();
  /// Whether the clock cut any of the searches.
  [[nodiscard]] bool was_cut() const { return was_cut_; }

 private:
  using Pipelines = std::vector<std::size_t>;
  using Plan = schemas::CollaborationPlan;

  /// Whether there is time to look for more than a repair.
  [[nodiscard]] bool searches(std::size_t pipelines) const;
  [[nodiscard]] planner::Planned<Plan> search(const planner::Problem& problem, const Plan* running,
                                              std::uint64_t nodes);
  /// Counts what a search by value took.
  [[nodiscard]] planner::Planned<Plan> plan_of(planner::Outcome outcome);
  [[nodiscard]] planner::Repaired repair(const planner::Problem& problem, const Plan* running);
  [[nodiscard]] planner::Planned<Plan> repaired(const planner::Problem& problem,
                                                const planner::Choices& choices);
  [[nodiscard]] planner::Planned<Plan> best_for(const planner::Repaired& repaired);

  /// The apps for which there is room. A repair is tried for each app; where it finds no room, a search is.
  planner::Repaired find_room(std::vector<LeftOut>& left_out);
  /// Searches a plan for `together`; repairs then begin from that, and from the ways of `others` beside it.
  [[nodiscard]] std::optional<planner::Refusal> make_room(const Pipelines& together, const Pipelines& others);
  /// A search for room, which takes at most `nodes` of those left for such.
  [[nodiscard]] planner::Planned<Plan> trial(const planner::Problem& problem, const Plan* running,
                                             std::uint64_t nodes);
  /// A refusal of these pipelines together, with the demands that are in the way where it is proved. All of a
  /// question share the nodes of one analysis (planner::kConflictNodes), which count for no search.
  [[nodiscard]] planner::Refusal explained(const planner::Refusal& why, const planner::Problem& problem);
  /// Of one whom the repair refuses whatever the others do.
  [[nodiscard]] planner::Refusal explained(const planner::Refused& refused);
  /// One after the other, each with a plan of the policy.
  [[nodiscard]] Found in_turn();

  const planner::Problem& problem_;
  const schemas::CollaborationPlan* running_;
  planner::ReplanOptions options_;
  schemas::Effort effort_;
  std::uint64_t nodes_;
  planner::Budget& account_;
  bool certifies_;
  bool was_cut_ = false;
  std::uint64_t trials_left_;  ///< nodes, for all searches for room together
  std::uint64_t explaining_left_ = planner::kConflictNodes;
  std::optional<Plan> base_;  ///< that repairs begin from; else the running one
};

}  // namespace synergy::planner_service
