#include "plan_search.hpp"

#include <algorithm>
#include <utility>

#include "synergy/planner/policy.hpp"

namespace synergy::planner_service {
namespace {

using planner::Outcome;
using planner::Planned;
using planner::Problem;
using planner::RefusalKind;
using planner::Repaired;
using schemas::CollaborationPlan;

/// A quick answer looks for the best plan only where pipelines x devices are at most so many: there it mostly
/// ends with a proof in a fraction of a second.
constexpr std::size_t kSmall = 64;
/// Parts of the question's nodes that the searches beside the main one may take together.
constexpr std::uint64_t kRepairPart = 4, kTrialsPart = 2;
/// The same for the plan of a repair, where that is all that a quick answer searches.
constexpr std::uint64_t kQuickPart = 2;
/// Of the nodes of all trials, what one of them may take.
constexpr std::uint64_t kTrialPart = 8;

}  // namespace

PlanSearch::PlanSearch(const Problem& problem, const schemas::CollaborationPlan* running,
                       planner::SolveOptions options, schemas::Effort effort, std::uint64_t nodes,
                       planner::Budget& account)
    : problem_(problem),
      running_(running),
      effort_(effort),
      nodes_(nodes),
      account_(account),
      certifies_(planner::find_policy(options.policy)->certifies),
      trials_left_(nodes / kTrialsPart) {
  options_.solve = std::move(options);
  options_.solve.explains = false;  // only what is refused in the end
}

bool PlanSearch::searches(std::size_t pipelines) const {
  return effort_ == schemas::Effort::kFull || !certifies_ ||
         pipelines * planner::present_devices(problem_.body).size() <= kSmall;
}

Planned<CollaborationPlan> PlanSearch::plan_of(Outcome outcome) {
  const auto before = account_.nodes_at_end();
  if (outcome.nodes > before) account_.take(outcome.nodes - before);
  was_cut_ = was_cut_ || outcome.stopped_by == schemas::StoppedBy::kTime;
  if (!outcome.has_plan()) return outcome.refusal();
  return std::move(outcome.plan);
}

Planned<CollaborationPlan> PlanSearch::search(const Problem& problem, const Plan* running,
                                              std::uint64_t nodes) {
  const auto own = account_.part(nodes);
  return plan_of(running != nullptr ? planner::replan(problem, *running, options_, own).outcome
                                    : planner::solve(problem, options_.solve, own));
}

Planned<CollaborationPlan> PlanSearch::trial(const Problem& problem, const Plan* running,
                                             std::uint64_t nodes) {
  const auto before = account_.nodes_at_end();
  auto found = search(problem, running, std::max<std::uint64_t>(1, std::min(nodes, trials_left_)));
  trials_left_ -= std::min(trials_left_, account_.nodes_at_end() - before);
  return found;
}

Repaired PlanSearch::repair(const Problem& problem, const Plan* running) {
  auto own = account_.part(nodes_ / kRepairPart);
  auto room = planner::repair(problem, running, options_.solve, own);
  account_.take(own);
  was_cut_ = was_cut_ || own.stopped_by() == schemas::StoppedBy::kTime;
  return room;
}

Planned<CollaborationPlan> PlanSearch::repaired(const Problem& problem, const planner::Choices& choices) {
  const bool is_all = !searches(problem.pipelines.size());
  auto own = account_.part(nodes_ / (is_all ? kQuickPart : kRepairPart));
  auto outcome = planner::plan_of_repair(problem, running_, choices, options_, own).outcome;
  account_.take(own);
  return plan_of(std::move(outcome));
}

Planned<CollaborationPlan> PlanSearch::all() {
  if (auto status = planner::check_problem(problem_); !status)
    return planner::Refusal{RefusalKind::kInvalid, status.error().message};
  std::optional<planner::Refusal> why;
  if (searches(problem_.pipelines.size())) {
    auto found = search(problem_, running_, nodes_);
    if (found) return found;
    if (!certifies_ || found.error().kind != RefusalKind::kBudgetSpent)
      return explained(found.error(), problem_);
    why = found.error();
  }
  const auto room = repair(problem_, running_);
  if (!room.refused.empty()) return why ? *why : explained(room.refused.front());
  return repaired(problem_, room.choices);
}

Found PlanSearch::most() {
  if (!certifies_ || !planner::check_problem(problem_)) return in_turn();
  Found found;
  const auto room = find_room(found.left_out);
  std::sort(found.left_out.begin(), found.left_out.end(),
            [](const LeftOut& a, const LeftOut& b) { return a.pipeline < b.pipeline; });
  if (room.served.empty()) return found;
  auto plan = best_for(room);
  if (!plan) return in_turn();  // what looked possible is not: a rate or a deadline is missed after all
  found.plan = std::move(*plan);
  return found;
}

Planned<CollaborationPlan> PlanSearch::best_for(const Repaired& room) {
  const auto served = planner::part_of(problem_, room.served);
  if (searches(room.served.size()))
    if (auto found = search(served, running_, nodes_)) return found;
  return repaired(served, room.choices);
}

Repaired PlanSearch::find_room(std::vector<LeftOut>& left_out) {
  Pipelines asked;
  for (std::size_t p = 0; p < problem_.pipelines.size(); ++p) asked.push_back(p);
  std::set<std::size_t> tried;
  while (true) {
    auto room = repair(planner::part_of(problem_, asked), base_ ? &*base_ : running_);
    for (auto& p : room.served) p = asked[p];
    for (auto& refused : room.refused) refused.pipeline = asked[refused.pipeline];
    const auto give_up = [&](const planner::Refused& refused) {
      left_out.push_back({refused.pipeline, explained(refused)});
      std::erase(asked, refused.pipeline);
    };
    const planner::Refused* open = nullptr;  // the first for which a search may find what the repair did not
    for (const auto& refused : room.refused) {
      const bool certain = refused.why.kind != RefusalKind::kBudgetSpent;
      if (certain || tried.contains(refused.pipeline) || !searches(asked.size()))
        give_up(refused);
      else if (open == nullptr)
        open = &refused;
    }
    if (open == nullptr) return room;
    tried.insert(open->pipeline);
    Pipelines together, others;
    for (const auto p : room.served) (p < open->pipeline ? together : others).push_back(p);
    together.push_back(open->pipeline);
    if (auto why = make_room(together, others)) give_up({open->pipeline, std::move(*why)});
  }
}

std::optional<planner::Refusal> PlanSearch::make_room(const Pipelines& together, const Pipelines& others) {
  const auto part = planner::part_of(problem_, together);
  auto found = trial(part, nullptr, trials_left_ / kTrialPart);
  if (!found) return explained(found.error(), part);
  if (const auto* before = base_ ? &*base_ : running_; before != nullptr)
    for (const auto p : others)
      if (const auto* way = before->find(problem_.pipelines[p].app.app); way != nullptr)
        found->pipelines.push_back(*way);
  base_ = std::move(*found);
  return std::nullopt;
}

planner::Refusal PlanSearch::explained(const planner::Refusal& why, const Problem& problem) {
  if (why.conflict) return why;
  planner::Budget own(explaining_left_);  // no clock: the same question gets the same reason
  auto made = planner::explain(why, problem, options_.solve, own);
  explaining_left_ -= std::min(explaining_left_, own.used());
  return made;
}

planner::Refusal PlanSearch::explained(const planner::Refused& refused) {
  return explained(refused.why, planner::part_of(problem_, {refused.pipeline}));
}

Found PlanSearch::in_turn() {
  Found found;
  auto whole = search(problem_, running_, nodes_);
  if (whole) {
    found.plan = std::move(*whole);
    return found;
  }
  Problem problem{problem_.body, {}};
  for (std::size_t p = 0; p < problem_.pipelines.size(); ++p) {
    problem.pipelines.push_back(problem_.pipelines[p]);
    auto made = trial(problem, running_, trials_left_ / (problem_.pipelines.size() - p));
    if (made) {
      found.plan = std::move(*made);
      continue;
    }
    found.left_out.push_back({p, explained(made.error(), problem)});
    problem.pipelines.pop_back();
  }
  return found;
}

}  // namespace synergy::planner_service
