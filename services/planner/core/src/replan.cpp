#include "synergy/planner/replan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "make_plan.hpp"
#include "search/improve.hpp"
#include "synergy/base/check.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

using schemas::Chunk;
using schemas::CollaborationPlan;
using schemas::PipelinePlan;

const PipelinePlan* pipeline_of(const CollaborationPlan& plan, const AppId& app) {
  const auto found = std::find_if(plan.pipelines.begin(), plan.pipelines.end(),
                                  [&](const PipelinePlan& pipeline) { return pipeline.app == app; });
  return found == plan.pipelines.end() ? nullptr : &*found;
}

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

/// The running plan's route of a pipeline, where it is still possible alone.
std::optional<search::Route> kept_route(const search::Context& context, std::size_t p,
                                        const CollaborationPlan& running) {
  const auto& pipeline = context.problem.pipelines[p];
  const auto* before = pipeline_of(running, pipeline.app.app);
  if (before == nullptr || before->model_digest != pipeline.model.digest || before->executions.size() != 1)
    return std::nullopt;
  const auto& space = context.space;
  const auto number = [&](const DeviceId& id) {
    return int(std::find(space.devices.begin(), space.devices.end(), id) - space.devices.begin());
  };
  const auto& table = space.pipelines[p];
  const auto& execution = before->executions.front();
  const auto offers = [](const std::vector<int>& devices, int device) {
    return std::find(devices.begin(), devices.end(), device) != devices.end();
  };
  if (!offers(table.sources, number(execution.source)) || !offers(table.targets, number(execution.target)))
    return std::nullopt;
  for (const auto& chunk : execution.chunks)
    if (number(chunk.device) == int(space.devices.size()) || chunk.last_layer + 1 > table.bounds.back() ||
        !std::binary_search(table.bounds.begin(), table.bounds.end(), chunk.first_layer) ||
        !std::binary_search(table.bounds.begin(), table.bounds.end(), chunk.last_layer + 1))
      return std::nullopt;
  auto route = search::route_of(space, p, {1, execution.source, execution.target, execution.chunks});
  for (const auto& segment : route.segments)
    if (!space.node(p, segment.device, segment.i, segment.j).valid) return std::nullopt;
  if (!search::is_allowed(space, route)) return std::nullopt;
  return route;
}

/// Plans that lie near the running one.
class Neighbourhood {
 public:
  Neighbourhood(CostModel& costs, search::Context& context, const CollaborationPlan& running)
      : costs_(costs), context_(context), running_(running) {
    for (std::size_t p = 0; p < context.space.pipelines.size(); ++p)
      kept_.push_back(kept_route(context, p, running));
  }

  std::vector<Choices> plans(const Choices& best, Budget& budget) {
    std::vector<Choices> all;
    if (auto shares = as_it_runs()) all.push_back(*shares);
    if (auto routes = repaired(budget)) {
      all.push_back(choices_of(context_.space, *routes));
      search::improve(context_, *routes, nullptr, budget);
      all.push_back(choices_of(context_.space, *routes));
    }
    if (auto routes = drawn_back(best)) all.push_back(choices_of(context_.space, *routes));
    return all;
  }

 private:
  /// A running plan with shares, if every part of it is still asked for and there.
  [[nodiscard]] std::optional<Choices> as_it_runs() const {
    const auto& problem = costs_.problem();
    Choices choices;
    for (const auto& pipeline : problem.pipelines) {
      const auto* before = pipeline_of(running_, pipeline.app.app);
      if (before == nullptr || before->model_digest != pipeline.model.digest) return std::nullopt;
      auto& choice = choices.emplace_back();
      for (const auto& execution : before->executions)
        choice.executions.push_back({execution.share, execution.source, execution.target, execution.chunks});
    }
    // verify() judges plans, assemble() expects possible ones.
    for (std::size_t p = 0; p < choices.size(); ++p)
      for (const auto& execution : choices[p].executions)
        for (const auto& chunk : execution.chunks) {
          const auto* device = problem.body.find(chunk.device);
          if (device == nullptr || problem.body.is_absent(chunk.device) ||
              problem.body.find(execution.source) == nullptr ||
              problem.body.find(execution.target) == nullptr ||
              !costs_.chunk(p, chunk.first_layer, chunk.last_layer, *device))
            return std::nullopt;
        }
    return choices;
  }

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

  CostModel& costs_;
  search::Context& context_;
  const CollaborationPlan& running_;
  std::vector<std::optional<search::Route>> kept_;
};

/// What a plan is worth over the horizon, its move counted; more is better.
double worth(double value, const Move& move, const ReplanOptions& options) {
  const double lost = std::min(1.0, double(move.time().count()) / double(options.horizon.count()));
  return options.solve.objective == Objective::kThroughput ? value * (1 - lost) : -value * (1 + lost);
}

std::string in_words(const Move& move) {
  if (move.apps.empty() && move.devices.empty()) return "nothing moves";
  std::string text;
  for (const auto& app : move.apps) text += (text.empty() ? "moves " : ", ") + app.text();
  if (text.empty()) text = "no app moves";
  return text + "; loads " + std::to_string(move.weight_bytes) + " bytes of weights in " +
         std::to_string(double(move.load.count()) * 1e-6) + " ms, drains " +
         std::to_string(move.runs_to_drain) + " runs";
}

}  // namespace

Move move_between(CostModel& costs, const CollaborationPlan& running, const CollaborationPlan& next) {
  Move move;
  const auto before = held_by(running);
  std::map<DeviceId, DeviceMove> devices;
  Held counted;
  for (std::size_t p = 0; p < next.pipelines.size(); ++p) {
    const auto& pipeline = next.pipelines[p];
    const auto* was = pipeline_of(running, pipeline.app);
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
    const auto* still = pipeline_of(next, was.app);
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
  auto near = budget.part(budget.left() / 4);
  Replanned made;
  made.outcome = solve(problem, options.solve, budget.part(budget.left() - near.left()));
  auto& outcome = made.outcome;
  if (!outcome.has_plan() || problem.pipelines.empty()) return made;
  CostModel costs(problem);
  made.move = move_between(costs, running, outcome.plan);
  double best = worth(outcome.objective_value, made.move, options);
  const auto* policy = find_policy(options.solve.policy);
  auto space = search::Space::build(costs, options.solve);
  if (policy->certifies && space) {
    search::Context context(problem, std::move(*space));
    for (const auto& choices : Neighbourhood(costs, context, running).plans(outcome.choices, near)) {
      auto plan = make_plan(costs, choices, options.solve);
      if (!plan || !verify(problem, *plan)) continue;
      const auto move = move_between(costs, running, *plan);
      const double value = objective_value(*plan, options.solve.objective);
      if (worth(value, move, options) <= best) continue;
      outcome.runner_ups.insert(outcome.runner_ups.begin(),
                                {"search", outcome.choices, summary_of(problem, outcome.choices),
                                 outcome.objective_value, "not worth its move: " + in_words(made.move)});
      best = worth(value, move, options);
      made.move = move;
      plan->policy = outcome.plan.policy;
      outcome.plan = std::move(*plan);
      outcome.choices = choices;
      outcome.objective_value = value;
      certify(outcome, options.solve.objective);
    }
  }
  made.keeps = made.move.apps.empty() && made.move.devices.empty();
  outcome.plan.reason = std::string(policy->about) + "; " + in_words(made.move);
  return made;
}

}  // namespace synergy::planner
