#include "synergy/schedule/event_graph.hpp"

#include <algorithm>
#include <numeric>

namespace synergy::schedule {
namespace {

constexpr std::uint32_t kNone = ~std::uint32_t{0};

/// Longest-path potentials, raised edge by edge, and the edge that raised each node last.
struct Potentials {
  std::vector<std::int64_t> height;
  std::vector<std::uint32_t> raised_by;
};

/// A circuit among the edges that raised nodes last; empty when there is none. Such a circuit has a positive
/// sum of lengths, because every edge of it has been tightened after the one before.
std::vector<std::uint32_t> circuit_of(const EventGraph& graph, const std::vector<std::uint32_t>& raised_by) {
  std::vector<std::uint32_t> seen(graph.nodes, kNone);
  for (std::uint32_t start = 0; start < graph.nodes; ++start) {
    auto node = start;
    while (seen[node] == kNone && raised_by[node] != kNone) {
      seen[node] = start;
      node = graph.edges[raised_by[node]].from;
    }
    if (seen[node] != start || raised_by[node] == kNone) continue;
    std::vector<std::uint32_t> edges;
    const auto first = node;
    do {
      edges.push_back(raised_by[node]);
      node = graph.edges[raised_by[node]].from;
    } while (node != first);
    std::reverse(edges.begin(), edges.end());
    return edges;
  }
  return {};
}

/// A circuit with a positive sum of lengths; empty when there is none. `length` gives an edge's length.
template <class Length>
std::vector<std::uint32_t> positive_circuit(const EventGraph& graph, const Length& length) {
  Potentials at{std::vector<std::int64_t>(graph.nodes, 0), std::vector<std::uint32_t>(graph.nodes, kNone)};
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e) {
      const auto& edge = graph.edges[e];
      const auto height = at.height[edge.from] + length(edge);
      if (height <= at.height[edge.to]) continue;
      at.height[edge.to] = height;
      at.raised_by[edge.to] = e;
      changed = true;
    }
    if (!changed) break;
    if (auto found = circuit_of(graph, at.raised_by); !found.empty()) return found;
  }
  return {};
}

}  // namespace

Result<Circuit> slowest_circuit(const EventGraph& graph) {
  // Every edge counts 1 and a token more than all edges together: positive exactly where the tokens are not.
  const auto dear = std::int64_t(graph.edges.size()) + 1;
  if (!positive_circuit(graph, [&](const Edge& edge) { return 1 - dear * edge.tokens; }).empty())
    return Error{ErrorCode::kConflict, "tasks wait for each other in a circle"};
  Circuit slowest;
  while (true) {  // each turn finds a strictly slower circuit, and a graph has finitely many
    const auto unit = std::gcd(slowest.weight, slowest.tokens);
    const auto weight = slowest.weight / unit, tokens = slowest.tokens / unit;
    auto found = positive_circuit(
        graph, [&](const Edge& edge) { return edge.weight * tokens - weight * edge.tokens; });
    if (found.empty()) return slowest;
    slowest = {0, 0, std::move(found)};
    for (const auto e : slowest.edges) {
      slowest.weight += graph.edges[e].weight;
      slowest.tokens += graph.edges[e].tokens;
    }
  }
}

}  // namespace synergy::schedule
