#include <algorithm>

#include "policies.hpp"

namespace synergy::planner {
namespace {

using search::Segment;
using search::Space;

/// Depth first over exactly so many devices: lowest first, longest chunks first.
class Walk {
 public:
  Walk(const Space& space, std::size_t p, std::size_t devices, const AcceptChunk& accept, Budget& budget)
      : space_(space),
        segments_(space.pipelines[p].segments()),
        p_(p),
        devices_(devices),
        accept_(accept),
        budget_(budget),
        used_(space.devices.size(), false) {}

  Spread run() {
    (void)extend(0);
    return found_;
  }

 private:
  /// True ends the walk.
  bool extend(std::size_t i) {
    const std::size_t left = devices_ - chunks_.size();
    for (std::size_t d = 0; d < used_.size(); ++d) {
      if (used_[d]) continue;
      used_[d] = true;
      const std::size_t last = left == 1 ? segments_ : segments_ - (left - 1);
      for (std::size_t j = last; j > i; --j) {
        if (!budget_.spend()) return true;
        if (add({int(d), std::uint16_t(i), std::uint16_t(j)})) return true;
        if (left == 1) break;
      }
      used_[d] = false;
    }
    return false;
  }

  bool add(const Segment& segment) {
    if (!space_.node(p_, segment.device, segment.i, segment.j).valid || !accept_(segment)) return false;
    chunks_.push_back(segment);
    if (segment.j == segments_) found_ = chunks_;
    const bool ends = segment.j == segments_ || extend(segment.j);
    chunks_.pop_back();
    return ends;
  }

  const Space& space_;
  std::size_t segments_, p_, devices_;
  const AcceptChunk& accept_;
  Budget& budget_;
  std::vector<bool> used_;
  Spread chunks_, found_;
};

std::size_t device_limit(const Space& space, std::size_t p) {
  return std::min({space.devices.size(), space.pipelines[p].segments(), space.max_chunks});
}

/// Chunk k on device k, for exactly so many devices: least maximum of cycles, by dynamic programming.
Spread balanced(const Space& space, std::size_t p, std::size_t devices, const AcceptChunk& accept) {
  const std::size_t n = space.pipelines[p].segments();
  constexpr double kNever = 1e300;
  struct Cell {
    double most = kNever;
    std::size_t from = 0;
  };
  std::vector<std::vector<Cell>> cells(devices + 1, std::vector<Cell>(n + 1));
  cells[0][0].most = 0;
  for (std::size_t k = 0; k < devices; ++k)
    for (std::size_t i = 0; i < n; ++i) {
      if (cells[k][i].most == kNever) continue;
      for (std::size_t j = i + 1; j <= n; ++j) {
        const auto& node = space.node(p, int(k), i, j);
        const double most = node.valid ? std::max(cells[k][i].most, node.cycles) : kNever;
        if (most >= cells[k + 1][j].most) continue;
        if (accept({int(k), std::uint16_t(i), std::uint16_t(j)})) cells[k + 1][j] = {most, i};
      }
    }
  if (cells[devices][n].most == kNever) return {};
  Spread spread;
  for (std::size_t k = devices, j = n; k > 0; --k) {
    const auto i = cells[k][j].from;
    spread.push_back({int(k - 1), std::uint16_t(i), std::uint16_t(j)});
    j = i;
  }
  std::reverse(spread.begin(), spread.end());
  return spread;
}

search::Route route_by(const Space& space, std::size_t p, Spread spread) {
  search::Route route;
  route.pipeline = p;
  route.source = space.pipelines[p].sources.front();
  route.target = space.pipelines[p].targets.front();
  route.segments = std::move(spread);
  complete(space, route);
  return route;
}

/// Whether a chunk fits its device beside those of the routes chosen before.
bool fits_beside(search::Context& context, const std::vector<const search::Route*>& chosen, std::size_t p,
                 const Segment& segment) {
  std::vector<search::Fit::Chunk> chunks{{std::uint16_t(p), segment.i, segment.j}};
  for (const auto* route : chosen)
    for (const auto& other : route->segments)
      if (other.device == segment.device)
        chunks.push_back({std::uint16_t(route->pipeline), other.i, other.j});
  std::sort(chunks.begin(), chunks.end());
  return context.fit.judge(segment.device, chunks).has_value();
}

}  // namespace

Spread fewest_devices(const Space& space, std::size_t p, const AcceptChunk& accept, Budget& budget) {
  for (std::size_t devices = space.pipelines[p].at_least; devices <= device_limit(space, p); ++devices)
    if (auto found = Walk(space, p, devices, accept, budget).run(); !found.empty()) return found;
  return {};
}

Spread most_devices(const Space& space, std::size_t p, const AcceptChunk& accept) {
  for (std::size_t devices = device_limit(space, p); devices >= space.pipelines[p].at_least; --devices)
    if (auto found = balanced(space, p, devices, accept); !found.empty()) return found;
  return {};
}

Planned<Chosen> spread_each(CostModel& costs, const SolveOptions& options, Budget& budget,
                            const SpreadFunction& spread, bool by_priority, bool finds_any) {
  auto space = Space::build(costs, options);
  if (!space) return space.error();
  search::Context context(costs.problem(), std::move(*space));
  search::Routes routes(context.space.pipelines.size());
  std::vector<const search::Route*> chosen;
  for (const auto p : search::by_intensity(context)) {
    const auto accept = [&](const Segment& segment) {
      return !by_priority || fits_beside(context, chosen, p, segment);
    };
    auto found = spread(context.space, p, accept, budget);
    if (found.empty()) {
      const auto alone = spread(
          context.space, p, [](const auto&) { return true; }, budget);
      return alone.empty() ? why_nothing_fits(costs, p, options, budget, finds_any)
                           : why_no_room(costs, context, budget);
    }
    routes[p] = route_by(context.space, p, std::move(found));
    if (by_priority) chosen.push_back(&routes[p]);
  }
  return Chosen{choices_of(context.space, routes), std::nullopt, {}};
}

}  // namespace synergy::planner
