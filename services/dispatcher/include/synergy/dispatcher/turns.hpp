// Whose turn it is: the turns that a plan's pipelines have taken since it was started.
//
// In a plan's cyclic order every unit waits for every pipeline's next run, and a run's last steps may come
// after the first steps of the runs behind it. So a pipeline that starts no run stops the others, and its own
// last runs, unless its turns are passed over: of one that will not come, as far as any run under way may
// ask; of one that comes later (its app is slower than the mesh), one for each round that goes by, so that it
// finds its place when it is due.
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
  /// Of a plan that is started at `now`. Where it predicts no rate, who comes later is treated as if it did
  /// not.
  Turns(const schemas::CollaborationPlan& plan, ModelTime now) : started_(now) {
    std::uint64_t lag = 0;
    for (const auto& unit : plan.units)
      for (const auto& task : unit.order) lag = std::max<std::uint64_t>(lag, task.lag);
    // A unit that serves a task of cycle c is in cycle c + lag at most, and serves others of that cycle
    // before.
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
  /// The turns that the pipeline lets pass now; nothing where there are none. `comes`: later.
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
  /// When pass() has more for a pipeline that comes later.
  [[nodiscard]] ModelTime next_pass(const AppId& app, ModelTime now) const {
    const auto found = pipelines_.find(app);
    const auto& pipeline = found == pipelines_.end() ? Pipeline{0, 0, started_} : found->second;
    return pipeline.since + (std::max<std::int64_t>(0, rounds_gone(pipeline, now)) + 1) * round_;
  }

 private:
  struct Pipeline {
    std::uint64_t next = 0, taken = 0;  ///< the next turn; the one behind the last that was taken
    ModelTime since{};                  ///< when that run began
  };
  [[nodiscard]] std::int64_t rounds_gone(const Pipeline& pipeline, ModelTime now) const {
    return round_ > Duration(0) ? (now - pipeline.since) / round_ : 0;
  }

  ModelTime started_{};
  Duration round_{0};
  std::uint64_t reach_ = 1;
  std::uint64_t lead_ = 0;  ///< behind the furthest turn taken
  std::map<AppId, Pipeline> pipelines_;
};

}  // namespace synergy::dispatcher
