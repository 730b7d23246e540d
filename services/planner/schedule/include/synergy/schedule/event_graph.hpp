// The exact rate of a self-timed execution: a graph of events and its slowest circuit.
//
// A node is an event that happens once a cycle. An edge (from, to, weight, tokens) says: `to` of cycle n
// happens no earlier than `weight` after `from` of cycle n - tokens. When every event happens as soon as its
// edges allow, the cycle time settles at the largest weight / tokens of all circuits (the maximum cycle ratio
// of a timed event graph; Baccelli, Cohen, Olsder, Quadrat: Synchronization and Linearity, 1992, theorem 2.28
// for what it is, not how it is found here). Integers throughout, so the result is exact.
//
// What a reader gets wrong: tokens of an edge may be negative; only the sum around a circuit has a meaning.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::schedule {

struct Edge {
  std::uint32_t from = 0, to = 0;
  std::int64_t weight = 0;  ///< ns, not negative
  std::int64_t tokens = 0;  ///< cycles
};

struct EventGraph {
  std::uint32_t nodes = 0;
  std::vector<Edge> edges;
};

/// A circuit of the graph; its cycle time is weight / tokens.
struct Circuit {
  std::int64_t weight = 0, tokens = 1;
  std::vector<std::uint32_t> edges;  ///< indices, in order; empty when no circuit has a weight
};

/// Fails with kConflict when a circuit has no tokens: its events wait for each other for ever.
[[nodiscard]] Result<Circuit> slowest_circuit(const EventGraph& graph);

}  // namespace synergy::schedule
