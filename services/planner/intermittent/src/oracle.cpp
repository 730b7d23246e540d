#include "synergy/intermittent/oracle.hpp"

namespace synergy::intermittent {
namespace {

/// From boundary `from` of the first inference, over the line of boundaries.
std::optional<PowerCycle> cycle_to(const Chain& chain, std::uint32_t from, std::uint32_t to) {
  const auto m = chain.pieces();
  if (to <= m) {
    if (!chain.range(from, to).possible()) return std::nullopt;
    return one_range(chain, {from, to}, 1);
  }
  return wrapping(chain, from, to / m - 1, to % m);
}

}  // namespace

std::vector<Leap> power_cycles_of(const Chain& chain, Picojoules capacity, std::uint32_t inferences) {
  std::vector<Leap> leaps;
  const auto m = chain.pieces();
  for (std::uint32_t from = 0; from < m; ++from)
    for (std::uint32_t to = from + 1; to <= m * inferences; ++to) {
      auto cycle = cycle_to(chain, from, to);
      if (cycle && cycle->cost.energy <= capacity) leaps.push_back({from, to, std::move(*cycle)});
    }
  return leaps;
}

}  // namespace synergy::intermittent
