#include "synergy/intermittent/sequence.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/check.hpp"
#include "synergy/schedule/event_graph.hpp"

namespace synergy::intermittent {
namespace {

/// All power cycles that a best pattern can need, as edges of one graph.
class Graph {
 public:
  Graph(const Chain& chain, Picojoules capacity) : chain_(chain), capacity_(capacity) {
    const auto m = chain.pieces();
    edges_.nodes = m;
    for (std::uint32_t a = 0; a < m; ++a) {
      for (std::uint32_t b = a + 1; b <= m; ++b)
        if (chain.is_safe({a, b}, capacity)) add(a, one_range(chain, {a, b}, 1));
      for (std::uint32_t b = 0; b < m; ++b) add_all_wholes(a, b);
    }
  }

  [[nodiscard]] const schedule::EventGraph& edges() const { return edges_; }
  [[nodiscard]] const PowerCycle& cycle(std::uint32_t edge) const { return cycles_[edge]; }
  [[nodiscard]] std::uint32_t begin_of(std::uint32_t edge) const { return edges_.edges[edge].from; }

 private:
  void add_all_wholes(std::uint32_t a, std::uint32_t b) {
    const auto none = wrapping(chain_, a, 0, b);
    if (none && none->cost.energy <= capacity_) add(a, *none);
    const auto one = wrapping(chain_, a, 1, b);
    if (!one || one->cost.energy > capacity_) return;
    add(a, *one);
    const auto each = chain_.variable({0, chain_.pieces()}).energy;
    const auto most = 1 + (capacity_ - one->cost.energy) / each;
    if (most > 1) add(a, *wrapping(chain_, a, most, b));
  }

  void add(std::uint32_t from, const PowerCycle& cycle) {
    std::int64_t ended = 0;
    for (const auto& stage : cycle.stages)
      if (stage.range.to == chain_.pieces()) ended += stage.inputs;
    const auto to = cycle.stages.back().range.to % chain_.pieces();
    edges_.edges.push_back({from, to, ended, cycle.cost.energy});
    cycles_.push_back(cycle);
  }

  const Chain& chain_;
  Picojoules capacity_;
  schedule::EventGraph edges_;
  std::vector<PowerCycle> cycles_;
};

/// Whether sums of products of a circuit's inferences and energy, over all nodes, stay within 63 bits.
bool within_range(const schedule::EventGraph& graph) {
  double weight = 1, tokens = 1;
  for (const auto& edge : graph.edges) {
    weight = std::max(weight, double(edge.weight));
    tokens = std::max(tokens, double(edge.tokens));
  }
  const double nodes = graph.nodes + 1;
  return 2 * weight * tokens * nodes * nodes < 0x1p62 && double(graph.edges.size()) * tokens * nodes < 0x1p62;
}

}  // namespace

Result<Sequence> sequence(const Chain& chain, Picojoules capacity) {
  if (auto status = check_costs(chain); !status) return status.error();
  const Graph graph(chain, capacity);
  if (!within_range(graph.edges()))
    return Error{ErrorCode::kInvalid,
                 chain.label +
                     ": a store of so much energy is beyond what is computed exactly; plan with a smaller "
                     "capacitor"};
  const auto found = schedule::slowest_circuit(graph.edges());
  if (!found) return Error{ErrorCode::kInvalid, chain.label + ": a power cycle without energy"};
  if (found->edges.empty())
    return Error{ErrorCode::kNoFit, chain.label + ": no inference ends with this capacity"};
  Sequence best;
  auto edges = found->edges;
  std::rotate(edges.begin(),
              std::min_element(edges.begin(), edges.end(),
                               [&](auto a, auto b) { return graph.begin_of(a) < graph.begin_of(b); }),
              edges.end());
  for (const auto edge : edges) {
    best.pattern.push_back(graph.cycle(edge));
    best.cost += graph.cycle(edge).cost;
  }
  best.inferences = found->weight;
  SYNERGY_CHECK(best.cost.energy == found->tokens, "a pattern costs what its circuit does");
  return best;
}

}  // namespace synergy::intermittent
