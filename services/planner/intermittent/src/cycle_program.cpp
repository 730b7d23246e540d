#include "synergy/intermittent/cycle_program.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "best_cycle.hpp"
#include "synergy/intermittent/once.hpp"
#include "synergy/planner/linear_program.hpp"

namespace synergy::intermittent {
namespace {

using planner::LinearProgram;

constexpr std::size_t kMostRounds = 500;
/// Bound and optimum this near to each other are one, as parts of the optimum. Types that save less than
/// that, as parts of the cheapest type, are not looked for.
constexpr double kClose = 1e-6;
/// Types of so little share are rounding.
constexpr double kLeastShare = 1e-9;

/// All sets of layers that a power cycle of this budget can load, with a range to run.
std::vector<Loading> all_loadings(const Chain& chain, Picojoules budget) {
  std::vector<Loading> all;
  const auto add = [&](const Loaded& loaded) {
    const auto cost = loading_cost(chain, loaded);
    if (!cost || cost->energy > budget) return;
    auto ranges = runnable(chain, loaded);
    if (!ranges.empty()) all.push_back({loaded, *cost, std::move(ranges)});
  };
  const auto m = chain.pieces();
  for (std::uint32_t from = 0; from < m; ++from) {
    for (std::uint32_t to = from + 1; to <= m; ++to) add({from, to});
    for (std::uint32_t to = 1; to <= from; ++to) add({from, to});
  }
  return all;
}

/// No power cycle takes less.
Picojoules least_cost(const Chain& chain, const std::vector<Loading>& loadings) {
  auto least = kMostEnergy;
  for (const auto& loading : loadings)
    for (const auto& range : loading.ranges)
      least = std::min(least, loading.cost.energy + chain.range(range.from, range.to).registers.energy +
                                  chain.variable(range).energy);
  return least;
}

/// Whether the most inputs that a power cycle could take, times all prices there may be, stay within 63 bits.
bool within_range(const std::vector<Loading>& loadings, const Chain& chain, Picojoules budget,
                  Picojoules most_price) {
  auto each = kMostEnergy;
  for (const auto& loading : loadings)
    for (const auto& range : loading.ranges) each = std::min(each, chain.variable(range).energy);
  return double(budget) / double(each) * double(most_price) < 0x1p58;
}

/// The linear program over the types found so far. Costs are in units of `scale`.
class Master {
 public:
  Master(const Chain& chain, double scale)
      : pieces_(chain.pieces()), scale_(scale), program_(rows(pieces_)) {}

  /// False where it is there already: prices are rounded, so a type may seem to save a little for ever.
  bool add(const PowerCycle& cycle) {
    if (!known_.insert(cycle).second) return false;
    std::vector<double> arrivals(pieces_ + 1, 0.0);
    for (const auto& [range, inputs] : cycle.stages) {
      arrivals[range.from] -= double(inputs);
      arrivals[range.to] += double(inputs);
    }
    LinearProgram::Column column;
    for (std::uint32_t b = 1; b <= pieces_; ++b)
      if (arrivals[b] != 0) column.emplace_back(b - 1, arrivals[b]);
    program_.add(double(cycle.cost.energy) / scale_, column);
    cycles_.push_back(cycle);
    return true;
  }

  [[nodiscard]] bool solve() { return program_.solve() == LinearProgram::Status::kOptimal; }
  [[nodiscard]] double optimum_pj() const { return scale_ * program_.objective(); }
  /// Cut off where they would leave the range of exact numbers: any prices give a true bound.
  [[nodiscard]] std::vector<Picojoules> prices(Picojoules most) const {
    std::vector<Picojoules> prices{0};
    for (std::uint32_t b = 1; b <= pieces_; ++b)
      prices.push_back(std::llround(std::clamp(scale_ * program_.dual(b - 1), -double(most), double(most))));
    return prices;
  }
  [[nodiscard]] std::vector<CycleProgram::Part> parts() const {
    std::vector<CycleProgram::Part> parts;
    for (std::size_t k = 0; k < cycles_.size(); ++k)
      if (program_.value(k) > kLeastShare) parts.push_back({cycles_[k], program_.value(k)});
    return parts;
  }
  [[nodiscard]] std::size_t columns() const { return cycles_.size(); }

 private:
  static std::vector<LinearProgram::Row> rows(std::uint32_t pieces) {
    std::vector<LinearProgram::Row> rows(pieces, LinearProgram::equal(0));
    rows.back() = LinearProgram::equal(1);
    return rows;
  }

  std::uint32_t pieces_;
  double scale_;
  LinearProgram program_;
  std::vector<PowerCycle> cycles_;
  std::set<PowerCycle> known_;
};

/// See the header. Rounded down.
double bound_pj(Picojoules price_of_result, double excess) {
  return std::max(0.0, double(price_of_result) / (1 + excess) * (excess > 0 ? 1 - 1e-14 : 1));
}

/// Each range by itself with as many inputs as the budget takes: a set of types that can serve.
void add_single_ranges(const Chain& chain, Picojoules budget, Master& master) {
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const Segment range{a, b};
      if (!chain.is_safe(range, budget)) continue;
      const auto most = (budget - chain.fixed(range).energy) / chain.variable(range).energy;
      master.add(one_range(chain, range, most));
    }
}

}  // namespace

Result<CycleProgram> cycle_program(const Chain& chain, Picojoules budget) {
  if (auto status = check_costs(chain); !status) return status.error();
  const auto serving = once(chain, budget);
  if (!serving) return serving.error();
  const auto loadings = all_loadings(chain, budget);
  const auto most_price = 4 * serving->paid;
  if (!within_range(loadings, chain, budget, most_price))
    return Error{ErrorCode::kInvalid,
                 chain.label +
                     ": a power cycle of so many inputs is beyond what is computed exactly; plan with a "
                     "smaller capacitor"};
  const auto least = least_cost(chain, loadings);
  const auto slack = Picojoules(kClose * double(least));

  Master master(chain, double(serving->paid));
  add_single_ranges(chain, budget, master);
  CycleProgram best;
  for (; best.rounds < kMostRounds && master.solve(); ++best.rounds) {
    const auto prices = master.prices(most_price);
    const auto optimum = master.optimum_pj();
    double excess = 0;
    bool added = false;
    for (const auto& loading : loadings) {
      const auto dearest = best_cycle(chain, loading, budget, prices, slack);
      excess = std::max(excess, dearest.excess);
      if (dearest.cycle.stages.empty() || dearest.reduced_cost >= -slack) continue;
      added = master.add(dearest.cycle) || added;
    }
    const auto bound = bound_pj(prices.back(), excess) / kPjPerUj;
    if (best.prices.empty() || bound > best.bound_uj) {
      best.bound_uj = bound;
      best.prices = prices;
    }
    best.optimum_uj = optimum / kPjPerUj;
    best.parts = master.parts();
    best.columns = master.columns();
    if (!added || best.optimum_uj - best.bound_uj <= kClose * best.optimum_uj) break;
  }
  if (best.prices.empty())
    return Error{ErrorCode::kInternal, chain.label + ": the linear program was not solved"};
  return best;
}

}  // namespace synergy::intermittent
