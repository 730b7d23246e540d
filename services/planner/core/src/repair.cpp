#include "synergy/planner/repair.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "make_plan.hpp"
#include "rates.hpp"
#include "running.hpp"
#include "search/improve.hpp"
#include "synergy/base/check.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;

/// Why pipeline `p` can not be served on this body at all: no present device senses or interacts for it.
/// Nothing where some device does.
std::optional<Refusal> why_never(const Problem& problem, std::size_t p) {
  const auto& pipeline = problem.pipelines[p];
  const auto where = "app '" + pipeline.app.app.text() + "'";
  if (const auto sources = sources_for(problem.body, pipeline); !sources)
    return Refusal{RefusalKind::kInfeasible, sources.error().message}.at(where);
  if (const auto targets = targets_for(problem.body, pipeline); !targets)
    return Refusal{RefusalKind::kInfeasible, targets.error().message}.at(where);
  if (const auto above = floor_above_cap(problem.body, pipeline)) return above->at(where);
  return std::nullopt;
}

/// A plan in the making: routes of those that have their place, and the old ways of those that still wait for
/// their turn.
class Placing {
 public:
  Placing(search::Context& context, const CollaborationPlan* running)
      : context_(context), placed_(context.space.pipelines.size()), old_(context.space.pipelines.size()) {
    floors_ = std::exchange(context_.space.floors, {});  // of those that are placed only
    limit_ = std::exchange(context_.space.load_limit, search::Prices::kInfinite);
    if (!floors_.empty()) context_.space.floors.assign(floors_.size(), 0.0);
    if (running == nullptr) return;
    for (std::size_t p = 0; p < old_.size(); ++p) old_[p] = only_way(context_, *running, p);
    drop_what_does_not_fit();
  }

  /// False, and nothing changed, where no place was found.
  bool place(std::size_t p, Budget& budget) {
    const double before = context_.space.load_limit;
    set_floor(p, true);
    auto route = on_its_way(p);
    if (!route) route = best_beside(p, others(p, true), budget);
    const bool makes_room = !route;
    if (makes_room) route = best_beside(p, others(p, false), budget);
    old_[p].reset();
    if (!route) {
      set_floor(p, false);
      context_.space.load_limit = before;
      return false;
    }
    placed_[p] = std::move(*route);
    if (makes_room) drop_what_does_not_fit();
    return true;
  }

  [[nodiscard]] Choices choices(const std::vector<std::size_t>& served) const {
    Choices all;
    for (const auto p : served) all.push_back({{choice_of(context_.space, *placed_[p])}});
    return all;
  }

 private:
  /// Whether the pipeline's minimum rate counts. In rounds it is every pipeline's.
  void set_floor(std::size_t p, bool counts) {
    if (floors_.empty() || floors_[p] == 0) return;
    context_.space.floors[p] = counts ? floors_[p] : 0;
    if (counts && limit_ < search::Prices::kInfinite)
      context_.space.load_limit = std::min(context_.space.load_limit, 1 / floors_[p]);
  }

  using Beside = std::vector<const search::Route*>;

  [[nodiscard]] Beside others(std::size_t p, bool waiting) const {
    Beside all;
    for (std::size_t q = 0; q < placed_.size(); ++q) {
      if (q == p) continue;
      if (placed_[q])
        all.push_back(&*placed_[q]);
      else if (waiting && old_[q])
        all.push_back(&*old_[q]);
    }
    return all;
  }

  [[nodiscard]] bool fits(Beside beside, const search::Route& route) const {
    beside.push_back(&route);
    return search::State::judge(context_.space, context_.fit, beside).has_value();
  }

  [[nodiscard]] std::optional<search::Route> on_its_way(std::size_t p) const {
    return old_[p] && fits(others(p, true), *old_[p]) ? old_[p] : std::nullopt;
  }

  [[nodiscard]] std::optional<search::Route> best_beside(std::size_t p, const Beside& beside,
                                                         Budget& budget) const {
    return search::best_response(context_, beside, p, search::Prices::kInfinite, nullptr, budget);
  }

  /// Of the old ways, the first in the order that fit beside what is placed stay.
  void drop_what_does_not_fit() {
    auto beside = others(placed_.size(), false);
    for (auto& way : old_) {
      if (!way) continue;
      if (fits(beside, *way))
        beside.push_back(&*way);
      else
        way.reset();
    }
  }

  search::Context& context_;
  std::vector<double> floors_;
  double limit_ = 0;
  std::vector<std::optional<search::Route>> placed_, old_;
};

/// Plans for all pipelines that are worth comparing.
std::vector<Choices> candidates(search::Context& context, const CollaborationPlan* running,
                                const Choices& repaired, Budget& budget) {
  std::vector<Choices> all{repaired};
  if (running != nullptr)
    if (auto shares = as_it_runs(context, *running)) all.push_back(std::move(*shares));
  search::Routes routes;
  for (std::size_t p = 0; p < repaired.size(); ++p)
    routes.push_back(search::route_of(context.space, p, repaired[p].executions.front()));
  auto own = budget.part(budget.left() / 2);
  search::improve(context, routes, nullptr, own);
  budget.take(own);
  all.push_back(search::choices_of(context.space, routes));
  if (auto anew = search::add_in_turn(context, search::by_intensity(context), nullptr, budget)) {
    search::improve(context, *anew, nullptr, budget);
    all.push_back(search::choices_of(context.space, *anew));
  }
  return all;
}

}  // namespace

Problem part_of(const Problem& problem, const std::vector<std::size_t>& pipelines) {
  Problem part{problem.body, {}};
  for (const auto p : pipelines) part.pipelines.push_back(problem.pipelines[p]);
  return part;
}

Repaired repair(const Problem& problem, const CollaborationPlan* running, const SolveOptions& options,
                Budget& budget) {
  Repaired made;
  std::vector<std::size_t> possible;
  for (std::size_t p = 0; p < problem.pipelines.size(); ++p) {
    if (auto why = why_never(problem, p))
      made.refused.push_back({p, std::move(*why)});
    else
      possible.push_back(p);
  }
  const auto part = part_of(problem, possible);
  CostModel costs(part);
  auto space = search::Space::build(costs, options);
  SYNERGY_CHECK(space.has_value(), space ? "" : space.error().reason.c_str());
  search::Context context(part, std::move(*space));
  Placing placing(context, running);
  std::vector<std::size_t> placed;
  for (std::size_t k = 0; k < possible.size(); ++k) {
    if (placing.place(k, budget)) {
      placed.push_back(k);
      made.served.push_back(possible[k]);
      continue;
    }
    const auto& app = problem.pipelines[possible[k]].app.app.text();
    made.refused.push_back(
        {possible[k],
         {RefusalKind::kBudgetSpent, "app '" + app + "': no place was found in a short search"}});
  }
  made.choices = placing.choices(placed);
  std::sort(made.refused.begin(), made.refused.end(),
            [](const Refused& a, const Refused& b) { return a.pipeline < b.pipeline; });
  return made;
}

Replanned plan_of_repair(const Problem& problem, const CollaborationPlan* running, const Choices& choices,
                         const ReplanOptions& options, Budget& budget) {
  Replanned made;
  CostModel costs(problem);
  auto space = search::Space::build(costs, options.solve);
  SYNERGY_CHECK(space.has_value(), space ? "" : space.error().reason.c_str());
  search::Context context(problem, std::move(*space));
  BestMove best(costs, running, options);
  for (const auto& candidate : candidates(context, running, choices, budget)) best.offer(candidate);
  made = best.take();
  made.outcome.nodes = budget.nodes_at_end();
  if (!made.outcome.has_plan()) return made;
  made.outcome.stopped_by = budget.stopped_by();
  sign(made.outcome);
  made.outcome.plan.policy = options.solve.policy;
  made.outcome.plan.reason =
      "what runs stays where it can, the others where they are best beside it; " + in_words(made.move);
  return made;
}

}  // namespace synergy::planner
