#include "synergy/intermittent/once.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace synergy::intermittent {
namespace {

struct Way {
  Picojoules paid = 0;
  Cost cost;
  std::uint32_t segments = 0, from = 0;

  [[nodiscard]] auto rank() const { return std::tie(paid, cost, segments, from); }
};

}  // namespace

Result<Once> once(const Chain& chain, Picojoules capacity, LastSegment last) {
  const auto m = chain.pieces();
  std::vector<std::optional<Way>> ways(m + 1);
  ways[0] = Way{};
  for (std::uint32_t b = 1; b <= m; ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      if (!ways[a] || !chain.is_safe({a, b}, capacity)) continue;
      const auto own = chain.cost({a, b});
      const auto paid = b == m && last == LastSegment::kFree ? 0 : own.energy;
      const Way way{ways[a]->paid + paid, ways[a]->cost + own, ways[a]->segments + 1, a};
      if (!ways[b] || way.rank() < ways[b]->rank()) ways[b] = way;
    }
  if (!ways[m]) return Error{ErrorCode::kNoFit, chain.label + ": no inference ends with this capacity"};
  Once found;
  found.paid = ways[m]->paid;
  found.cost = ways[m]->cost;
  for (auto b = m; b > 0; b = ways[b]->from) found.segments.push_back({ways[b]->from, b});
  std::reverse(found.segments.begin(), found.segments.end());
  return found;
}

}  // namespace synergy::intermittent
