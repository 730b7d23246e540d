// What the tree searches have in common, which branch on whether a device is shared by several chunks or left
// to a single one.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "completion.hpp"
#include "context.hpp"

namespace synergy::planner::search {

/// By pipeline: routes of a relaxed optimum with their parts.
using Fractions = std::vector<std::vector<std::pair<Route, double>>>;

/// Of no device anything is known: the root of the tree.
[[nodiscard]] std::vector<Sharing> unknown_sharing(const Space& space);

/// The device to branch on: of those of which nothing is known, the one that holds most chunks in the relaxed
/// optimum. Nothing where none holds any, or where the body has so many devices that a tree has no end.
[[nodiscard]] std::optional<std::size_t> device_to_split(const std::vector<Sharing>& sharing,
                                                         const Fractions& fractions);

/// Each pipeline's route of the largest part; nothing where a pipeline has none.
[[nodiscard]] std::optional<Routes> rounded(const Fractions& fractions);

/// The routes of all these plans.
[[nodiscard]] std::vector<Route> routes_in(const std::vector<Routes>& plans);
/// The routes of a relaxed optimum, and of a plan, if there is one.
[[nodiscard]] std::vector<Route> routes_in(const Fractions& fractions, const std::optional<Routes>& plan);

}  // namespace synergy::planner::search
