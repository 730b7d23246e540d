#include "running.hpp"

#include <algorithm>
#include <cmath>

#include "make_plan.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;

/// The running plan's ways of a pipeline, as choices; none where its model is another one now.
std::vector<ExecutionChoice> running_ways(const CollaborationPlan& running, const Pipeline& pipeline) {
  const auto* before = running.find(pipeline.app.app);
  std::vector<ExecutionChoice> ways;
  if (before == nullptr || before->model_digest != pipeline.model.digest) return ways;
  for (const auto& execution : before->executions)
    ways.push_back({execution.share, execution.source, execution.target, execution.chunks});
  return ways;
}

}  // namespace

std::optional<search::Route> only_way(const search::Context& context, const CollaborationPlan& running,
                                      std::size_t p) {
  const auto ways = running_ways(running, context.problem.pipelines[p]);
  return ways.size() == 1 ? search::possible_route(context.space, p, ways.front()) : std::nullopt;
}

std::optional<Choices> as_it_runs(const search::Context& context, const CollaborationPlan& running) {
  Choices choices;
  for (std::size_t p = 0; p < context.space.pipelines.size(); ++p) {
    auto ways = running_ways(running, context.problem.pipelines[p]);
    double shares = 0;
    for (const auto& way : ways) {
      if (!(way.share > 0) || !search::possible_route(context.space, p, way)) return std::nullopt;
      shares += way.share;
    }
    if (std::abs(shares - 1) > 1e-6) return std::nullopt;
    choices.push_back({std::move(ways)});
  }
  return choices;
}

double worth(double value, const Move& move, const ReplanOptions& options) {
  const double lost = std::min(1.0, double(move.time().count()) / double(options.horizon.count()));
  return more_is_better(options.solve.objective) ? value * (1 - lost) : -value * (1 + lost);
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

void BestMove::offer(const Choices& choices) {
  const auto& problem = costs_.problem();
  auto plan = make_plan(costs_, choices, options_.solve);
  if (!plan || !verify(problem, *plan)) {
    if (worth_) return;
    const Refusal unverified{RefusalKind::kOutOfResource, "the plan does not hold"};
    const auto& refusal = plan ? unverified : plan.error();
    best_.outcome.status = status_of(refusal.kind);
    best_.outcome.reason = refusal.reason;
    return;
  }
  auto move = running_ != nullptr ? move_between(costs_, *running_, *plan) : Move{};
  const double value = plan->objective_value;
  const double is_worth = worth(value, move, options_);
  if (worth_ && is_worth <= *worth_) return;
  worth_ = is_worth;
  best_.keeps = move.apps.empty() && move.devices.empty();
  best_.move = std::move(move);
  best_.outcome.plan = std::move(*plan);
  best_.outcome.status = OutcomeStatus::kHeuristic;
  best_.outcome.choices = choices;
  best_.outcome.objective_value = value;
  best_.outcome.reason.clear();
}

}  // namespace synergy::planner
