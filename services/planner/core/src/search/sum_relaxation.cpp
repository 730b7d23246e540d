#include "sum_relaxation.hpp"

#include <algorithm>

#include "synergy/planner/linear_program.hpp"

namespace synergy::planner::search {
namespace {

constexpr int kMaxIterations = 150;
constexpr double kClose = 1e-7;
/// Part of the best prices so far in the next ones: keeps them from swinging.
constexpr double kSteady = 0.5;
/// Cost of a pipeline that no column serves: above what any is worth, for the sums are about 1.
constexpr double kShortage = 1e4;

/// Rows of the master problem: a column of each pipeline; units; memories; single devices.
class Master {
 public:
  Master(const Space& space, const std::vector<Span>& spans, const std::vector<Sharing>& sharing,
         double scale)
      : space_(space),
        spans_(spans),
        sharing_(sharing),
        scale_(scale),
        pipelines_(space.pipelines.size()),
        devices_(space.devices.size()) {
    units_ = space.options.overlap ? devices_ * kUnits : 1;
    memories_ = space.options.residency == Residency::kResident ? devices_ : 0;
    std::vector<LinearProgram::Row> rows(pipelines_, {1, 1, kShortage});
    rows.resize(pipelines_ + units_ + memories_ + devices_, LinearProgram::at_most(1));
    program_.emplace(rows);
  }

  /// The route at its floor and at its most.
  void add(const Route& route) {
    const auto loads = loads_of(route);
    for (const double rate : {spans_[route.pipeline].floor, spans_[route.pipeline].most}) {
      LinearProgram::Column column{{route.pipeline, 1.0}};
      for (std::size_t row = 0; row < units_; ++row)
        if (loads[row] > 0) column.emplace_back(pipelines_ + row, rate * loads[row]);
      for (std::size_t row = units_; row < loads.size(); ++row)
        if (loads[row] > 0) column.emplace_back(pipelines_ + row, loads[row]);
      program_->add(-spans_[route.pipeline].weight * rate / scale_, column);
      routes_.push_back(route);
    }
  }

  /// Prices by the program's duals, none negative; nothing where the program was not solved.
  std::optional<Weights> solve() {
    if (program_->solve() != LinearProgram::Status::kOptimal) return std::nullopt;
    Weights weights;
    weights.sharing = sharing_;
    const auto price = [&](std::size_t row) {
      return scale_ * std::max(0.0, -program_->dual(pipelines_ + row));
    };
    if (space_.options.overlap)
      for (std::size_t u = 0; u < units_; ++u) weights.unit.push_back(price(u));
    else
      weights.time = price(0);
    for (std::size_t d = 0; d < memories_; ++d) weights.memory.push_back(price(units_ + d));
    for (std::size_t d = 0; d < devices_; ++d)
      weights.chunk.push_back(sharing_[d] == Sharing::kSingle ? price(units_ + memories_ + d) : 0);
    return weights;
  }

  [[nodiscard]] double sum() const { return -scale_ * program_->objective(); }
  [[nodiscard]] double worth_so_far(std::size_t p) const { return -scale_ * program_->dual(p); }
  [[nodiscard]] Fractions fractions() const {
    Fractions parts(pipelines_);
    for (std::size_t k = 0; k < routes_.size(); ++k)
      if (const double x = program_->value(k); x > 1e-6)
        parts[routes_[k].pipeline].emplace_back(routes_[k], x);
    return parts;
  }

 private:
  /// Of a run, by row below those of the pipelines: loads of units in ns, then memories and chunks.
  [[nodiscard]] std::vector<double> loads_of(const Route& route) const {
    std::vector<double> loads(units_ + memories_ + devices_, 0.0);
    if (space_.options.overlap)
      for (const auto& [unit, ns] : route.loads) loads[unit] += ns;
    else
      loads[0] += route.time;
    for (const auto& segment : route.segments) {
      const auto d = std::size_t(segment.device);
      const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
      if (memories_ > 0)
        loads[units_ + d] += node.columns_total / space_.capacity[space_.kind_of[d]].columns_total;
      if (sharing_[d] == Sharing::kSingle) loads[units_ + memories_ + d] += 1;
      if (sharing_[d] != Sharing::kShared) continue;
      const double time = space_.switch_cost(node).time;
      if (space_.options.overlap) loads[d * kUnits + kCpu] += time;
      loads[space_.options.overlap ? d * kUnits + kAccelerator : 0] += time;
    }
    return loads;
  }

  const Space& space_;
  const std::vector<Span>& spans_;
  const std::vector<Sharing>& sharing_;
  double scale_;
  std::size_t pipelines_, devices_, units_ = 0, memories_ = 0;
  std::optional<LinearProgram> program_;
  std::vector<Route> routes_;
};

double sum_of_prices(const Weights& weights) {
  double sum = weights.time;
  for (const auto* prices : {&weights.unit, &weights.memory, &weights.chunk})
    for (const double price : *prices) sum += price;
  return sum;
}

struct Priced {
  double bound = 0;
  std::vector<double> worth;
  std::vector<Route> routes;  ///< those worth most; fewer than pipelines where one has none
};

/// Each pipeline's best column: its floor or its most, with the cheapest route at that rate.
Priced price(Space& space, const std::vector<Span>& spans, const Weights& weights) {
  Priced priced;
  priced.bound = sum_of_prices(weights);
  priced.worth.assign(spans.size(), -Prices::kInfinite);
  std::vector<std::optional<Route>> best(spans.size());
  for (const auto& rates : {floors_of(spans), mosts_of(spans)}) {
    use_rates(space, rates);
    for (std::size_t p = 0; p < spans.size(); ++p) {
      const Completion completion(space, p, weights);
      const double worth = spans[p].weight * rates[p] - completion.least();
      if (worth <= priced.worth[p]) continue;
      priced.worth[p] = worth;
      best[p] = completion.trace();
    }
  }
  for (std::size_t p = 0; p < spans.size(); ++p) {
    priced.bound += priced.worth[p];
    if (best[p]) priced.routes.push_back(std::move(*best[p]));
  }
  return priced;
}

}  // namespace

void use_rates(Space& space, const std::vector<double>& rates) {
  space.rates = rates;
  if (!space.options.overlap) space.time_parts = rates;
}

std::vector<double> floors_of(const std::vector<Span>& spans) {
  std::vector<double> floors;
  for (const auto& span : spans) floors.push_back(span.floor);
  return floors;
}

std::vector<double> mosts_of(const std::vector<Span>& spans) {
  std::vector<double> mosts;
  for (const auto& span : spans) mosts.push_back(span.most);
  return mosts;
}

double price_of_switch(const Space& space, const Weights& prices, std::size_t device, const Node& node) {
  const double time = space.switch_cost(node).time;
  if (prices.unit.empty()) return prices.time * time;
  return (prices.unit[device * kUnits + kCpu] + prices.unit[device * kUnits + kAccelerator]) * time;
}

RouteCost cost_of(const Space& space, const Weights& prices, const Route& route) {
  RouteCost cost;
  cost.run = prices.time * route.time;
  if (!prices.unit.empty())
    for (const auto& [unit, ns] : route.loads) cost.run += prices.unit[unit] * ns;
  for (const auto& segment : route.segments) {
    const auto d = std::size_t(segment.device);
    const auto& node = space.node(route.pipeline, segment.device, segment.i, segment.j);
    if (!prices.chunk.empty()) cost.fixed += prices.chunk[d];
    if (!prices.memory.empty())
      cost.fixed += prices.memory[d] * node.columns_total / space.capacity[space.kind_of[d]].columns_total;
    if (!prices.sharing.empty() && prices.sharing[d] == Sharing::kShared)
      cost.run += price_of_switch(space, prices, d, node);
  }
  return cost;
}

RelaxedSum relax_sum(Space& space, const std::vector<Span>& spans, const std::vector<Sharing>& sharing,
                     const std::vector<Route>& start, double enough) {
  RelaxedSum best;
  Weights none;  // everything is free
  none.sharing = sharing;
  if (space.options.overlap) none.unit.assign(space.devices.size() * kUnits, 0.0);
  if (space.options.residency == Residency::kResident) none.memory.assign(space.devices.size(), 0.0);
  none.chunk.assign(space.devices.size(), 0.0);
  const auto keep = [&](const Priced& priced, const Weights& weights) {
    best.bound = best.priced = priced.bound;
    best.prices = weights;
    best.constant = sum_of_prices(weights);
    best.worth = priced.worth;
  };
  const auto free = price(space, spans, none);
  keep(free, none);
  best.infeasible = free.routes.size() < spans.size();
  if (best.infeasible) return best;
  Master master(space, spans, sharing, std::max(free.bound, 1e-300));
  for (const auto& route : start) master.add(route);
  for (const auto& route : free.routes) master.add(route);
  Weights center = none;
  for (int step = 0; step < kMaxIterations && best.bound > enough; ++step) {
    const auto exact = master.solve();
    if (!exact) break;  // what is proved so far stands
    const double sum = master.sum();
    if (best.bound - sum <= kClose * std::abs(best.bound)) break;
    bool added = false;
    for (const double steady : {kSteady, 0.0}) {
      const auto weights = between(center, *exact, step == 0 ? 0 : steady);
      const auto now = price(space, spans, weights);
      for (const auto& route : now.routes)
        if (steady > 0 ||
            now.worth[route.pipeline] > master.worth_so_far(route.pipeline) + kClose * std::abs(best.bound)) {
          master.add(route);
          added = true;
        }
      if (now.bound < best.bound) {
        keep(now, weights);
        center = weights;
        if (steady > 0) break;
      }
    }
    if (!added) break;
  }
  best.fractions = master.fractions();
  return best;
}

}  // namespace synergy::planner::search
