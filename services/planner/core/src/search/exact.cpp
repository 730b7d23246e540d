#include "exact.hpp"

#include <algorithm>

#include "route_search.hpp"

namespace synergy::planner::search {
namespace {
constexpr double kSame = 1e-9;  ///< relative: plans closer than this are equally good
constexpr std::size_t kColumnsPerNode = 256;
}  // namespace

Exact::Exact(Context& context, const Relaxed& relaxed, double limit)
    : context_(context),
      relaxed_(relaxed),
      limit_(limit),
      columns_(context.space.pipelines.size()),
      state_(context.space),
      chosen_(context.space.pipelines.size(), nullptr),
      open_(context.space.pipelines.size()) {}

double Exact::reach() const {
  return limit_ < Prices::kInfinite ? limit_ - kSame * std::abs(limit_) : Prices::kInfinite;
}

bool Exact::gather(std::size_t most, Budget& budget) {
  double plain = 0;
  for (const auto& completion : context_.plain_completions) plain += completion.least();
  std::size_t count = 0;
  bool all = true;
  for (std::size_t p = 0; p < columns_.size(); ++p) {
    RouteQuery query;
    query.pipeline = p;
    query.bottleneck = &context_.bottlenecks[p];
    query.dual = &relaxed_.weights;
    query.dual_completion = &relaxed_.completions[p];
    query.dual_base = relaxed_.priced - relaxed_.completions[p].least();
    query.plain = &context_.plain;
    query.plain_completion = &context_.plain_completions[p];
    query.plain_base = plain - context_.plain_completions[p].least();
    query.limit = reach();
    RouteSearch search(context_.space, query);
    bool few = true;
    auto part = budget.part(budget.left() / (columns_.size() - p));
    const bool ended = search.run(part, [&](const Route& route, double dual) {
      Column column{route, dual - relaxed_.priced, context_.additive(route)};
      columns_[p].push_back(std::move(column));
      few = ++count <= most;
      return few ? query.limit : -Prices::kInfinite;  // below everything: the walk ends
    });
    budget.take(part);
    // One pipeline without any route is proof enough, however many the others have.
    if (ended && few && columns_[p].empty()) return true;
    all = all && ended && few;
    if (!few || !ended) {
      count -= columns_[p].size();
      columns_[p].clear();
    }
    std::stable_sort(columns_[p].begin(), columns_[p].end(), [](const auto& a, const auto& b) {
      return a.dual != b.dual ? a.dual < b.dual : a.route.time < b.route.time;
    });
  }
  return all;
}

bool Exact::run(Budget& budget) {
  Lists lists(columns_.size());
  for (std::size_t p = 0; p < columns_.size(); ++p) {
    if (columns_[p].empty()) return true;
    lists[p].resize(columns_[p].size());
    for (std::uint32_t k = 0; k < lists[p].size(); ++k) lists[p][k] = k;
  }
  return descend(lists, relaxed_.priced, budget);
}

bool Exact::filter(std::size_t q, const std::vector<std::uint32_t>& from, std::vector<std::uint32_t>& to,
                   double dual, double plain, double peak, Budget& budget) {
  const auto& space = context_.space;
  const double limit = reach();
  const double least = context_.plain_completions[q].least();
  const double rate = space.rates[q];
  std::size_t looked = 0;
  for (const auto k : from) {
    if (++looked % kColumnsPerNode == 0 && !budget.spend()) return false;
    const auto& column = columns_[q][k];
    if (dual + column.dual >= limit) break;  // sorted by it
    const double additive = plain + column.plain - least;
    if (additive + space.peak_weight * peak >= limit) continue;
    bool below = true;
    if (space.peak_weight > 0) {
      const double most = (limit - additive) / space.peak_weight;
      for (const auto& [unit, ns] : column.route.loads)
        if (space.in_peak(unit) && state_.load(unit) + rate * ns >= most) {
          below = false;
          break;
        }
      if (below)
        for (const auto& segment : column.route.segments) {
          const auto& node = space.node(q, segment.device, segment.i, segment.j);
          const double added = state_.added_switch(q, segment.device, space.switch_cost(node));
          const auto unit = std::uint32_t(std::size_t(segment.device) * kUnits + kAccelerator);
          if (added > 0 && space.in_peak(unit) && state_.load(unit) + rate * node.infer + added >= most) {
            below = false;
            break;
          }
        }
    }
    if (below && state_.admits(column.route)) to.push_back(k);
  }
  return true;
}

void Exact::judge() {
  const auto value = State::judge(context_.space, context_.fit, chosen_);
  if (!value || value->value >= reach()) return;
  limit_ = value->value;
  Routes routes;
  for (const auto* route : chosen_) routes.push_back(*route);
  met_.push_back(routes);
  best_ = std::move(routes);
}

bool Exact::descend(const Lists& lists, double dual, Budget& budget) {
  if (open_ == 0) {
    judge();
    return true;
  }
  std::size_t p = lists.size();
  for (std::size_t q = 0; q < lists.size(); ++q)
    if (chosen_[q] == nullptr && (p == lists.size() || lists[q].size() < lists[p].size())) p = q;
  --open_;
  bool go_on = true;
  for (const auto k : lists[p]) {
    if (!(go_on = budget.spend())) break;
    const auto& column = columns_[p][k];
    const double dual_now = dual + column.dual;
    const double limit = reach();
    if (dual_now >= limit) break;
    if (!state_.add(column.route)) continue;
    chosen_[p] = &column.route;
    const auto value = state_.value();
    double rest = 0;  // additive cost of the open pipelines, at least
    for (std::size_t q = 0; q < lists.size(); ++q)
      if (chosen_[q] == nullptr) rest += context_.plain_completions[q].least();
    if (value.value + rest < limit) {
      const double additive = context_.plain.time * value.time + context_.plain.energy * value.energy + rest;
      Lists next(lists.size());
      bool possible = true;
      for (std::size_t q = 0; q < lists.size() && possible && go_on; ++q)
        if (chosen_[q] == nullptr) {
          go_on = filter(q, lists[q], next[q], dual_now, additive, value.peak, budget);
          possible = !next[q].empty();
        }
      if (go_on && possible) go_on = descend(next, dual_now, budget);
    }
    chosen_[p] = nullptr;
    state_.remove(column.route);
    if (!go_on) break;
  }
  ++open_;
  return go_on;
}

}  // namespace synergy::planner::search
