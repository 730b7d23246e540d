// Re-planning one pipeline, or one after the other, with the rest held as it is.
#pragma once

#include "context.hpp"
#include "relaxation.hpp"
#include "synergy/planner/budget.hpp"

namespace synergy::planner::search {

/// The route of pipeline `p` that gives the least key together with `others` (pipelines may be missing), if
/// one gives less than `below`. `relaxed` may be null; its prices only make the search shorter. The search
/// has a limit of its own: `is_complete`, where it is given, says whether all routes were tried.
[[nodiscard]] std::optional<Route> best_response(Context& context, const std::vector<const Route*>& others,
                                                 std::size_t p, double below, const Relaxed* relaxed,
                                                 Budget& budget, bool* is_complete = nullptr);

/// What every collaboration plan costs at least because of pipeline `p`: its best route in an empty mesh, and
/// the least of the others where costs add up. Infinite where it has no route; nothing where the budget ended
/// the search.
[[nodiscard]] std::optional<double> least_alone(Context& context, std::size_t p, Budget& budget);
/// The same, with what was met until the budget ended the search.
struct Alone {
  double least = Prices::kInfinite;
  bool is_proved = false;  ///< no route costs less
};
[[nodiscard]] Alone search_alone(Context& context, std::size_t p, Budget& budget);

/// Best responses in turn until none helps. `routes` must be feasible; stays so.
void improve(Context& context, Routes& routes, const Relaxed* relaxed, Budget& budget);

/// Pipelines in `order`, each with its best response to those before it. Nothing where one finds no place.
[[nodiscard]] std::optional<Routes> add_in_turn(Context& context, const std::vector<std::size_t>& order,
                                                const Relaxed* relaxed, Budget& budget);

}  // namespace synergy::planner::search
