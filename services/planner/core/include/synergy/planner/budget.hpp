// How long a search may go on: asked at every node, it says when to stop, and which limit it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "synergy/schemas/planning.hpp"

namespace synergy::planner {

using schemas::StoppedBy;

/// What a search has come to, for who waits for it.
struct Progress {
  std::uint64_t nodes = 0;
  /// As `Outcome::objective_value` and `Outcome::bound`; nothing while there is none.
  std::optional<double> best, bound;
};

/// Counts nodes, so that the same problem with the same budget gives the same plan on every machine. A stop
/// predicate (a clock at the command line) may end the search earlier: `cut_at` then makes the same search
/// again. Not for several threads; the stop predicate may read what another thread sets.
class Budget {
 public:
  using Stop = std::function<bool()>;
  using Tell = std::function<void(const Progress&)>;
  static constexpr auto kNoLimit = std::numeric_limits<std::uint64_t>::max();

  explicit Budget(std::uint64_t nodes = kNoLimit, Stop stop = {}) : limit_(nodes), stop_(std::move(stop)) {}
  /// Ends the search where a stop predicate has ended it before: after `nodes`, the `Outcome::nodes` of then.
  /// The limit must be that of then, too, because parts are shares of it. Where no predicate had ended the
  /// search, this changes nothing.
  void cut_at(std::uint64_t nodes) { cut_ = nodes; }
  /// `tell` is called in the search's thread, every few nodes.
  void tell(Tell tell) { tell_ = std::move(tell); }

  /// Counts one node; false when the budget is spent.
  bool spend() {
    if (stopped_by_) return false;
    if (used_ >= limit_) return end(StoppedBy::kNodes);
    if (begun_ + used_ >= cut_ || look_up()) return end(StoppedBy::kTime);
    ++used_;
    return true;
  }
  /// A budget for a part of the search: at most `nodes` of what is left, under the same stop predicate. Parts
  /// follow each other: each is taken before the next begins.
  [[nodiscard]] Budget part(std::uint64_t nodes) const {
    auto part = *this;
    part.limit_ = std::min(nodes, left());
    part.begun_ = begun_ + used_;
    part.used_ = part.asked_ = 0;
    part.stopped_by_.reset();
    return part;
  }
  /// Counts what a part took. Where the part was cut short because this budget ended, this one is spent too.
  void take(const Budget& part) {
    used_ += part.used_;
    if (!part.muted_) progress_ = part.progress_;
    if (stopped_by_ || !part.stopped_by_) return;
    if (part.stopped_by_ == StoppedBy::kNodes && used_ < limit_) return;  // a limit of the part's own
    stopped_by_ = part.stopped_by_;
    stopped_at_ = part.stopped_at_;
  }
  /// Counts many nodes at once, of work that is not cut short.
  void take(std::uint64_t nodes) { used_ += nodes; }

  /// What the search has found so far, for who waits.
  void found(std::optional<double> best, std::optional<double> bound) {
    if (muted_) return;
    progress_.best = best;
    progress_.bound = bound;
  }
  /// What is found from now on is no plan of the search itself: only nodes are told.
  void mute() { muted_ = true; }

  [[nodiscard]] std::uint64_t left() const { return used_ < limit_ ? limit_ - used_ : 0; }
  /// Whether a node was refused: a search that needs exactly its budget was not cut short.
  [[nodiscard]] bool spent() const { return stopped_by_.has_value(); }
  /// Which limit refused a node: kNodes, or kTime where it was the stop predicate. Nothing: none did.
  [[nodiscard]] std::optional<StoppedBy> stopped_by() const { return stopped_by_; }
  [[nodiscard]] std::uint64_t used() const { return used_; }
  /// Nodes until the stop predicate ended the search, or all where it did not: what `cut_at` takes.
  [[nodiscard]] std::uint64_t nodes_at_end() const {
    return stopped_by_ == StoppedBy::kTime ? stopped_at_ : begun_ + used_;
  }

 private:
  static constexpr std::uint64_t kNodesPerAsking = 32;

  bool end(StoppedBy by) {
    stopped_by_ = by;
    stopped_at_ = begun_ + used_;
    return false;
  }
  /// True when the stop predicate says so.
  bool look_up() {
    if ((!stop_ && !tell_) || asked_++ % kNodesPerAsking != 0) return false;
    progress_.nodes = begun_ + used_;
    if (tell_) tell_(progress_);
    return stop_ && stop_();
  }

  std::uint64_t limit_;
  Stop stop_;
  Tell tell_;
  std::uint64_t cut_ = kNoLimit;
  std::uint64_t begun_ = 0;  ///< nodes of the whole search before this part
  std::uint64_t used_ = 0, asked_ = 0;
  std::optional<StoppedBy> stopped_by_;
  std::uint64_t stopped_at_ = 0;
  Progress progress_;
  bool muted_ = false;
};

}  // namespace synergy::planner
