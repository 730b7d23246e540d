#include "sum.hpp"

#include <algorithm>
#include <map>

#include "../demands.hpp"
#include "route_search.hpp"
#include "sharing_tree.hpp"

namespace synergy::planner::search {
namespace {

constexpr double kSame = 1e-9;  ///< relative: sums closer than this are equally good
constexpr double kNs = 1e9;     ///< in a second
constexpr std::size_t kMaxColumns = 20'000;
constexpr std::size_t kTriedInTurn = 60;  ///< routes of a pipeline that a heuristic tries
constexpr std::size_t kMostCuts = 12;
constexpr std::uint64_t kFirstSlice = 20'000, kNodesPerRelaxation = 128, kNodesPerProgram = 16;

/// A route that may be part of a better plan.
struct Listed {
  Route route;
  double worth = 0;  ///< by the node's prices, at most: switches that are not known yet are left out
};
using Lists = std::vector<std::vector<Listed>>;  ///< by pipeline, those worth most first

/// Any prices give a bound. Those of a plan that was met are sharp for plans like it.
struct Cut {
  Weights prices;
  double constant = 0;                        ///< the sum of the prices
  std::vector<std::vector<RouteCost>> costs;  ///< of the listed routes
  std::vector<double> worth;                  ///< by pipeline: the most that a listed route is worth
};

/// Of routes that fit and keep the floors.
struct Valued {
  double sum = 0;              ///< weighted runs per ns
  std::vector<double> prices;  ///< by unit, as in GreatestSum
};

std::optional<Valued> value_of(Context& context, const std::vector<Demand>& demands, const Routes& routes) {
  std::vector<double> floors;
  for (const auto& demand : demands) floors.push_back(demand.floor / kNs);
  context.space.load_limit = 1;
  use_rates(context.space, floors);
  if (!context.judge(routes)) return std::nullopt;
  std::vector<const Route*> all;
  for (const auto& route : routes) all.push_back(&route);
  const auto held = State::loads_in_plan(context.space, context.fit, all);
  if (!held) return std::nullopt;
  Loads loads;
  for (const auto& own : *held) {
    std::map<std::uint32_t, double> sums;
    for (const auto& [unit, ns] : own) sums[unit] += ns;
    loads.emplace_back(sums.begin(), sums.end());
  }
  auto greatest = rates_of_greatest_sum(loads, demands);
  Valued valued{0, std::move(greatest.prices)};
  for (std::size_t p = 0; p < demands.size(); ++p)
    if (greatest.rates[p] < Prices::kInfinite) valued.sum += demands[p].weight * greatest.rates[p] / kNs;
  return valued;
}

class SumSearch {
 public:
  SumSearch(Context& context, const SumQuestion& question, Budget& budget)
      : context_(context), space_(context.space), demands_(question.demands), budget_(budget) {
    for (std::size_t p = 0; p < demands_.size(); ++p) {
      const auto& demand = demands_[p];
      spans_.push_back(span_of(demand, question.alone[p].at_most));
      shared_spans_.push_back(span_of(demand, question.alone[p].at_most_shared));
    }
    context_.set_rates(floors_of(spans_), 1);
  }

  Sum run(const std::vector<Routes>& starts) {
    for (const auto& start : starts) offer(start);
    const auto unknown = unknown_sharing(space_);
    Node root{unknown, relax_sum(space_, spans_, unknown, routes_in(starts), 0), kFirstSlice};
    found_.bound = root.relaxed.bound;
    found_.relaxed_bound = relax_sum(space_, shared_spans_, unknown, routes_in(starts), 0).bound;
    context_.set_rates(floors_of(spans_), 1);
    if (root.relaxed.infeasible) {
      found_.is_proved = true;
      return found_;
    }
    if (const auto plan = rounded(root.relaxed.fractions)) offer(*plan);
    nodes_.push_back(std::move(root));
    while (!nodes_.empty() && budget_.spend()) {
      const auto next = std::max_element(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) {
        return a.relaxed.bound < b.relaxed.bound;
      });
      Node node = std::move(*next);
      nodes_.erase(next);
      tell(node.relaxed.bound);
      if (node.relaxed.bound > reach()) work_on(std::move(node));
    }
    finish();
    return found_;
  }

 private:
  struct Node {
    std::vector<Sharing> sharing;
    RelaxedSum relaxed;
    std::uint64_t slice;
  };

  /// Runs that nothing holds back do not count.
  [[nodiscard]] static Span span_of(const Demand& demand, double alone) {
    const double floor = demand.floor / kNs, most = std::min(demand.cap, alone) / kNs;
    return {demand.weight, floor, most < Prices::kInfinite ? std::max(floor, most) : floor};
  }
  /// A plan counts as better than the best so far when its sum is above this.
  [[nodiscard]] double reach() const { return found_.best ? found_.value * (1 + kSame) : 0; }
  void tell(double bound) {
    budget_.found(found_.best ? std::optional(found_.value * kNs) : std::nullopt, bound * kNs);
  }
  bool offer(const Routes& routes) {
    const auto valued = value_of(context_, demands_, routes);
    budget_.take(kNodesPerProgram);
    return valued && offer(routes, valued->sum);
  }
  bool offer(const Routes& routes, double sum) {
    if (sum <= reach()) return false;
    if (found_.best) found_.met.push_back(*found_.best);
    found_.best = routes;
    found_.value = sum;
    return true;
  }

  /// One pipeline's route after the other is changed for a better one, until none is.
  void improve(const Lists& lists) {
    if (!found_.best) return;
    std::size_t unchanged = 0;
    for (std::size_t p = 0; unchanged < lists.size() && !budget_.spent(); p = (p + 1) % lists.size()) {
      ++unchanged;
      for (std::size_t k = 0; k < std::min(kTriedInTurn, lists[p].size()); ++k) {
        if (!budget_.spend()) return;
        auto tried = *found_.best;
        tried[p] = lists[p][k].route;
        if (offer(tried)) unchanged = 0;
      }
    }
  }

  /// Lists and searches as much of the node as its slice allows; what is left comes back to the queue.
  void work_on(Node node) {
    const double bound = node.relaxed.bound, before = reach();
    const std::size_t most = kMaxColumns * std::size_t(node.slice / kFirstSlice);
    for (double part = 1; part > 0.01 && budget_.left() > 0; part /= 4) {
      const double above = part == 1 ? before : bound - part * (bound - before);
      auto own = budget_.part(node.slice);
      Lists lists(spans_.size());
      const bool listed = gather(node.relaxed, above, most, lists, own);
      budget_.take(own);
      if (!listed) continue;
      improve(lists);
      own = budget_.part(node.slice);
      const double best_before = found_.value;
      const bool ended = descend_all(node.relaxed, lists, std::max(above, reach()), own);
      budget_.take(own);
      if (!ended) continue;
      if (part == 1 || found_.value > std::max(above, best_before)) return;  // nothing better is left here
      node.relaxed.bound = above;
      if (above > reach()) nodes_.push_back(std::move(node));
      return;
    }
    if (split(node)) return;
    node.slice *= 4;
    nodes_.push_back(std::move(node));
  }

  /// All routes that can be part of a plan above `above`; false when they are too many.
  bool gather(const RelaxedSum& relaxed, double above, std::size_t most, Lists& lists, Budget& budget) {
    const Weights free;
    std::size_t count = 0;
    bool few = true;
    for (const auto& rates : {floors_of(spans_), mosts_of(spans_)}) {
      use_rates(space_, rates);
      for (std::size_t p = 0; p < spans_.size() && few; ++p) {
        const Completion priced(space_, p, relaxed.prices), nothing(space_, p, free);
        RouteQuery query;
        query.pipeline = p;
        query.dual = &relaxed.prices;
        query.dual_completion = &priced;
        query.plain = &free;
        query.plain_completion = &nothing;
        query.plain_base = -Prices::kInfinite;  // only the prices count
        query.bottleneck = &context_.bottlenecks[p];
        query.ignores_peak = true;
        query.limit = spans_[p].weight * rates[p] - (above - (relaxed.priced - relaxed.worth[p]));
        auto part = budget.part(budget.left() / (spans_.size() - p));
        RouteSearch search(space_, query);
        const bool ended = search.run(part, [&](const Route& route, double) {
          few = add(relaxed, route, lists[p]) ? ++count <= most : few;
          return few ? query.limit : -Prices::kInfinite;
        });
        budget.take(part);
        few = few && ended;
      }
    }
    for (auto& list : lists)
      std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return a.worth != b.worth ? a.worth > b.worth : a.route.time < b.route.time;
      });
    context_.set_rates(floors_of(spans_), 1);
    return few;
  }

  bool add(const RelaxedSum& relaxed, const Route& route, std::vector<Listed>& list) const {
    const double worth = worth_of(spans_[route.pipeline], cost_of(space_, relaxed.prices, route));
    for (const auto& known : list)  // met at the other rate
      if (known.worth == worth && known.route.same_way(route)) return false;
    list.push_back({route, worth});
    return true;
  }

  bool descend_all(const RelaxedSum& relaxed, const Lists& lists, double above, Budget& budget) {
    for (const auto& list : lists)
      if (list.empty()) return true;
    Descent at{lists, above, State(space_), {}, {}, {}, 0};
    for (std::size_t p = 0; p < lists.size(); ++p) at.order.push_back(p);
    std::stable_sort(at.order.begin(), at.order.end(),
                     [&](std::size_t a, std::size_t b) { return lists[a].size() < lists[b].size(); });
    at.cuts.push_back(cut_of(relaxed.prices, relaxed.constant, lists));
    return descend(at, budget);
  }

  struct Descent {
    const Lists& lists;
    double above;
    State state;
    std::vector<std::size_t> order;   ///< of pipelines
    std::vector<std::size_t> chosen;  ///< of the first of them: places in their lists
    std::vector<Cut> cuts;            ///< the first is of the node's prices
    std::size_t oldest_cut = 0;       ///< of the others, counted from 0
  };

  [[nodiscard]] Cut cut_of(const Weights& prices, double constant, const Lists& lists) const {
    Cut cut{prices, constant, {}, {}};
    for (std::size_t p = 0; p < lists.size(); ++p) {
      auto& costs = cut.costs.emplace_back();
      auto& worth = cut.worth.emplace_back(-Prices::kInfinite);
      for (const auto& listed : lists[p]) {
        costs.push_back(cost_of(space_, prices, listed.route));
        worth = std::max(worth, worth_of(spans_[p], costs.back()));
      }
    }
    return cut;
  }

  void add_cut(Descent& at, const std::vector<double>& prices) const {
    Weights weights;
    weights.sharing = unknown_sharing(space_);
    double sum = 0;
    for (const double price : prices) sum += price / kNs;
    if (space_.options.overlap) {
      weights.unit.assign(space_.devices.size() * kUnits, 0.0);
      for (std::size_t unit = 0; unit < prices.size(); ++unit) weights.unit[unit] = prices[unit] / kNs;
    } else {
      weights.time = sum;
    }
    auto cut = cut_of(weights, sum, at.lists);
    if (at.cuts.size() < kMostCuts) {
      at.cuts.push_back(std::move(cut));
      return;
    }
    at.cuts[1 + at.oldest_cut] = std::move(cut);
    at.oldest_cut = (at.oldest_cut + 1) % (kMostCuts - 1);
  }

  /// Whether some prices show that no plan with these routes is above `at.above`.
  [[nodiscard]] bool is_hopeless(const Descent& at) const {
    return std::any_of(at.cuts.begin(), at.cuts.end(), [&](const Cut& cut) {
      double sum = cut.constant;
      for (std::size_t k = 0; k < at.order.size(); ++k) {
        const auto p = at.order[k];
        sum += k < at.chosen.size() ? worth_of(spans_[p], cut.costs[p][at.chosen[k]],
                                               switches(at, cut.prices, at.lists[p][at.chosen[k]].route))
                                    : cut.worth[p];
      }
      return sum <= at.above;
    });
  }

  /// Of the route's chunks on devices that are shared now, as far as the prices do not count them.
  [[nodiscard]] double switches(const Descent& at, const Weights& prices, const Route& route) const {
    double sum = 0;
    for (const auto& segment : route.segments) {
      const auto d = std::size_t(segment.device);
      if (prices.sharing[d] == Sharing::kShared || at.state.chunks_on(segment.device) < 2) continue;
      const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
      sum += price_of_switch(space_, prices, d, node);
    }
    return sum;
  }

  void finish_plan(Descent& at) {
    Routes routes(at.order.size());
    for (std::size_t k = 0; k < at.order.size(); ++k)
      routes[at.order[k]] = at.lists[at.order[k]][at.chosen[k]].route;
    const auto valued = value_of(context_, demands_, routes);
    if (!valued) return;
    if (offer(routes, valued->sum)) at.above = std::max(at.above, reach());
    add_cut(at, valued->prices);
  }

  /// False when the budget was spent before the end.
  bool descend(Descent& at, Budget& budget) {
    if (at.chosen.size() == at.order.size()) {
      budget.take(kNodesPerProgram);
      finish_plan(at);
      return true;
    }
    const auto p = at.order[at.chosen.size()];
    for (std::size_t k = 0; k < at.lists[p].size(); ++k) {
      if (!budget.spend()) return false;
      const auto& route = at.lists[p][k].route;
      if (!at.state.add(route)) continue;
      at.chosen.push_back(k);
      const bool go_on = is_hopeless(at) || descend(at, budget);
      at.chosen.pop_back();
      at.state.remove(route);
      if (!go_on) return false;
    }
    return true;
  }

  bool split(const Node& node) {
    const auto device = device_to_split(node.sharing, node.relaxed.fractions);
    if (!device) return false;
    const auto start = routes_in(node.relaxed.fractions, found_.best);
    for (const auto kind : {Sharing::kShared, Sharing::kSingle}) {
      auto sharing = node.sharing;
      sharing[*device] = kind;
      auto relaxed = relax_sum(space_, spans_, sharing, start, reach());
      budget_.take(kNodesPerRelaxation);
      if (relaxed.infeasible) continue;
      relaxed.bound = std::min(relaxed.bound, node.relaxed.bound);
      if (relaxed.bound > reach()) nodes_.push_back({std::move(sharing), std::move(relaxed), kFirstSlice});
    }
    context_.set_rates(floors_of(spans_), 1);
    return true;
  }

  void finish() {
    found_.bound = found_.value;
    for (const auto& node : nodes_) found_.bound = std::max(found_.bound, node.relaxed.bound);
    found_.is_proved = found_.bound <= reach() || (!found_.best && nodes_.empty());
    if (found_.is_proved) found_.bound = found_.value;
  }

  Context& context_;
  Space& space_;
  const std::vector<Demand>& demands_;
  Budget& budget_;
  std::vector<Span> spans_, shared_spans_;  ///< what a pipeline may have; where there may be shares
  Sum found_;
  std::vector<Node> nodes_;
};

}  // namespace

std::optional<double> sum_of(Context& context, const std::vector<Demand>& demands, const Routes& routes) {
  const auto valued = value_of(context, demands, routes);
  return valued ? std::optional(valued->sum) : std::nullopt;
}

Sum find_sum(Context& context, const SumQuestion& question, const std::vector<Routes>& starts,
             Budget& budget) {
  return SumSearch(context, question, budget).run(starts);
}

}  // namespace synergy::planner::search
