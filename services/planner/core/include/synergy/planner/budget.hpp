// How long a search may go on: asked at every node, it says when to stop.
#pragma once

#include <cstdint>
#include <limits>

namespace synergy::planner {

/// Counts nodes, so that the same problem with the same budget gives the same plan on every machine.
class Budget {
 public:
  explicit Budget(std::uint64_t nodes = std::numeric_limits<std::uint64_t>::max()) : limit_(nodes) {}
  /// Counts one node; false when the budget is spent.
  bool spend() {
    stopped_ |= used_ >= limit_;
    return !stopped_ && (++used_, true);
  }
  /// Whether a node was refused: a search that needs exactly its budget was not cut short.
  [[nodiscard]] bool spent() const { return stopped_; }
  [[nodiscard]] std::uint64_t used() const { return used_; }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  bool stopped_ = false;
};

}  // namespace synergy::planner
