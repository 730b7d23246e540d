// `oracle`: the earliest time at which so many inferences can have ended, for one who knows the harvest.
//
// Label-setting. The work is a line of boundaries: N inferences of m pieces are N m + 1 of them. A power
// cycle takes the device from one to a later one; it begins only with the energy for all of it in the store,
// with no harvest counted on, and the device is off after it (weights are shared within a power cycle, not
// between two). A label at a boundary is (time, charge): the device is off, and has come so far. Which power
// cycles there are, the caller says; all of `power_cycles_of` makes it the oracle of `sequence`.
//
// Label 1 dominates label 2 at the same boundary where t1 <= t2 and the charge of 1, idled to t2, is at least
// that of 2. Only labels that no other dominates are kept.
//
// Proof, for a store whose charge follows dq/dt = harvest(t) - loss(q) - load(t) with a loss that does not
// fall with q (leakage, and whatever is shunted above the full store).
//  1. Two idle trajectories never cross (comparison principle), so label 1 can do all that label 2 can from
//     t2 on, by waiting. That settles what is kept, if also
//  2. it never pays to begin a power cycle later than the first moment its energy is there. Let trajectory 1
//     begin it earlier, trajectory 2 later, with charges alike before, and compare after both have ended.
//     L1, L2 are the loads drawn so far, L1 >= L2, equal in the end; u = q + L. While u1 = u2, q1 <= q2, so
//     that loss(q1) <= loss(q2) and u1 does not fall below u2. So u1 >= u2 always, and in the end q1 >= q2.
// So each label needs one successor for each power cycle: begun at the first moment possible. Boundaries are
// settled in order, since power cycles only go forward. The least time at the last one is the optimum of the
// class.
//
// What a reader gets wrong: it is no bound on policies that go on within a power cycle on what they harvest
// meanwhile, or that keep their weights while they wait (retention). Those are other classes.
//
// The store is the caller's: see `HarvestedStore`. Pure; the store must answer the same again.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <utility>
#include <vector>

#include "synergy/base/check.hpp"
#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent {

/// A store under a harvest that is known. Times count from the trace's beginning.
///   idle      the charge at `to`, of a device that is off from `from` on
///   time_to   the first time at or after `from` at which the charge suffices for a power cycle of that
///             cost; nothing: never
///   work      the charge after a power cycle that begins at `from` and takes `cost.time`
template <class S>
concept HarvestedStore = requires(const S& store, const typename S::Charge& charge, Duration from,
                                  Duration to, const Cost& cost) {
  requires std::totally_ordered<typename S::Charge>;
  { store.idle(charge, from, to) } -> std::convertible_to<typename S::Charge>;
  { store.time_to(charge, from, cost) } -> std::convertible_to<std::optional<Duration>>;
  { store.work(charge, from, cost) } -> std::convertible_to<typename S::Charge>;
};

/// A power cycle over the line of boundaries, from `from` to `to`.
struct Leap {
  std::uint32_t from = 0, to = 0;
  PowerCycle cycle;
};

/// All safe power cycles within `inferences` of them, that begin in the first one: from boundary a < m to any
/// later one. Those that begin in later inferences are the same, further on.
[[nodiscard]] std::vector<Leap> power_cycles_of(const Chain& chain, Picojoules capacity,
                                                std::uint32_t inferences);

struct OracleStep {
  Leap leap;
  Duration begin{};  ///< boot
};
struct Oracle {
  Duration finish{};              ///< of the last inference
  std::vector<OracleStep> steps;  ///< at their times
  std::size_t labels = 0;         ///< that were kept: how hard it was
};

/// The earliest end of `inferences` of them, from `charge` at time 0, with `leaps` (of power_cycles_of, or
/// fewer). Nothing where they never end.
template <HarvestedStore Store>
[[nodiscard]] std::optional<Oracle> oracle(const Store& store, const typename Store::Charge& charge,
                                           const std::vector<Leap>& leaps, std::uint32_t pieces,
                                           std::uint32_t inferences) {
  struct Label {
    Duration time{};
    typename Store::Charge charge;
    const Leap* leap = nullptr;
    Duration begin{};
    std::size_t before = 0;  ///< its predecessor's place at its boundary
  };
  SYNERGY_CHECK(pieces > 0, "a chain has at least one piece");
  const std::size_t end = std::size_t(pieces) * inferences;
  std::vector<std::vector<Label>> open(end + 1), kept(end + 1);
  open[0].push_back({Duration(0), charge, nullptr, Duration(0), 0});
  for (std::size_t at = 0; at <= end; ++at) {
    // By time, then the fuller first: no label is dominated by one after it.
    std::stable_sort(open[at].begin(), open[at].end(), [](const Label& a, const Label& b) {
      return a.time != b.time ? a.time < b.time : b.charge < a.charge;
    });
    for (auto& label : open[at]) {
      const bool dominated = std::any_of(kept[at].begin(), kept[at].end(), [&](const Label& other) {
        return !(store.idle(other.charge, other.time, label.time) < label.charge);
      });
      if (!dominated) kept[at].push_back(std::move(label));
    }
    open[at].clear();
    const std::size_t offset = at - at % pieces;
    for (std::size_t k = 0; k < kept[at].size() && at < end; ++k)
      for (const auto& leap : leaps) {
        if (leap.from != at % pieces || offset + leap.to > end) continue;
        const auto begin = store.time_to(kept[at][k].charge, kept[at][k].time, leap.cycle.cost);
        if (!begin) continue;
        const auto waited = store.idle(kept[at][k].charge, kept[at][k].time, *begin);
        open[offset + leap.to].push_back(
            {*begin + leap.cycle.cost.time, store.work(waited, *begin, leap.cycle.cost), &leap, *begin, k});
      }
  }
  if (kept[end].empty()) return std::nullopt;
  Oracle found;
  found.finish = kept[end].front().time;
  for (const auto& labels : kept) found.labels += labels.size();
  const Label* label = &kept[end].front();
  for (std::size_t at = end; label->leap != nullptr;) {
    const auto length = label->leap->to - label->leap->from;
    found.steps.push_back({*label->leap, label->begin});
    at -= length;
    label = &kept[at][label->before];
  }
  std::reverse(found.steps.begin(), found.steps.end());
  return found;
}

}  // namespace synergy::intermittent
