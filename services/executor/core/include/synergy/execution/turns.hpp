// Whose turn it is: the turns that a plan's pipelines have taken since the plan was started.
//
// In a plan's cyclic order every unit serves the pipelines in turn: so many runs of each in every cycle. A
// pipeline that starts no run would therefore stop the others of its group (`schemas::groups_of`), so its
// turns must pass:
//
// - A pipeline whose app starts no run any more lets all turns pass that a run under way may wait for. That
//   includes its own last runs, because a plan's order may put their last steps behind first steps of runs
//   that follow.
// - A pipeline whose next run is due later, because it is paced below what its units could do, lets its turns
//   pass at the pace of the cycle. So the turns go by with those of the others, and the pipeline's run finds
//   a turn close at hand when it is due.
//
// An example. Pipelines a and b have one turn each in cycles of 100 ms; a runs freely, b makes two runs a
// second. Run 0 of both takes turn 0. While a takes turns 1, 2, 3 and 4, b lets turns 1, 2, 3 and 4 pass, one
// every 100 ms. At 500 ms run 1 of b is due, and takes turn 5. Had b let nothing pass, a would have stood
// still before turn 1; had b let many turns pass at once, its run would have had to wait for them all.
//
// Without overlap one run is under way at a time, and no other may be waited for: there, the turns that come
// before a run's own in the cycle, and that no run took, pass when the run begins (pass_over()).
//
// Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

class Turns {
 public:
  Turns() = default;
  /// Of a plan that is started at `now`. Where the plan tells no length of a cycle, a pipeline whose run is
  /// due later lets turns pass as if no run came.
  Turns(const schemas::CollaborationPlan& plan, ModelTime now) {
    for (const auto& group : groups_of(plan)) {
      const auto number = leads_.size();
      leads_.push_back(0);
      std::uint64_t lag = 0;  // the greatest of the group
      for (const auto& unit : plan.units)
        for (const auto& task : unit.order)
          if (std::binary_search(group.begin(), group.end(), task.pipeline))
            lag = std::max<std::uint64_t>(lag, task.lag);
      for (const auto p : group) {
        const auto& planned = plan.pipelines[p];
        Pipeline pipeline;
        pipeline.group = number;
        pipeline.in_cycle = planned.runs_per_cycle;
        // A run of cycle c has its last task served in cycle c + lag at the latest, and the unit serves tasks
        // of other pipelines, of turns up to there, before it.
        pipeline.reach = lag + 1;
        pipeline.period = planned.cycle / std::int64_t(planned.runs_per_cycle);
        pipeline.since = now;
        pipelines_.emplace(planned.app, pipeline);
      }
    }
  }

  /// The pipeline's next turn, which it takes for a run that begins at `begin`. The plan must have the
  /// pipeline.
  [[nodiscard]] std::uint64_t take(const AppId& app, ModelTime begin) {
    auto& pipeline = pipelines_.at(app);
    pipeline.taken = ++pipeline.next;
    pipeline.since = begin;
    auto& lead = leads_[pipeline.group];
    lead = std::max(lead, (pipeline.taken + pipeline.in_cycle - 1) / pipeline.in_cycle);
    return pipeline.taken - 1;
  }
  struct Skip {
    std::uint64_t first = 0, count = 0;
    bool operator==(const Skip&) const = default;
  };
  /// The turns that the pipeline lets pass now; nothing where there are none. `comes`: a run of the pipeline
  /// is due later.
  [[nodiscard]] std::optional<Skip> pass(const AppId& app, bool comes, ModelTime now) {
    auto& pipeline = pipelines_.at(app);
    const auto lead = leads_[pipeline.group];
    auto target = (lead + pipeline.reach) * pipeline.in_cycle;
    if (comes && pipeline.period > Duration(0))
      target = std::min(target,
                        pipeline.taken + std::uint64_t(std::max<std::int64_t>(0, turns_gone(pipeline, now))));
    if (lead == 0 || pipeline.next >= target) return std::nullopt;
    target = std::min(target, pipeline.next + schemas::kMaxTurnsSkipped);  // the rest with the next
    const Skip skip{pipeline.next, target - pipeline.next};
    pipeline.next = target;
    return skip;
  }
  /// Lets the pipeline's next turns pass.
  [[nodiscard]] Skip pass_over(const AppId& app, std::uint64_t count) {
    auto& pipeline = pipelines_.at(app);
    pipeline.next += count;
    return {pipeline.next - count, count};
  }
  /// When pass() next lets a turn pass of a pipeline whose run is due later.
  [[nodiscard]] ModelTime next_pass(const AppId& app, ModelTime now) const {
    const auto& pipeline = pipelines_.at(app);
    return pipeline.since + (std::max<std::int64_t>(0, turns_gone(pipeline, now)) + 1) * pipeline.period;
  }

 private:
  struct Pipeline {
    std::size_t group = 0;
    std::uint64_t in_cycle = 1;  ///< turns
    std::uint64_t reach = 1;     ///< cycles from the group's lead on that a run under way may wait for
    Duration period{0};          ///< from turn to turn, on the average
    std::uint64_t next = 0;      ///< the next turn
    std::uint64_t taken = 0;     ///< the turn after the last one that a run took
    ModelTime since{};           ///< when that run began
  };
  [[nodiscard]] static std::int64_t turns_gone(const Pipeline& pipeline, ModelTime now) {
    return pipeline.period > Duration(0) ? (now - pipeline.since) / pipeline.period : 0;
  }

  std::vector<std::uint64_t> leads_;  ///< by group: the cycle after the furthest that a run took a turn of
  std::map<AppId, Pipeline> pipelines_;
};

}  // namespace synergy::execution
