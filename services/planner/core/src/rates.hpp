// How many runs per second each pipeline gets, where it is known which way each takes.
//
// A unit's load is the sum over pipelines of rate x time that a run holds it; it is at most 1. Every run of a
// chunk on a shared accelerator pays its switch: runs are not batched to save switches.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/refusal.hpp"

namespace synergy::planner {

/// What an app asks of its rate: runs per second.
struct Demand {
  double weight = 1;
  double floor = 0;  ///< `min_rate`; 0: none
  /// `rate`, and how often its sensor has a fresh frame where runs may not share one.
  double cap = std::numeric_limits<double>::infinity();
  bool operator==(const Demand&) const = default;
};

/// The rate at which objective `lifetime` judges the app, runs per second: the least that it asks for
/// (`min_rate`, else `rate`, but no more than its sensor has fresh frames for); 0 where it asks for none.
[[nodiscard]] double lasting_rate(const schemas::BodyView& body, const Pipeline& pipeline);

/// Whether the app can not run more often than its sensor gives frames: each of its runs takes another one,
/// and where it runs for each frame, it does not say itself how many come (`rate`).
[[nodiscard]] bool is_bound_by_frames(const schemas::AppRequest& app);

[[nodiscard]] Demand demand_of(const schemas::BodyView& body, const Pipeline& pipeline);
[[nodiscard]] std::vector<Demand> demands_of(const Problem& problem);
/// Why no plan can serve an app that insists on more runs than its `rate` or its sensor allow; nothing where
/// it does not.
[[nodiscard]] std::optional<Refusal> floor_above_cap(const schemas::BodyView& body, const Pipeline& pipeline);

/// For each pipeline: how long a run holds each unit, by the unit's number: ns. A unit is listed once.
using Loads = std::vector<std::vector<std::pair<std::uint32_t, double>>>;

/// Runs per second with equal weights, floors and caps: the ascending vector of rate / weight is the greatest
/// one in lexicographic order. The floors must fit (`floors_fit`). (Progressive filling: all rates grow
/// together, in proportion to their weights and from their floors on, until a unit is full or a cap is
/// reached; who is held by that stays, the others grow on. Bertsekas, Gallager: Data Networks, 1992, section
/// 6.5.2. It is exact here because a pipeline's loads are never negative.)
[[nodiscard]] std::vector<double> fair_rates(const Loads& loads, const std::vector<Demand>& demands);

/// Whether all floors can be kept at once.
[[nodiscard]] bool floors_fit(const Loads& loads, const std::vector<Demand>& demands);

/// The load of the busiest unit at these rates.
[[nodiscard]] double busiest(const Loads& loads, const std::vector<double>& rates);

/// The time that one run of every pipeline holds the busiest unit: ns.
[[nodiscard]] double round_time(const Loads& loads);

}  // namespace synergy::planner
