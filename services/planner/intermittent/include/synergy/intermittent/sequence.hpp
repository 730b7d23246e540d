// `sequence`: the repeating pattern of power cycles that costs the least energy per inference, where
// successive inferences within a power cycle share its weights.
//
// Minimum cycle ratio. The state is the boundary where a power cycle begins, 0..m-1; its weights are gone. An
// edge is one safe power cycle (power_cycle.hpp): within one inference from a to b <= m, or over its end
// through further ones. It costs E and ends so many inferences.
//
// Claim: the long-run energy per inference of every policy of this class is at least the least E / inferences
// over all simple cycles of this graph, and repeating that cycle attains it.
// Proof. A policy is a walk. Nodes are finitely many, so a walk of n edges is a set of simple cycles and at
// most m edges more. Each cycle pays at least ratio x its inferences; the rest is bounded while the number of
// inferences grows. Every cycle ends an inference, because a power cycle only ever moves forward.
//
// Edges. For (a, b) the power cycle takes w whole inferences between its first and its last part. All w are
// allowed, but the energy and the inferences of these edges are both linear in w from 1 on. So E - r x
// inferences, which for every ratio r decides whether a cycle is better than r, is least at an end
// of 1..most: w = 0, 1 and the most that is safe are enough, and nothing is lost. At most 3 m^2 edges.
//
// Exact in whole numbers: schedule::slowest_circuit finds the greatest weight / tokens over all circuits of a
// graph; with weight = inferences and tokens = energy it is the inverse of the ratio sought.
#pragma once

#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent {

struct Sequence {
  std::vector<PowerCycle> pattern;  ///< repeated; begins at the lowest boundary that it begins a cycle at
  Cost cost;                        ///< of the pattern
  std::int64_t inferences = 0;      ///< that end in it

  [[nodiscard]] double uj_per_inference() const { return microjoules(cost.energy) / double(inferences); }
};

/// Fails with kNoFit where no inference ends with this capacity, and with kInvalid as check_costs()
/// and where the numbers would leave 63 bits: a store of joules, a thousand times what is met here.
[[nodiscard]] Result<Sequence> sequence(const Chain& chain, Picojoules capacity);

}  // namespace synergy::intermittent
