// Objective `lifetime`: of all plans that keep every app at its rate, the one whose batteries' hours, in
// ascending order, are the greatest in lexicographic order. The device that dies first is to live as long as
// can be, then the next, and so on.
//
// A battery is a unit of the search (`space.hpp`): its load is the part of it that an hour takes, 1 / hours.
// The least peak of all batteries is the first level (`certified.hpp`). Then it asks of each battery at the
// peak whether it is stuck there: whether no plan leaves it less while the others keep to the peak. One that
// is stuck is held: from then on it only keeps to that limit, and the next level is the least peak of the
// others. Where none is stuck, plans differ in which battery stays at the peak. The search then holds each of
// them in turn, and takes the best.
#pragma once

#include "certified.hpp"

namespace synergy::planner::search {

struct LifetimeLevel {
  double value = 0, bound = 0;  ///< 1 / hours; equal where it is proved
  std::vector<int> devices;     ///< that are held by it
};

struct Lifetime {
  std::optional<Routes> best;
  std::vector<LifetimeLevel> levels;
  bool is_proved = false;   ///< every level is; or there is no plan
  Certified first;          ///< the search for the first level
  std::vector<Routes> met;  ///< other plans that were the best of a search, best last
};

/// Needs the batteries of the context's space, and leaves them as they were. `starts`: plans to begin with;
/// infeasible ones are ignored.
[[nodiscard]] Lifetime find_lifetime(Context& context, const std::vector<Routes>& starts, Budget& budget);

}  // namespace synergy::planner::search
