// Whose turn it is: the turns that a plan's pipelines have taken since the plan was started.
//
// In a plan's cyclic order every unit serves the pipelines in turn: run n of each, then run n + 1 of each. A
// pipeline that starts no run would therefore stop the others, so the dispatcher lets its turns pass:
//
// - A pipeline whose app starts no run any more lets all turns pass that a run under way may wait for. That
//   includes its own last runs, because a plan's order may put their last steps behind first steps of runs
//   that follow.
// - A pipeline whose next run is due later, because its app asks for a lower rate than the mesh could give,
//   lets one turn pass in each round. So the turns go by at the pace of the others, and the pipeline's run
//   finds a turn close at hand when it is due.
//
// An example. Pipelines a and b have rounds of 100 ms; a runs freely, b asks for two runs a second. Run 0 of
// both takes turn 0. While a takes turns 1, 2, 3 and 4, b lets turns 1, 2, 3 and 4 pass, one every 100 ms. At
// 500 ms run 1 of b is due, and takes turn 5. Had b let nothing pass, a would have stood still before turn 1;
// had b let many turns pass at once, its run would have had to wait for them all.
//
// Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::dispatcher {

class Turns {
 public:
  Turns() = default;
  /// Of a plan that is started at `now`. Where the plan predicts no rate there are no rounds to count: a
  /// pipeline whose run is due later lets turns pass as if no run came.
  Turns(const schemas::CollaborationPlan& plan, ModelTime now) : started_(now) {
    std::uint64_t lag = 0;
    for (const auto& unit : plan.units)
      for (const auto& task : unit.order) lag = std::max<std::uint64_t>(lag, task.lag);
    // `lag`: the greatest of the plan. A run of cycle c has its last task served in cycle c + lag at the
    // latest, and the unit serves tasks of other pipelines, of turns up to there, before it.
    reach_ = (lag + 1) * plan.rounds_per_cycle;
    if (plan.rounds_per_second > 0) round_ = period_of(plan.rounds_per_second);
  }

  /// The pipeline's next turn, which it takes for a run that begins at `begin`.
  [[nodiscard]] std::uint64_t take(const AppId& app, ModelTime begin) {
    auto& pipeline = pipelines_[app];
    pipeline.taken = ++pipeline.next;
    pipeline.since = begin;
    lead_ = std::max(lead_, pipeline.taken);
    return pipeline.taken - 1;
  }
  struct Skip {
    std::uint64_t first = 0, count = 0;
    bool operator==(const Skip&) const = default;
  };
  /// The turns that the pipeline lets pass now; nothing where there are none. `comes`: a run of the pipeline
  /// is due later.
  [[nodiscard]] std::optional<Skip> pass(const AppId& app, bool comes, ModelTime now) {
    const auto [found, first] = pipelines_.try_emplace(app, Pipeline{0, 0, started_});
    auto& pipeline = found->second;
    auto target = lead_ + reach_;
    if (comes && round_ > Duration(0))
      target = std::min(
          target, pipeline.taken + std::uint64_t(std::max<std::int64_t>(0, rounds_gone(pipeline, now))));
    if (lead_ == 0 || pipeline.next >= target) return std::nullopt;
    target = std::min(target, pipeline.next + schemas::kMaxTurnsSkipped);  // the rest with the next
    const Skip skip{pipeline.next, target - pipeline.next};
    pipeline.next = target;
    return skip;
  }
  /// When pass() next lets a turn pass of a pipeline whose run is due later.
  [[nodiscard]] ModelTime next_pass(const AppId& app, ModelTime now) const {
    const auto found = pipelines_.find(app);
    const auto& pipeline = found == pipelines_.end() ? Pipeline{0, 0, started_} : found->second;
    return pipeline.since + (std::max<std::int64_t>(0, rounds_gone(pipeline, now)) + 1) * round_;
  }

 private:
  struct Pipeline {
    std::uint64_t next = 0;   ///< the next turn
    std::uint64_t taken = 0;  ///< the turn after the last one that a run took
    ModelTime since{};        ///< when that run began
  };
  [[nodiscard]] std::int64_t rounds_gone(const Pipeline& pipeline, ModelTime now) const {
    return round_ > Duration(0) ? (now - pipeline.since) / round_ : 0;
  }

  ModelTime started_{};
  Duration round_{0};
  std::uint64_t reach_ = 1;
  std::uint64_t lead_ = 0;  ///< the turn after the furthest that a run of any pipeline took
  std::map<AppId, Pipeline> pipelines_;
};

}  // namespace synergy::dispatcher
