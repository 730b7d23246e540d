// What planning anew takes from the plan in force: its ways, and what leaving them costs.
#pragma once

#include <optional>
#include <string>

#include "search/context.hpp"
#include "synergy/planner/replan.hpp"

namespace synergy::planner {

/// The running plan's way of a pipeline, where it has one only and that is still possible.
[[nodiscard]] std::optional<search::Route> only_way(const search::Context& context,
                                                    const schemas::CollaborationPlan& running, std::size_t p);

/// The running plan, shares included, if every part of it is still asked for and possible.
[[nodiscard]] std::optional<Choices> as_it_runs(const search::Context& context,
                                                const schemas::CollaborationPlan& running);

/// What a plan of this value is worth over the horizon, its move counted; more is better.
[[nodiscard]] double worth(double value, const Move& move, const ReplanOptions& options);

[[nodiscard]] std::string in_words(const Move& move);

/// Of several choices, the one whose plan is worth most. Borrows all it is given.
class BestMove {
 public:
  /// `running` nullptr: nothing runs, and no move costs anything.
  BestMove(CostModel& costs, const schemas::CollaborationPlan* running, const ReplanOptions& options)
      : costs_(costs), running_(running), options_(options) {}

  /// Among equals the first stays.
  void offer(const Choices& choices);
  /// Without a plan, and with the reason of the last one's failure, where none could be carried out.
  [[nodiscard]] Replanned take() { return std::move(best_); }

 private:
  CostModel& costs_;
  const schemas::CollaborationPlan* running_;
  const ReplanOptions& options_;
  Replanned best_;
  std::optional<double> worth_;
};

}  // namespace synergy::planner
