// `batch`: segments that take several inputs through one load of their weights.
//
// A segment [a, b) takes k tensors from boundary a to boundary b in one power cycle; they wait in FRAM on
// both sides. k is the most that all of these allow:
//
//   energy   fixed(a, b) + k x variable(a, b) <= capacity
//   FRAM     k x (bytes at a + bytes at b) <= FRAM for tensors
//   k <= most_inputs, which the caller sets against latency
//
// In the long run an inference costs sum over its segments of fixed / k + variable: a shortest path over the
// boundaries, O(m^2).
//
// Proof, for the class of plans where each segment always takes the same number of inputs: a plan is a path
// with a k for each edge. In a long run of N inferences segment s has at least N / k_s power cycles, and N /
// k_s + 1 suffice, so that the cost per inference tends to the sum. For an edge the cost falls with k, so its
// greatest k is best, whatever the other edges do; then the path is shortest as in once.hpp. Ranges are not
// pruned by inclusion: E is not monotone.
//
// fixed / k is rounded up to whole picojoules: a plan's energy is at most a picojoule a segment above what it
// is, and comparisons are between whole numbers.
//
// Queues. Between a segment of k and one of l inputs, k + l - gcd(k, l) tensors are the least that never
// blocks (Bhattacharyya, Murthy, Lee: Software Synthesis from Dataflow Graphs, 1996, for an edge without
// delay). `queue_bytes` adds them up over all boundaries. The rule per segment above does not bound that sum.
//
// Latency. A segment comes round once in k of the plan's inferences, so an input that waits at each segment
// for its power cycle takes at most sum of k periods.
#pragma once

#include <vector>

#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent {

struct Batch {
  std::vector<Stage> segments;
  Picojoules energy = 0;          ///< of one inference in the long run
  Duration time{};                ///< that the device is on for it, rounded up likewise
  std::int64_t periods = 0;       ///< sum of k: the latency, in inferences
  std::uint64_t queue_bytes = 0;  ///< FRAM that all queues take

  /// From one inference to the next at a constant net harvest above 0: what energy or time allows.
  [[nodiscard]] Duration period(double net_harvest_mw) const;
  [[nodiscard]] Duration latency(double net_harvest_mw) const { return periods * period(net_harvest_mw); }
};

/// The most inputs that a power cycle of the segment takes; 0 where it is not safe for one.
[[nodiscard]] std::int64_t most_inputs_of(const Chain& chain, const Segment& segment, Picojoules capacity,
                                          std::int64_t most_inputs);

inline constexpr std::int64_t kMostInputs = 1 << 16;
/// The least energy; at a tie the least time, the fewest periods, the fewest segments. Fails with kNoFit
/// where no inference ends with this capacity and FRAM, and with kInvalid unless 1 <= most_inputs <=
/// kMostInputs.
[[nodiscard]] Result<Batch> batch(const Chain& chain, Picojoules capacity, std::int64_t most_inputs);

struct BatchPoint {
  std::int64_t most_inputs = 1;
  Batch plan;
};
/// The plans for most_inputs = 1, 2, 4 .. until it limits nothing any more; without those whose queues the
/// FRAM does not hold, and those that another one beats in energy or latency and equals in the other. By
/// falling energy. These are the best of each limit: between two of them other plans may lie. Fails as
/// batch(), and with kInvalid unless the net harvest is above 0.
[[nodiscard]] Result<std::vector<BatchPoint>> batch_front(const Chain& chain, Picojoules capacity,
                                                          double net_harvest_mw);

}  // namespace synergy::intermittent
