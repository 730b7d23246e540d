#include "certified.hpp"

#include <algorithm>

#include "exact.hpp"
#include "measure.hpp"
#include "sharing_tree.hpp"

namespace synergy::planner::search {
namespace {

constexpr double kSame = 1e-9;
constexpr std::size_t kMaxColumns = 60'000;
constexpr std::uint64_t kFirstSlice = 20'000, kNodesPerRelaxation = 64, kNodesAlone = 50'000;

class Certifier {
 public:
  Certifier(Context& context, Budget& budget, const Goal& goal)
      : context_(context), budget_(budget), goal_(goal) {}

  Certified run(const std::vector<Routes>& starts) {
    for (const auto& start : starts) offer(start);
    if (is_enough()) return done_early();
    auto root = relax(context_.space, unknown_sharing(context_.space), routes_in(starts), limit());
    result_.root_bound = result_.bound = root.bound;
    result_.fractions = root.fractions;
    result_.root_weights = root.weights;
    for (const auto& completion : root.completions) result_.root_least.push_back(completion.least());
    if (root.infeasible) {
      result_.complete = true;
      return result_;
    }
    raise_by_single_pipelines(root);
    tell(root.bound);
    find_plans(root, starts);
    if (is_enough()) return done_early();
    tell(root.bound);
    nodes_.push_back({unknown_sharing(context_.space), std::move(root), kFirstSlice});
    while (!nodes_.empty() && !is_enough() && budget_.spend()) {
      const auto next = std::min_element(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) {
        return a.relaxed.bound < b.relaxed.bound;
      });
      Node node = std::move(*next);
      nodes_.erase(next);
      if (node.relaxed.bound >= limit() * (1 - kSame)) continue;
      tell(node.relaxed.bound);  // the least of all that are open
      work_on(std::move(node));
    }
    if (is_enough()) return done_early();
    finish();
    return result_;
  }

 private:
  struct Node {
    std::vector<Sharing> sharing;
    Relaxed relaxed;
    std::uint64_t slice;
  };

  [[nodiscard]] double limit() const { return result_.best ? result_.value.value : goal_.below; }
  [[nodiscard]] bool is_enough() const { return result_.best && result_.value.value <= goal_.enough; }
  Certified done_early() {
    result_.complete = true;
    return result_;
  }

  void tell(double bound) {
    const auto objective = context_.space.options.objective;
    const auto units = [&](double cost) { return in_outcome_units(cost, objective); };
    budget_.found(result_.best ? std::optional(units(limit())) : std::nullopt, units(bound));
  }

  bool offer(const Routes& routes) {
    const auto value = context_.judge(routes);
    if (!value || value->value >= goal_.below ||
        (result_.best && context_.key(*value) >= context_.key(result_.value)))
      return false;
    if (result_.best) result_.met.push_back(*result_.best);
    result_.best = routes;
    result_.value = *value;
    return true;
  }

  /// The relaxation spreads a pipeline's load over many routes at once, which no plan without shares can.
  void raise_by_single_pipelines(Relaxed& root) {
    for (std::size_t p = 0; p < context_.space.pipelines.size(); ++p)
      if (const auto least = alone(p)) root.bound = std::max(root.bound, *least);
    result_.bound = root.bound;
  }

  /// least_alone(). Where only the peak counts, it grows with the pipeline's rate, and is sought once.
  [[nodiscard]] std::optional<double> alone(std::size_t p) {
    const auto& space = context_.space;
    const bool only_peak = space.time_weight == 0 && space.energy_weight == 0 && space.batteries.empty();
    auto& known = context_.lone_peaks[p];
    if (only_peak && known) return space.rates[p] * *known;
    auto own = budget_.part(kNodesAlone);
    const auto least = least_alone(context_, p, own);
    budget_.take(own);
    if (only_peak && least && space.rates[p] > 0) known = *least / space.rates[p];
    return least;
  }

  /// Heuristics, led by the root's prices.
  void find_plans(const Relaxed& root, const std::vector<Routes>& starts) {
    auto own = budget_.part(goal_.heuristic_nodes);
    std::vector<Routes> plans = starts;
    if (auto plan = rounded(root.fractions)) plans.push_back(std::move(*plan));
    if (auto in_turn = add_in_turn(context_, by_intensity(context_), &root, own)) plans.push_back(*in_turn);
    for (auto& plan : plans) {
      if (own.spent() || is_enough() || limit() * (1 - kSame) <= root.bound) break;
      improve(context_, plan, &root, own);
      offer(plan);
    }
    budget_.take(own);
  }

  /// Lists and searches as much of the node as its slice allows; what is left comes back to the queue.
  void work_on(Node node) {
    const double bound = node.relaxed.bound, before = limit();
    const std::size_t most = kMaxColumns * std::size_t(node.slice / kFirstSlice);
    const double reach = before < Prices::kInfinite ? before - bound : std::abs(bound);
    bool listed = false;
    for (double part = 1; part > 0.01 && !listed && budget_.left() > 0; part /= 4) {
      const double below = part == 1 ? before : bound + part * reach;
      auto own = budget_.part(node.slice);
      Exact exact(context_, node.relaxed, below);
      listed = exact.gather(most, own);
      const bool ended = listed && exact.run(own);
      budget_.take(own);
      for (const auto& plan : exact.met()) offer(plan);
      if (!ended) continue;
      if (exact.best() || part == 1) return;  // the best of this node is found, or there is none
      node.relaxed.bound = below;             // nothing below it: a better bound
      if (below < limit() * (1 - kSame)) nodes_.push_back(std::move(node));
      return;
    }
    if (split(node)) return;
    node.slice *= 4;
    nodes_.push_back(std::move(node));
  }

  bool split(const Node& node) {
    const auto device = device_to_split(node.sharing, node.relaxed.fractions);
    if (!device) return false;
    const auto start = routes_in(node.relaxed.fractions, result_.best);
    for (const auto kind : {Sharing::kShared, Sharing::kSingle}) {
      auto sharing = node.sharing;
      sharing[*device] = kind;
      auto relaxed = relax(context_.space, sharing, start, limit());
      budget_.take(kNodesPerRelaxation);
      if (relaxed.infeasible) continue;
      relaxed.bound = std::max(relaxed.bound, node.relaxed.bound);
      if (relaxed.bound >= limit() * (1 - kSame)) continue;
      nodes_.push_back({std::move(sharing), std::move(relaxed), kFirstSlice});
    }
    return true;
  }

  void finish() {
    result_.bound = limit();
    for (const auto& node : nodes_) result_.bound = std::min(result_.bound, node.relaxed.bound);
    result_.complete = nodes_.empty() || result_.bound >= limit() * (1 - kSame);
    if (result_.complete && result_.best) result_.bound = result_.value.value;
  }

  Context& context_;
  Budget& budget_;
  const Goal goal_;
  Certified result_;
  std::vector<Node> nodes_;
};

}  // namespace

Certified certify(Context& context, const std::vector<Routes>& starts, Budget& budget, const Goal& goal) {
  return Certifier(context, budget, goal).run(starts);
}

}  // namespace synergy::planner::search
