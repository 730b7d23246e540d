#include "relaxation.hpp"

#include <algorithm>

#include "synergy/planner/linear_program.hpp"

namespace synergy::planner::search {
namespace {

constexpr int kMaxIterations = 150;
constexpr double kClose = 1e-7;
/// Part of the best prices so far in the next ones: keeps them from swinging.
constexpr double kSteady = 0.5;
/// Cost of a run that no route makes, above any real one: columns are in units of a plan's cost.
constexpr double kShortage = 1e4;

/// Makes the prices of the units that count in the peak sum to its weight.
void share_peak_weight(const Space& space, std::vector<double>& prices) {
  double sum = 0, count = 0;
  for (std::size_t u = 0; u < prices.size(); ++u)
    if (space.in_peak(u)) {
      sum += prices[u];
      ++count;
    }
  for (std::size_t u = 0; u < prices.size(); ++u)
    if (space.in_peak(u))
      prices[u] = sum > 0 ? prices[u] * space.peak_weight / sum : space.peak_weight / count;
}

/// Rows of the master problem: a run of each pipeline; units below the peak, or below their limits where they
/// do not count in it; memories; single devices.
class Master {
 public:
  Master(const Space& space, const std::vector<Sharing>& sharing, double scale)
      : space_(space), sharing_(sharing), scale_(scale), pipelines_(space.pipelines.size()) {
    devices_ = space.devices.size();
    units_ = space.peak_weight > 0 ? devices_ * kUnits : 0;
    memories_ = space.options.residency == Residency::kResident ? devices_ : 0;
    std::vector<LinearProgram::Row> rows(pipelines_, {1, 1, kShortage});
    for (std::size_t u = 0; u < units_; ++u)
      rows.push_back(LinearProgram::at_most(
          space.in_peak(u) ? -space.base_of(u) / scale : (space.limit_of(u) - space.base_of(u)) / scale));
    rows.resize(rows.size() + memories_ + devices_, LinearProgram::at_most(1));
    program_.emplace(rows);
    if (units_ > 0) {
      LinearProgram::Column peak;
      for (std::size_t u = 0; u < units_; ++u)
        if (space.in_peak(u)) peak.emplace_back(pipelines_ + u, -1.0);
      program_->add(space.peak_weight, peak);  // in units of scale / peak weight
    }
  }

  void add(const Route& route) {
    const double rate = space_.rates[route.pipeline];
    const double time_weight = space_.time_weight * space_.time_parts[route.pipeline];
    const double energy_weight = space_.energy_weight * space_.energy_parts[route.pipeline];
    double cost = time_weight * route.time + energy_weight * route.energy;
    LinearProgram::Column column{{route.pipeline, 1.0}};
    std::vector<double> loads(units_, 0.0), memory(memories_, 0.0), count(devices_, 0.0);
    for (const auto& [unit, ns] : route.loads)
      if (units_ > 0) loads[unit] += rate * ns;
    for (const auto& segment : route.segments) {
      const auto d = std::size_t(segment.device);
      const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
      if (memories_ > 0) memory[d] += node.columns_total / space_.capacity[space_.kind_of[d]].columns_total;
      count[d] += 1;
      if (sharing_[d] != Sharing::kShared) continue;
      const auto& paid = space_.switch_cost(node);
      cost += time_weight * paid.time + energy_weight * paid.energy;
      if (units_ == 0) continue;
      loads[d * kUnits + kCpu] += rate * paid.time;
      loads[d * kUnits + kAccelerator] += rate * paid.time;
      loads[d * kUnits + kBattery] += rate * paid.energy * space_.per_uj(segment.device);
    }
    for (std::size_t u = 0; u < units_; ++u)
      if (loads[u] > 0) column.emplace_back(pipelines_ + u, loads[u] / scale_);
    for (std::size_t d = 0; d < memories_; ++d)
      if (memory[d] > 0) column.emplace_back(pipelines_ + units_ + d, memory[d]);
    for (std::size_t d = 0; d < devices_; ++d)
      if (count[d] > 0 && sharing_[d] == Sharing::kSingle)
        column.emplace_back(pipelines_ + units_ + memories_ + d, count[d]);
    program_->add(cost / scale_, column);
    routes_.push_back(route);
  }

  /// Prices by the program's duals, made valid: none negative, units' sum the peak weight. None where the
  /// program was not solved.
  std::optional<Weights> solve() {
    if (program_->solve() != LinearProgram::Status::kOptimal) return std::nullopt;
    Weights weights;
    weights.time = space_.time_weight;
    weights.energy = space_.energy_weight;
    weights.sharing = sharing_;
    const auto price = [&](std::size_t row) { return std::max(0.0, -program_->dual(row)); };
    if (units_ > 0) {
      weights.unit.resize(units_);
      for (std::size_t u = 0; u < units_; ++u)
        if (space_.in_peak(u) || space_.limit_of(u) < Prices::kInfinite)
          weights.unit[u] = price(pipelines_ + u);
      share_peak_weight(space_, weights.unit);
    }
    for (std::size_t d = 0; d < memories_; ++d)
      weights.memory.push_back(scale_ * price(pipelines_ + units_ + d));
    for (std::size_t d = 0; d < devices_; ++d)
      weights.chunk.push_back(
          sharing_[d] == Sharing::kSingle ? scale_ * price(pipelines_ + units_ + memories_ + d) : 0);
    return weights;
  }

  [[nodiscard]] double objective() const { return scale_ * program_->objective(); }
  [[nodiscard]] double run_price(std::size_t p) const { return scale_ * program_->dual(p); }
  [[nodiscard]] Fractions fractions() const {
    Fractions parts(pipelines_);
    for (std::size_t k = 0; k < routes_.size(); ++k)
      if (const double x = program_->value(k + (units_ > 0 ? 1 : 0)); x > 1e-6)
        parts[routes_[k].pipeline].emplace_back(routes_[k], x);
    return parts;
  }

 private:
  const Space& space_;
  const std::vector<Sharing>& sharing_;
  double scale_;
  std::size_t pipelines_, devices_ = 0, units_ = 0, memories_ = 0;
  std::optional<LinearProgram> program_;
  std::vector<Route> routes_;
};

struct Priced {
  double bound = 0;
  std::vector<Completion> completions;
};

Priced price(const Space& space, const Weights& weights) {
  Priced priced;
  for (const double nu : weights.memory) priced.bound -= nu;
  for (const double pi : weights.chunk) priced.bound -= pi;
  for (std::size_t u = 0; u < weights.unit.size(); ++u) {
    if (space.in_peak(u))
      priced.bound += weights.unit[u] * space.base_of(u);
    else if (weights.unit[u] > 0)
      priced.bound -= weights.unit[u] * (space.limit_of(u) - space.base_of(u));
  }
  priced.completions.reserve(space.pipelines.size());
  for (std::size_t p = 0; p < space.pipelines.size(); ++p) {
    priced.completions.emplace_back(space, p, weights);
    priced.bound += priced.completions.back().least();
  }
  return priced;
}

}  // namespace

Weights equal_prices(const Space& space) {
  Weights equal;
  equal.time = space.time_weight;
  equal.energy = space.energy_weight;
  if (space.peak_weight > 0) {
    equal.unit.assign(space.devices.size() * kUnits, 0.0);
    share_peak_weight(space, equal.unit);
  }
  return equal;
}

double bound_at(const Space& space, const Weights& weights) { return price(space, weights).bound; }

Relaxed relax(const Space& space, const std::vector<Sharing>& sharing, const std::vector<Route>& start,
              double enough) {
  Relaxed best;
  auto none = equal_prices(space);
  none.sharing = sharing;
  auto priced = price(space, none);
  best.bound = priced.bound;
  best.weights = none;
  best.infeasible = !(priced.bound < Prices::kInfinite);
  if (best.infeasible) {
    return best;
  }
  Master master(space, sharing, std::max({enough < Prices::kInfinite ? enough : 0, best.bound, 1e-3}));
  for (const auto& route : start) master.add(route);
  for (const auto& completion : priced.completions) master.add(*completion.trace());
  best.completions = std::move(priced.completions);
  Weights center = none;
  center.memory.assign(space.options.residency == Residency::kResident ? space.devices.size() : 0, 0.0);
  center.chunk.assign(space.devices.size(), 0.0);
  for (int step = 0; step < kMaxIterations && best.bound < enough; ++step) {
    const auto exact = master.solve();
    if (!exact) break;  // what is proved so far stands
    const double objective = master.objective();
    if (objective - best.bound <= kClose * std::abs(objective)) break;
    bool added = false;
    for (const double steady : {kSteady, 0.0}) {
      const auto weights = between(center, *exact, step == 0 ? 0 : steady);
      auto now = price(space, weights);
      for (std::size_t p = 0; p < now.completions.size(); ++p) {
        const auto route = now.completions[p].trace();
        if (steady > 0 || now.completions[p].least() < master.run_price(p) - kClose * std::abs(objective)) {
          master.add(*route);
          added = true;
        }
      }
      if (now.bound > best.bound) {
        best.bound = now.bound;
        best.weights = center = weights;
        best.completions = std::move(now.completions);
        if (steady > 0) break;
      }
    }
    if (!added) break;
  }
  best.fractions = master.fractions();
  best.priced = best.bound;
  return best;
}

}  // namespace synergy::planner::search
