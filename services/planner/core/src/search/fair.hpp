// Objective `fair`: of all plans, the one whose rates per weight, in ascending order, are the greatest in
// lexicographic order. When the slowest can not be raised, the next one is, and so on.
//
// The search goes level by level (level.hpp). A level is the greatest t that all pipelines which are not held
// yet can reach together. Then it asks which of them are stuck at t: those that no plan gives more than t
// while all others keep what they have. Each is asked for by a search for a plan in which it has a little
// more (one part in a million); mostly the prices of the level's proof answer that already. Those that are
// stuck are held at t, and the next level raises the others.
//
// Where each of several pipelines could be raised, but never all of them at once, none is stuck by itself,
// and plans differ in who stays behind. The search then tries each of them as the one that does, and takes
// the best.
//
// Each level is certified: with those of the levels before held at their rates, no plan raises its pipelines
// further. A cap ends a level, too: who has reached it is held there.
#pragma once

#include "../rates.hpp"
#include "level.hpp"

namespace synergy::planner::search {

struct FairLevel {
  double value = 0, bound = 0;         ///< rate / weight, runs per second; equal where that is proved
  std::vector<std::size_t> pipelines;  ///< that are held by it
};

struct Fair {
  std::optional<Routes> best;
  std::vector<FairLevel> levels;
  bool is_proved = false;   ///< every level is; or there is no plan
  Level first;              ///< the first level, as it was found
  std::vector<Routes> met;  ///< other plans that were the best of a search, best last
};

/// Changes the context's rates. `starts`: plans to begin with; infeasible ones are ignored.
[[nodiscard]] Fair find_fair(Context& context, const std::vector<Demand>& demands,
                             const std::vector<Routes>& starts, Budget& budget);

}  // namespace synergy::planner::search
