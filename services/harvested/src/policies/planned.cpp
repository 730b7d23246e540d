#include "policies/planned.hpp"

#include <cstdio>

#include "synergy/intermittent/feasible.hpp"

namespace synergy::harvested {

Decision PlannedPolicy::next(const View& view) {
  const auto cycle = next_cycle(view.ledger, view.inputs);
  if (!cycle) return Off{};
  auto steps = steps_of(chain(), *cycle, &view.domain);
  if (view.charge_uj < charge_needed_uj(device_.store, costs_of(steps))) return Off{};
  return Work{std::move(steps)};
}

Detour::Detour(const Chain& chain, Picojoules capacity, const std::vector<bool>& stops)
    : next_(chain.pieces()) {
  const auto m = chain.pieces();
  std::vector<std::optional<Picojoules>> left(m + 1);
  if (stops[m]) left[m] = 0;
  for (auto a = m; a-- > 0;) {
    if (stops[a]) {
      left[a] = 0;
      continue;
    }
    for (auto b = a + 1; b <= m; ++b) {
      if (!left[b] || !chain.is_safe({a, b}, capacity)) continue;
      const auto energy = chain.cost({a, b}).energy + *left[b];
      if (left[a] && *left[a] <= energy) continue;
      left[a] = energy;
      next_[a] = b;
    }
  }
}

Status check_segments(const Chain& chain, const DeviceFigures& device, Picojoules capacity) {
  const auto least = intermittent::least_capacity(chain);
  if (!least) return least.error();
  if (least->need <= capacity) return {};
  char numbers[160];
  std::snprintf(numbers, sizeof numbers,
                " takes %.1f uJ in one power cycle, and %.1f uF give %.1f uJ of them",
                intermittent::microjoules(least->need), device.store.capacitor.capacitance_uf,
                intermittent::microjoules(capacity));
  return Error{ErrorCode::kNoFit, chain.label + ": no progress: " + chain.name_of(least->hardest) + numbers +
                                      "; take a larger capacitor, a higher 'on_v', or a larger margin"};
}

}  // namespace synergy::harvested
