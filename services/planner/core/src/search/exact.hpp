// Exact search over lists of routes. First it lists, for each pipeline, every route that could be part of a
// plan below a limit. Then it tries the lists' routes, the pipeline with the fewest routes left first.
// `certified.hpp` says why nothing is missed.
#pragma once

#include "context.hpp"
#include "relaxation.hpp"
#include "synergy/planner/budget.hpp"

namespace synergy::planner::search {

class Exact {
 public:
  /// Looks for plans below `limit`. Borrows all.
  Exact(Context& context, const Relaxed& relaxed, double limit);

  /// Lists the routes; false when there are more than `most` or the budget was spent.
  [[nodiscard]] bool gather(std::size_t most, Budget& budget);
  /// True when it came to its end. Then `best()` is the best plan below the limit, or there is none.
  [[nodiscard]] bool run(Budget& budget);
  [[nodiscard]] const std::optional<Routes>& best() const { return best_; }
  /// Other plans met on the way, the latest (best) last.
  [[nodiscard]] const std::vector<Routes>& met() const { return met_; }

 private:
  struct Column {
    Route route;
    double dual = 0;   ///< above the least of its pipeline
    double plain = 0;  ///< without prices
  };
  using Lists = std::vector<std::vector<std::uint32_t>>;  ///< by pipeline, indices of columns
  /// A plan counts as better than the best so far when its value is below this.
  [[nodiscard]] double reach() const;
  bool descend(const Lists& lists, double dual, Budget& budget);
  /// Columns of `q` that may still be part of a plan below the limit.
  bool filter(std::size_t q, const std::vector<std::uint32_t>& from, std::vector<std::uint32_t>& to,
              double dual, double plain, double peak, Budget& budget);
  void judge();

  Context& context_;
  const Relaxed& relaxed_;
  double limit_;
  std::vector<std::vector<Column>> columns_;
  State state_;
  std::vector<const Route*> chosen_;  ///< by pipeline; null: open
  std::size_t open_;
  std::optional<Routes> best_;
  std::vector<Routes> met_;
};

}  // namespace synergy::planner::search
