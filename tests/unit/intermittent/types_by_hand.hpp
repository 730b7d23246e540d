// Power cycles listed and costed without the library: from the rules alone.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "random_chain.hpp"
#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent_test {

/// What is loaded as one range, or as the end [tail, m) and the beginning [0, head).
struct LoadedByHand {
  bool wraps = false;
  std::uint32_t from = 0, to = 0;
};

inline std::optional<Picojoules> loading_by_hand(const Chain& chain, const LoadedByHand& loaded) {
  const auto m = chain.pieces();
  if (!loaded.wraps) {
    if (!chain.range(loaded.from, loaded.to).possible()) return std::nullopt;
    return chain.boot.energy + chain.range(loaded.from, loaded.to).weights.energy;
  }
  if (!chain.together(loaded.from, loaded.to)) return std::nullopt;
  return chain.boot.energy + chain.range(loaded.from, m).weights.energy +
         chain.range(0, loaded.to).weights.energy;
}

/// The range can be run from what is loaded.
inline bool runs_by_hand(const Chain& chain, const LoadedByHand& loaded, const Segment& s) {
  const auto m = chain.pieces();
  const auto inside = [&](std::uint32_t first, std::uint32_t last) {
    return first <= s.from && s.to <= last &&
           chain.range(first, last).turned == chain.range(s.from, s.to).turned;
  };
  if (!chain.range(s.from, s.to).possible()) return false;
  if (!loaded.wraps) return inside(loaded.from, loaded.to);
  return inside(0, loaded.to) || inside(loaded.from, m);
}

inline std::vector<LoadedByHand> all_loaded_by_hand(const Chain& chain) {
  std::vector<LoadedByHand> all;
  for (std::uint32_t a = 0; a < chain.pieces(); ++a) {
    for (auto b = a + 1; b <= chain.pieces(); ++b) all.push_back({false, a, b});
    for (std::uint32_t b = 1; b <= a; ++b) all.push_back({true, a, b});
  }
  return all;
}

/// From boundary `from` over the line of boundaries to `to`, atomic: the energy; nothing where that can not
/// be.
inline std::optional<Cost> leap_by_hand(const Chain& chain, std::uint32_t from, std::uint32_t to) {
  const auto m = chain.pieces();
  if (to <= m)
    return chain.range(from, to).possible() ? std::optional(cost_by_hand(chain, {from, to})) : std::nullopt;
  // Stage by stage, in order, each inference by itself.
  std::vector<Segment> runs;
  for (auto at = from; at < to;) {
    const auto begin = at - at % m, end = std::min(begin + m, to);
    runs.push_back({at - begin, end - begin});
    at = end;
  }
  const bool disjoint = runs.size() == 2 && runs[1].to <= runs[0].from;
  const LoadedByHand loaded = disjoint ? LoadedByHand{true, from, runs[1].to} : LoadedByHand{false, 0, m};
  const auto loading = loading_by_hand(chain, loaded);
  if (!loading) return std::nullopt;
  Cost cost{*loading, {}};
  cost.time = chain.boot.time +
              (disjoint ? chain.range(from, m).weights.time + chain.range(0, runs[1].to).weights.time
                        : chain.range(0, m).weights.time);
  std::optional<Segment> selected;
  for (const auto& run : runs) {
    if (!runs_by_hand(chain, loaded, run)) return std::nullopt;
    if (selected != run) cost += chain.range(run.from, run.to).registers;
    selected = run;
    cost += chain.range(run.from, run.to).variable;
  }
  return cost;
}

}  // namespace synergy::intermittent_test
