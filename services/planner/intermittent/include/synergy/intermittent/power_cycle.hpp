// A power cycle: boot, load the weights of some layers once, run inputs through ranges of them, save, end.
//
// The layers whose weights are loaded lie next to each other, where the last one is followed by the first:
//
//   [from, to)               from < to     one range
//   [from, m) and [0, to)    to <= from    the end of one inference and the beginning of the next
//
// and what is run are stages: a range of those layers, for so many inputs. All inputs of a stage run before
// the registers of the next are written. The cost is
//
//   boot + weights loaded + sum over stages of registers(range) + inputs x variable(range)
//
// A power cycle is atomic here: it begins only with the energy for all of it.
#pragma once

#include <optional>
#include <vector>

#include "synergy/intermittent/chain.hpp"

namespace synergy::intermittent {

/// The layers whose weights are loaded; see above.
struct Loaded {
  std::uint32_t from = 0, to = 0;
  auto operator<=>(const Loaded&) const = default;
};

struct Stage {
  Segment range;
  std::int64_t inputs = 1;
  auto operator<=>(const Stage&) const = default;
};

struct PowerCycle {
  Loaded loaded;
  std::vector<Stage> stages;  ///< each range once
  Cost cost;
  auto operator<=>(const PowerCycle&) const = default;
};

/// Boot and weights; nothing where the accelerator does not hold them together.
[[nodiscard]] std::optional<Cost> loading_cost(const Chain& chain, const Loaded& loaded);

/// The ranges that can be run once those weights are loaded, in order: those the accelerator runs, within one
/// part of what is loaded, and turned as its weights are.
[[nodiscard]] std::vector<Segment> runnable(const Chain& chain, const Loaded& loaded);

/// Fails with kInvalid unless every range that the accelerator runs takes energy for each input, and no cost
/// is negative or beyond kMostEnergy: what ratios and bounds rest on. Chains of make_chain() hold to it where
/// a checkpoint or any other work takes energy.
Status check_costs(const Chain& chain);

/// `inputs` tensors from one boundary to a later one. The range is one that the accelerator runs.
[[nodiscard]] PowerCycle one_range(const Chain& chain, const Segment& range, std::int64_t inputs);

/// From boundary `from` of one inference over its end, through `whole` further inferences, to boundary `to`
/// of the next one; from < m, to < m. Nothing where the accelerator does not do it.
///
/// Cost is linear in `whole` from 1 on: sequence.hpp rests on it.
[[nodiscard]] std::optional<PowerCycle> wrapping(const Chain& chain, std::uint32_t from, std::int64_t whole,
                                                 std::uint32_t to);

}  // namespace synergy::intermittent
