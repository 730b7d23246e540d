// Least load of the busiest unit that finishing a route brings, whatever else runs: one backward pass, as for
// `Completion`, with the maximum in place of the sum. A bound for the same reasons.
#pragma once

#include <vector>

#include "space.hpp"

namespace synergy::planner::search {

class Bottleneck {
 public:
  Bottleneck(const Space& space, std::size_t pipeline);

  /// After a chunk that ended at boundary `b` on `device`, its unload not counted: ns.
  [[nodiscard]] double after(std::size_t b, int device) const {
    return after_[b * devices_ + std::size_t(device)];
  }

 private:
  std::size_t devices_;
  std::vector<double> after_;
};

}  // namespace synergy::planner::search
