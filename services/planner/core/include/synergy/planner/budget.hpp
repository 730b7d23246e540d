// How long a search may go on: asked at every node, it says when to stop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

namespace synergy::planner {

/// Counts nodes, so that the same problem with the same budget gives the same plan on every machine. A stop
/// predicate (a clock at the command line) may end the search earlier; then only the plan's certificate, not
/// its identity, is repeatable.
class Budget {
 public:
  using Stop = std::function<bool()>;
  explicit Budget(std::uint64_t nodes = std::numeric_limits<std::uint64_t>::max(), Stop stop = {})
      : limit_(nodes), stop_(std::move(stop)) {}
  /// Counts one node; false when the budget is spent.
  bool spend() {
    stopped_ = stopped_ || used_ >= limit_ || (stop_ && asked_++ % kNodesPerAsking == 0 && stop_());
    return !stopped_ && (++used_, true);
  }
  /// A budget for a part of the search: at most `nodes` of what is left, under the same stop predicate.
  [[nodiscard]] Budget part(std::uint64_t nodes) const { return Budget(std::min(nodes, left()), stop_); }
  /// Counts what a part took. Where the part was cut short because this budget ended, this one is spent too.
  void take(const Budget& part) {
    used_ += part.used_;
    stopped_ = stopped_ || (part.stopped_ && (used_ >= limit_ || part.used_ < part.limit_));
  }
  /// Counts many nodes at once, of work that is not cut short.
  void take(std::uint64_t nodes) { used_ += nodes; }
  [[nodiscard]] std::uint64_t left() const { return used_ < limit_ ? limit_ - used_ : 0; }
  /// Whether a node was refused: a search that needs exactly its budget was not cut short.
  [[nodiscard]] bool spent() const { return stopped_; }
  [[nodiscard]] std::uint64_t used() const { return used_; }

 private:
  static constexpr std::uint64_t kNodesPerAsking = 32;
  std::uint64_t limit_;
  Stop stop_;
  std::uint64_t used_ = 0, asked_ = 0;
  bool stopped_ = false;
};

}  // namespace synergy::planner
