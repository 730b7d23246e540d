// Plans that a search in levels has met: each level begins with the last of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "context.hpp"

namespace synergy::planner::search {

class PlanPool {
 public:
  /// `starts`: plans to begin with.
  explicit PlanPool(std::vector<Routes> starts) : all_(std::move(starts)), first_met_(all_.size()) {}

  void remember(const Routes& routes) { all_.push_back(routes); }
  /// The plans met last, and then those to begin with.
  [[nodiscard]] std::vector<Routes> starts() const {
    constexpr std::size_t kMost = 12;
    return {all_.rbegin(), all_.rbegin() + std::ptrdiff_t(std::min(kMost, all_.size()))};
  }
  /// All of them, those to begin with first.
  [[nodiscard]] const std::vector<Routes>& all() const { return all_; }
  /// Those that were remembered, the last one last.
  [[nodiscard]] std::vector<Routes> met() const {
    return {all_.begin() + std::ptrdiff_t(first_met_), all_.end()};
  }

 private:
  std::vector<Routes> all_;
  std::size_t first_met_;
};

/// Whether `a` comes before `b` in lexicographic order, by `less`, values closer than 1e-9 of each other
/// being equal. Both must be sorted.
template <class Less>
[[nodiscard]] bool is_ahead(const std::vector<double>& a, const std::vector<double>& b, const Less& less) {
  constexpr double kSame = 1e-9;
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
    if (std::abs(a[k] - b[k]) > kSame * std::max(a[k], b[k])) return less(a[k], b[k]);
  return false;
}

}  // namespace synergy::planner::search
