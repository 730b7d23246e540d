#include "synergy/planner/replan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "make_plan.hpp"
#include "running.hpp"
#include "search/improve.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

using schemas::Chunk;
using schemas::CollaborationPlan;
using schemas::PipelinePlan;

bool same_ways(const PipelinePlan& a, const PipelinePlan& b) {
  if (a.model_digest != b.model_digest || a.executions.size() != b.executions.size()) return false;
  return std::equal(a.executions.begin(), a.executions.end(), b.executions.begin(),
                    [](const auto& x, const auto& y) {
                      return x.source == y.source && x.target == y.target && x.chunks == y.chunks;
                    });
}

/// Chunks that a plan keeps on each device, by the digest of their model.
using Held = std::set<std::tuple<DeviceId, std::string, std::uint32_t, std::uint32_t>>;

Held held_by(const CollaborationPlan& plan) {
  Held held;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& chunk : execution.chunks)
        held.insert({chunk.device, pipeline.model_digest, chunk.first_layer, chunk.last_layer});
  return held;
}

/// Plans that lie near the running one.
class Neighbourhood {
 public:
  Neighbourhood(search::Context& context, const CollaborationPlan& running)
      : context_(context), running_(running) {
    for (std::size_t p = 0; p < context.space.pipelines.size(); ++p)
      kept_.push_back(only_way(context, running, p));
  }

  std::vector<Choices> plans(const Choices& best, Budget& budget) {
    std::vector<Choices> all;
    if (auto shares = as_it_runs(context_, running_)) all.push_back(*shares);
    if (auto routes = repaired(budget)) {
      all.push_back(choices_of(context_.space, *routes));
      search::improve(context_, *routes, nullptr, budget);
      all.push_back(choices_of(context_.space, *routes));
    }
    if (auto routes = drawn_back(best)) all.push_back(choices_of(context_.space, *routes));
    return all;
  }

 private:
  /// What can stay as it is, and the best for the others beside it.
  [[nodiscard]] std::optional<search::Routes> repaired(Budget& budget) {
    search::Routes routes(kept_.size());
    std::vector<const search::Route*> chosen;
    const auto order = search::by_intensity(context_);
    for (const auto p : order)
      if (kept_[p]) {
        routes[p] = *kept_[p];
        chosen.push_back(&routes[p]);
      }
    for (const auto p : order) {
      if (kept_[p]) continue;
      auto best = search::best_response(context_, chosen, p, search::Prices::kInfinite, nullptr, budget);
      if (!best) return std::nullopt;
      routes[p] = std::move(*best);
      chosen.push_back(&routes[p]);
    }
    if (!context_.judge(routes)) return std::nullopt;
    return routes;
  }

  /// The best plan, with every pipeline back on its old way where that costs nothing.
  [[nodiscard]] std::optional<search::Routes> drawn_back(const Choices& best) {
    search::Routes routes;
    for (std::size_t p = 0; p < best.size(); ++p) {
      if (best[p].executions.size() != 1) return std::nullopt;
      routes.push_back(search::route_of(context_.space, p, best[p].executions.front()));
    }
    const auto value = context_.judge(routes);
    if (!value) return std::nullopt;
    for (std::size_t p = 0; p < routes.size(); ++p) {
      if (!kept_[p]) continue;
      auto tried = routes;
      tried[p] = *kept_[p];
      const auto other = context_.judge(tried);
      if (other && other->value <= value->value * (1 + 1e-9)) routes = std::move(tried);
    }
    return routes;
  }

  search::Context& context_;
  const CollaborationPlan& running_;
  std::vector<std::optional<search::Route>> kept_;  ///< of pipelines with one way that is still possible
};

}  // namespace

Move move_between(CostModel& costs, const CollaborationPlan& running, const CollaborationPlan& next) {
  Move move;
  const auto before = held_by(running);
  std::map<DeviceId, DeviceMove> devices;
  Held counted;
  for (std::size_t p = 0; p < next.pipelines.size(); ++p) {
    const auto& pipeline = next.pipelines[p];
    const auto* was = running.find(pipeline.app);
    if (was == nullptr || !same_ways(*was, pipeline)) move.apps.push_back(pipeline.app);
    for (const auto& execution : pipeline.executions)
      for (const auto& chunk : execution.chunks) {
        const auto key = std::tuple(chunk.device, pipeline.model_digest, chunk.first_layer, chunk.last_layer);
        if (before.contains(key) || !counted.insert(key).second) continue;
        auto& device = devices[chunk.device];
        device.device = chunk.device;
        device.load += costs.switch_to(p, chunk, 0, SwitchKind::kWeights).duration;
        device.weight_bytes += accel_model::weight_bytes(accel_model::chunk_of(
            costs.problem().pipelines[p].model.program, chunk.first_layer, chunk.last_layer));
      }
  }
  for (const auto& was : running.pipelines) {
    const auto* still = next.find(was.app);
    if (still != nullptr && same_ways(was, *still)) continue;
    if (still == nullptr) move.apps.push_back(was.app);
    move.runs_to_drain += was.depth;
    for (const auto& execution : was.executions) move.drain = std::max(move.drain, execution.latency);
  }
  for (const auto& device : costs.problem().body.devices) {
    const auto found = devices.find(device.id);
    if (found == devices.end()) continue;
    move.weight_bytes += found->second.weight_bytes;
    move.load = std::max(move.load, found->second.load);
    move.devices.push_back(found->second);
  }
  return move;
}

Replanned replan(const Problem& problem, const CollaborationPlan& running, const ReplanOptions& options,
                 Budget budget) {
  // A quarter of the nodes is for plans near the running one.
  const auto nodes_near = budget.left() / 4;
  auto own = budget.part(budget.left() - nodes_near);
  Replanned made;
  made.outcome = solve_within(problem, options.solve, own);
  budget.take(own);
  auto& outcome = made.outcome;
  if (!outcome.has_plan() || problem.pipelines.empty()) return made;
  CostModel costs(problem);
  made.move = move_between(costs, running, outcome.plan);
  // Of a search that did not come to its end, nothing is proved of levels.
  const bool levels_are_proved = outcome.stopped_by.value_or(StoppedBy::kProof) == StoppedBy::kProof;
  double best = worth(outcome.objective_value, made.move, options);
  const auto* policy = find_policy(options.solve.policy);
  auto space = search::Space::build(costs, options.solve);
  if (policy->certifies && space) {
    search::Context context(problem, std::move(*space));
    auto near = budget.part(nodes_near);
    const auto plans = Neighbourhood(context, running).plans(outcome.choices, near);
    budget.take(near);
    outcome.nodes = budget.nodes_at_end();
    for (const auto& choices : plans) {
      auto plan = make_plan(costs, choices, options.solve);
      if (!plan || !verify(problem, *plan)) continue;
      const auto move = move_between(costs, running, *plan);
      const double value = plan->objective_value;
      if (worth(value, move, options) <= best) continue;
      outcome.runner_ups.insert(outcome.runner_ups.begin(),
                                {"search", outcome.choices, summary_of(problem, outcome.choices),
                                 outcome.objective_value, "not worth its move: " + in_words(made.move)});
      best = worth(value, move, options);
      made.move = move;
      plan->policy = outcome.plan.policy;
      plan->levels = outcome.plan.levels;
      outcome.plan = std::move(*plan);
      outcome.choices = choices;
      outcome.objective_value = value;
      certify(outcome, options.solve.objective, levels_are_proved);
    }
  }
  sign(outcome);
  made.keeps = made.move.apps.empty() && made.move.devices.empty();
  outcome.plan.reason = std::string(policy->about) + "; " + in_words(made.move);
  return made;
}

}  // namespace synergy::planner
