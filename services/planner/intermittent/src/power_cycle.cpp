#include "synergy/intermittent/power_cycle.hpp"

#include <algorithm>

namespace synergy::intermittent {

std::optional<Cost> loading_cost(const Chain& chain, const Loaded& loaded) {
  const auto m = chain.pieces();
  if (loaded.from < loaded.to) {
    const auto& range = chain.range(loaded.from, loaded.to);
    return range.possible() ? std::optional(chain.boot + range.weights) : std::nullopt;
  }
  if (loaded.to == 0 || loaded.from == m || !chain.together(loaded.from, loaded.to)) return std::nullopt;
  return chain.boot + chain.range(loaded.from, m).weights + chain.range(0, loaded.to).weights;
}

std::vector<Segment> runnable(const Chain& chain, const Loaded& loaded) {
  std::vector<Segment> found;
  const auto within = [&](std::uint32_t first, std::uint32_t last) {
    const auto turned = chain.range(first, last).turned;
    for (auto a = first; a < last; ++a)
      for (auto b = a + 1; b <= last; ++b)
        if (chain.range(a, b).possible() && chain.range(a, b).turned == turned) found.push_back({a, b});
  };
  if (loaded.from < loaded.to) {
    within(loaded.from, loaded.to);
  } else {
    within(0, loaded.to);
    within(loaded.from, chain.pieces());
  }
  return found;
}

Status check_costs(const Chain& chain) {
  const auto within = [](const Cost& cost, Picojoules least) {
    return cost.energy >= least && cost.energy <= kMostEnergy && cost.time >= Duration(0);
  };
  bool all = within(chain.boot, 0);
  for (std::uint32_t b = 1; b <= chain.pieces(); ++b)
    for (std::uint32_t a = 0; a < b; ++a) {
      const auto& range = chain.range(a, b);
      all = all && (!range.possible() ||
                    (within(range.weights, 0) && within(range.registers, 0) && within(range.variable, 1)));
    }
  if (all) return {};
  return Error{ErrorCode::kInvalid, chain.label + ": an input that takes no energy, or more than 1 kJ"};
}

PowerCycle one_range(const Chain& chain, const Segment& range, std::int64_t inputs) {
  return {{range.from, range.to}, {{range, inputs}}, chain.cost(range, inputs)};
}

std::optional<PowerCycle> wrapping(const Chain& chain, std::uint32_t from, std::int64_t whole,
                                   std::uint32_t to) {
  const auto m = chain.pieces();
  PowerCycle cycle;
  if (from > 0) cycle.stages.push_back({{from, m}, 1});
  const auto wholes = whole + (from == 0 ? 1 : 0);
  if (wholes > 0) cycle.stages.push_back({{0, m}, wholes});
  if (to > 0) cycle.stages.push_back({{0, to}, 1});
  // Where two stages use the same layers, all layers are loaded as one range.
  cycle.loaded = wholes > 0 || to > from ? Loaded{0, m} : to > 0 ? Loaded{from, to} : Loaded{from, m};
  const auto loading = loading_cost(chain, cycle.loaded);
  if (!loading) return std::nullopt;
  const auto can_run = runnable(chain, cycle.loaded);
  cycle.cost = *loading;
  for (const auto& [range, inputs] : cycle.stages) {
    if (std::find(can_run.begin(), can_run.end(), range) == can_run.end()) return std::nullopt;
    cycle.cost += chain.range(range.from, range.to).registers + inputs * chain.variable(range);
  }
  return cycle;
}

}  // namespace synergy::intermittent
