#include "synergy/intermittent/feasible.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <tuple>

namespace synergy::intermittent {
namespace {

/// The best way to a boundary so far.
struct Way {
  Picojoules need = 0;
  std::uint32_t segments = 0, from = 0;
};

/// One decimal.
std::string tenths(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

/// Why there is no way past the furthest boundary that is reached.
Error no_way(const Chain& chain, const std::vector<std::optional<Way>>& ways) {
  std::uint32_t reached = 0;
  for (std::uint32_t b = 0; b < ways.size(); ++b)
    if (ways[b]) reached = b;
  const Segment next{reached, reached + 1};
  return {ErrorCode::kNoFit, chain.label + ", " + chain.name_of(next) +
                                 ": no power cycle gets past it: " + chain.range(next.from, next.to).refusal};
}

}  // namespace

Result<LeastCapacity> least_capacity(const Chain& chain) {
  std::vector<std::optional<Way>> ways(chain.pieces() + 1);
  ways[0] = Way{};
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      if (!ways[a] || !chain.range(a, b).possible()) continue;
      const Way way{std::max(ways[a]->need, chain.cost({a, b}).energy), ways[a]->segments + 1, a};
      if (!ways[b] || std::tie(way.need, way.segments) < std::tie(ways[b]->need, ways[b]->segments))
        ways[b] = way;
    }
  if (!ways.back()) return no_way(chain, ways);
  LeastCapacity least;
  least.need = ways.back()->need;
  for (auto b = chain.pieces(); b > 0; b = ways[b]->from) least.segments.push_back({ways[b]->from, b});
  std::reverse(least.segments.begin(), least.segments.end());
  least.hardest = *std::find_if(least.segments.begin(), least.segments.end(), [&](const Segment& segment) {
    return chain.cost(segment).energy == least.need;
  });
  return least;
}

Status check_progress(const Chain& chain, const Supply& supply) {
  const auto usable = usable_energy(supply);
  if (!usable) return usable.error();
  const auto least = least_capacity(chain);
  if (!least) return least.error();
  if (least->need <= *usable) return {};
  const bool one = chain.first_layer[least->hardest.to] == chain.first_layer[least->hardest.from] + 1;
  const auto smallest = smallest_capacitor_uf(least->need, supply);
  return Error{ErrorCode::kNoFit,
               chain.label + ": no inference would ever end: " + chain.name_of(least->hardest) +
                   (one ? " needs " : " need ") + tenths(microjoules(least->need)) +
                   " uJ in one power cycle, and " + tenths(supply.store.capacitor.capacitance_uf) +
                   " uF give " + tenths(microjoules(*usable)) + " uJ; " +
                   (smallest ? "the smallest capacitor that would do has " + tenths(*smallest) + " uF"
                             : smallest.error().message)};
}

}  // namespace synergy::intermittent
