// `once`: the segments of one inference that cost the least energy, where each is safe.
//
// Shortest path. Nodes are boundaries, an edge (a, b) weighs E(a, b, 1) and is there where the capacity
// suffices for it. A chain of tasks with saving and restoring costs in this form: Toueg and Babaoglu: On the
// optimum checkpoint selection problem, SIAM Journal on Computing 13(3), 1984.
//
// Two readings of what is paid:
//
//   kPaid   the device wakes at exactly the energy that the next segment needs: all segments are paid for.
//           With a constant net harvest below the load, and no leakage, time to finish is (sum of E - charge
//           at the beginning) / harvest, less what is harvested during the last segment: least energy is
//           least time.
//   kFree   the device wakes at V_on and waits for it anyhow after each segment but the last: what the last
//           one takes delays nothing. The sum is over all segments but the last.
//
// Proof. Every safe policy that runs one input at a time is a path, and pays its edges. The cheapest path to
// b ends with an edge (a, b) behind a path to a; exchanging that path for the cheapest one changes no later
// edge. Edges run forward only, so one pass in order suffices: O(m^2). For kFree the last edge (a, m) weighs
// nothing where it is safe: the least over a of the cheapest path to a. Nothing is assumed of E.
//
// Ties: the least sum; then the least energy in all; then the least time; then the fewest segments; then the
// one whose last segments begin earliest.
#pragma once

#include "synergy/intermittent/chain.hpp"

namespace synergy::intermittent {

enum class LastSegment { kPaid, kFree };

struct Once {
  std::vector<Segment> segments;
  Picojoules paid = 0;  ///< what was minimised
  Cost cost;            ///< of all segments
};

/// Fails with kNoFit where no inference ends with this capacity (feasible.hpp says why).
[[nodiscard]] Result<Once> once(const Chain& chain, Picojoules capacity,
                                LastSegment last = LastSegment::kPaid);

}  // namespace synergy::intermittent
