// Whether an inference can be finished at all: the least energy that a power cycle must be able to give.
//
// Bottleneck shortest path. Nodes are boundaries, an edge (a, b) weighs E(a, b, 1), and a path costs its
// dearest edge:
//
//   need(0) = 0,  need(b) = min over a < b of max(need(a), E(a, b, 1))
//
// Proof. An inference that survives every loss of power is a list of power cycles from boundary 0 to m, each
// atomic between two checkpoints: a path. It is safe with a capacity of its dearest edge and with no less. Of
// all paths to b, the last edge starts at some a, and what comes before is a path to a: any path to a will
// do, so the one with the least need is best. Edges run forward only, so one pass in order is enough: O(m^2).
// Nothing is assumed of E: a range may cost less than a part of it.
//
// More inputs, or going on into a further inference, only add work to a power cycle. They could lower the
// need only where more weights cost less than fewer, which no accelerator does.
#pragma once

#include "synergy/intermittent/chain.hpp"

namespace synergy::intermittent {

struct LeastCapacity {
  Picojoules need = 0;
  std::vector<Segment> segments;  ///< a way that needs no more; of those, one with the fewest segments
  Segment hardest;                ///< the first of them that needs all of it
};

/// Fails with kNoFit where the accelerator runs no set of ranges that covers the model, with the reason for
/// the range that ends all ways.
[[nodiscard]] Result<LeastCapacity> least_capacity(const Chain& chain);

/// Fails with kNoFit where the store's capacitor is too small for an inference ever to end. The message names
/// the layers, what they need, what the capacitor gives, and the smallest one that would do. Fails as
/// least_capacity() and usable_energy() besides.
Status check_progress(const Chain& chain, const Supply& supply);

}  // namespace synergy::intermittent
