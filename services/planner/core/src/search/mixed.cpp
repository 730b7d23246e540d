#include "mixed.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "route_search.hpp"
#include "synergy/planner/linear_program.hpp"

namespace synergy::planner::search {
namespace {

constexpr double kBetter = 1e-6;      ///< relative: what is worth a further route
constexpr double kLeastShare = 0.01;  ///< smaller ones would need too long a cycle
constexpr std::size_t kCandidates = 48, kStarts = 8, kMostRoutes = 24;
constexpr std::uint64_t kNodesPerListing = 20'000;

/// Routes of all pipelines, those of one side by side, and what becomes of them as a mixture.
class Mixture {
 public:
  /// Borrows both; `program` is from program_for().
  Mixture(Context& context, LinearProgram& program, std::vector<Route> routes)
      : context_(&context), program_(&program), routes_(std::move(routes)) {
    std::stable_sort(routes_.begin(), routes_.end(),
                     [](const Route& a, const Route& b) { return a.pipeline < b.pipeline; });
  }

  /// False where the routes can not live together.
  bool evaluate() { return live_together() && solve(); }
  /// Also false, and without a linear program, where these prices of units show that it is not below `limit`.
  bool evaluate_below(double limit, const Weights& prices) {
    return live_together() && least_at(prices) < limit && solve();
  }

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  [[nodiscard]] const std::vector<double>& shares() const { return shares_; }
  /// Prices of units under which the mixture is the best of its routes.
  [[nodiscard]] const Weights& prices() const { return prices_; }

  [[nodiscard]] bool has(const Route& route) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const Route& known) {
      return known.pipeline == route.pipeline && known.same_way(route);
    });
  }
  /// What no mixture of these routes and `further` costs less than, by the prices. The switches of `further`
  /// are not counted; to those of the others it can only add.
  [[nodiscard]] double least_with(const Route& further) const {
    const auto& space = context_->space;
    double own = context_->additive(further);
    const double rate = space.rates[further.pipeline];
    for (const auto& [unit, ns] : further.loads) own += prices_.unit[unit] * rate * ns;
    return least_at(prices_, further.pipeline, own);
  }
  /// Without the routes that nobody takes.
  [[nodiscard]] std::vector<Route> used() const {
    std::vector<Route> kept;
    for (std::size_t r = 0; r < routes_.size(); ++r)
      if (shares_[r] >= kLeastShare) kept.push_back(routes_[r]);
    return kept;
  }

 private:
  bool live_together() {
    if (!have_their_sources() || !find_switches() || !keeps_limits()) return false;
    count_costs();
    return true;
  }

  /// Routes of one pipeline stand side by side.
  [[nodiscard]] bool have_their_sources() const {
    for (std::size_t r = 1; r < routes_.size(); ++r)
      if (routes_[r].pipeline == routes_[r - 1].pipeline && routes_[r].source != routes_[r - 1].source &&
          context_->space.pipelines[routes_[r].pipeline].has_one_source)
        return false;
    return true;
  }

  /// As find_residents() sees them: each chunk once, in plan order.
  bool find_switches() {
    const auto& space = context_->space;
    std::vector<std::vector<Fit::Chunk>> chunks(space.devices.size());
    std::vector<double> sram(space.devices.size(), 0.0);
    for (const auto& route : routes_) {
      if (!is_allowed(space, route)) return false;
      for (const auto& segment : route.segments) {
        auto& on = chunks[std::size_t(segment.device)];
        const Fit::Chunk chunk{std::uint16_t(route.pipeline), segment.i, segment.j};
        if (std::find(on.begin(), on.end(), chunk) == on.end()) on.push_back(chunk);
      }
      for (const auto& [device, bytes] : route.sram) sram[std::size_t(device)] += bytes;
    }
    switched_.assign(space.devices.size(), SwitchKind::kNone);
    for (std::size_t d = 0; d < chunks.size(); ++d) {
      if (sram[d] > space.capacity[space.kind_of[d]].sram) return false;
      if (chunks[d].empty()) continue;
      const auto kind = context_->fit.judge(int(d), chunks[d]);
      if (!kind) return false;
      switched_[d] = *kind;
    }
    return true;
  }

  [[nodiscard]] SwitchCost switch_cost(const Route& route, const Segment& segment) const {
    const auto kind = switched_[std::size_t(segment.device)];
    if (kind == SwitchKind::kNone) return {};
    const auto& node = context_->space.node(route.pipeline, segment.device, segment.i, segment.j);
    return kind == SwitchKind::kWeights ? node.weights : node.program;
  }

  [[nodiscard]] bool keeps_limits() const {
    for (const auto& route : routes_) {
      double time = route.time;
      for (const auto& segment : route.segments) time += switch_cost(route, segment).time;
      const double deadline = context_->space.pipelines[route.pipeline].deadline;
      if (deadline > 0 && time > deadline) return false;
    }
    return true;
  }

  void count_costs() {
    const auto& space = context_->space;
    const std::size_t units = space.devices.size() * kUnits;
    costs_.clear();
    loads_.clear();
    for (const auto& route : routes_) {
      double time = route.time, energy = route.energy;
      auto& load = loads_.emplace_back(units, 0.0);
      const double rate = space.rates[route.pipeline];
      for (const auto& [unit, ns] : route.loads) load[unit] += rate * ns;
      for (const auto& segment : route.segments) {
        const auto paid = switch_cost(route, segment);
        time += paid.time;
        energy += paid.energy;
        load[std::size_t(segment.device) * kUnits + kCpu] += rate * paid.time;
        load[std::size_t(segment.device) * kUnits + kAccelerator] += rate * paid.time;
      }
      costs_.push_back(space.time_weight * space.time_parts[route.pipeline] * time +
                       space.energy_weight * space.energy_parts[route.pipeline] * energy);
    }
  }

  /// Each pipeline's cheapest route at the prices, summed. No shares of the routes cost less, because the
  /// busiest unit's load is at least the priced average of all. `known`: the cost of a further route of a
  /// pipeline.
  [[nodiscard]] double least_at(const Weights& prices, std::size_t pipeline = 0,
                                double known = Prices::kInfinite) const {
    std::vector<double> least(context_->space.pipelines.size(), Prices::kInfinite);
    least[pipeline] = known;
    for (std::size_t r = 0; r < routes_.size(); ++r) {
      auto& own = least[routes_[r].pipeline];
      own = std::min(own,
                     std::inner_product(loads_[r].begin(), loads_[r].end(), prices.unit.begin(), costs_[r]));
    }
    return std::accumulate(least.begin(), least.end(), 0.0);
  }

  bool solve() {
    const auto& space = context_->space;
    const std::size_t pipelines = space.pipelines.size(), units = space.devices.size() * kUnits;
    double scale = 1e-3;
    for (std::size_t r = 0; r < routes_.size(); ++r)
      scale = std::max({scale, costs_[r], *std::max_element(loads_[r].begin(), loads_[r].end())});
    program_->clear();
    LinearProgram::Column peak;
    for (std::size_t u = 0; u < units; ++u) peak.emplace_back(pipelines + u, -1.0);
    program_->add(space.peak_weight, peak);
    for (std::size_t r = 0; r < routes_.size(); ++r) {
      LinearProgram::Column column{{routes_[r].pipeline, 1.0}};
      for (std::size_t u = 0; u < units; ++u)
        if (loads_[r][u] > 0) column.emplace_back(pipelines + u, loads_[r][u] / scale);
      program_->add(costs_[r] / scale, column);
    }
    return program_->solve() == LinearProgram::Status::kOptimal && read();
  }

  /// Value and limits are formed from the shares, not taken from the program.
  bool read() {
    const auto& space = context_->space;
    const std::size_t pipelines = space.pipelines.size();
    shares_.clear();
    std::vector<double> sums(pipelines, 0.0), peak(space.devices.size() * kUnits, 0.0);
    for (std::size_t r = 0; r < routes_.size(); ++r) {
      const double share = program_->value(r + 1);
      shares_.push_back(share < 1e-6 ? 0 : share);
      sums[routes_[r].pipeline] += shares_.back();
    }
    value_ = 0;
    for (std::size_t r = 0; r < routes_.size(); ++r) {
      if (!(sums[routes_[r].pipeline] > 0.5)) return false;
      shares_[r] /= sums[routes_[r].pipeline];
      value_ += shares_[r] * costs_[r];
      for (std::size_t u = 0; u < peak.size(); ++u) peak[u] += shares_[r] * loads_[r][u];
    }
    const double most = *std::max_element(peak.begin(), peak.end());
    value_ += space.peak_weight * most;
    prices_ = context_->plain;
    prices_.unit.assign(peak.size(), 0.0);
    double sum = 0;
    for (std::size_t u = 0; u < peak.size(); ++u)
      sum += prices_.unit[u] = std::max(0.0, -program_->dual(pipelines + u));
    for (auto& unit : prices_.unit)
      unit = sum > 0 ? unit * space.peak_weight / sum : space.peak_weight / double(peak.size());
    return most <= space.load_limit;
  }

  Context* context_;
  LinearProgram* program_;
  std::vector<Route> routes_;
  std::vector<SwitchKind> switched_;
  /// By route, switches included; loads in ns by unit.
  std::vector<double> costs_;
  std::vector<std::vector<double>> loads_;
  std::vector<double> shares_;
  double value_ = 0;
  Weights prices_;
};

/// Rows of any mixture's program: a run of each pipeline, then units below the peak.
LinearProgram program_for(const Space& space) {
  constexpr double kShortage = 1e4;  // of a run: above what any route costs, for these are at most about 1
  std::vector<LinearProgram::Row> rows(space.pipelines.size(), {1, 1, kShortage});
  rows.resize(rows.size() + space.devices.size() * kUnits, LinearProgram::at_most(0));
  return LinearProgram(rows);
}

/// The cheapest routes of a pipeline under prices, cheapest first.
std::vector<Route> cheapest(Context& context, std::size_t p, const Weights& prices, Budget& budget) {
  const Completion completion(context.space, p, prices);
  RouteQuery query;
  query.pipeline = p;
  query.bottleneck = &context.bottlenecks[p];
  query.dual = query.plain = &prices;
  query.dual_completion = query.plain_completion = &completion;
  // Peaks are priced already: a route's own may be above the mixture's, for its share is below 1.
  query.ignores_peak = true;
  query.limit = Prices::kInfinite;
  std::vector<std::pair<double, Route>> best;
  auto own = budget.part(kNodesPerListing);
  RouteSearch search(context.space, query);
  search.run(own, [&](const Route& route, double cost) {
    const auto at = std::upper_bound(best.begin(), best.end(), cost,
                                     [](double value, const auto& entry) { return value < entry.first; });
    best.insert(at, {cost, route});
    if (best.size() <= kCandidates) return Prices::kInfinite;
    best.pop_back();
    return best.back().first;
  });
  budget.take(own);
  std::vector<Route> routes;
  for (auto& [cost, route] : best) routes.push_back(std::move(route));
  return routes;
}

/// Candidates that may bring `base` below `limit`, each with the least it may bring it to, best first. A
/// linear program costs some hundred times as much as this look at a candidate.
std::vector<std::pair<double, const Route*>> worth_trying(const Mixture& mixture, const Mixture& base,
                                                          const std::vector<Route>& candidates, double limit,
                                                          Budget& budget) {
  std::vector<std::pair<double, const Route*>> worth;
  for (const auto& candidate : candidates) {
    if (mixture.has(candidate)) continue;
    if (!budget.spend()) break;
    if (const double least = base.least_with(candidate); least < limit) worth.emplace_back(least, &candidate);
  }
  std::stable_sort(worth.begin(), worth.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return worth;
}

/// Adds the route that helps most until none does.
Mixture grow(Context& context, LinearProgram& program, Mixture mixture, const std::vector<Route>& pool,
             Budget& budget) {
  const std::size_t pipelines = context.space.pipelines.size();
  while (!budget.spent() && mixture.routes().size() < pipelines + kMostRoutes) {
    auto candidates = pool;
    for (std::size_t p = 0; p < pipelines; ++p)
      for (auto& route : cheapest(context, p, mixture.prices(), budget))
        candidates.push_back(std::move(route));
    Mixture base(context, program, mixture.used());
    if (!base.evaluate()) break;  // small shares kept a limit that these routes alone do not
    std::optional<Mixture> best;
    double limit = mixture.value() - kBetter * std::abs(mixture.value());
    for (const auto& [least, candidate] : worth_trying(mixture, base, candidates, limit, budget)) {
      if (least >= limit) break;
      auto routes = base.routes();
      routes.push_back(*candidate);
      Mixture tried(context, program, std::move(routes));
      if (!tried.evaluate_below(limit, base.prices()) || tried.value() >= limit) continue;
      limit = tried.value();
      best.emplace(std::move(tried));
    }
    if (!best) break;
    mixture = std::move(*best);
  }
  return mixture;
}

}  // namespace

std::vector<Mixed> mix(Context& context, const Certified& found, Budget& budget) {
  std::vector<Route> pool;
  for (const auto& parts : found.fractions)
    for (const auto& [route, share] : parts)
      if (is_allowed(context.space, route)) pool.push_back(route);
  std::vector<Routes> starts{*found.best};
  for (auto plan = found.met.rbegin(); plan != found.met.rend() && starts.size() < kStarts; ++plan)
    starts.push_back(*plan);
  auto program = program_for(context.space);
  std::vector<Mixed> all;
  for (const auto& start : starts) {
    Mixture mixture(context, program, start);
    if (!mixture.evaluate()) continue;
    mixture = grow(context, program, std::move(mixture), pool, budget);
    Mixture last(context, program, mixture.used());
    if (!last.evaluate() || last.value() >= found.value.value * (1 - kBetter)) continue;
    auto& mixed = all.emplace_back();
    mixed.value = last.value();
    mixed.routes.resize(context.space.pipelines.size());
    for (std::size_t r = 0; r < last.routes().size(); ++r)
      if (last.shares()[r] > 0)
        mixed.routes[last.routes()[r].pipeline].emplace_back(last.routes()[r], last.shares()[r]);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  return all;
}

}  // namespace synergy::planner::search
