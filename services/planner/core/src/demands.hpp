// What the apps' demands mean to an objective.
#pragma once

#include <vector>

#include "rates.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/options.hpp"

namespace synergy::planner {

/// In objective `sum` an app without a floor keeps this part of what it would have alone in the mesh.
inline constexpr double kPartOfLoneRate = 0.01;

/// By pipeline. The search for each ends after a number of nodes; what it has found until then counts. A rate
/// of 0: no plan was found that serves the app at all. Found once for each cost model: the options must be
/// those of the cost model's other questions.
[[nodiscard]] const std::vector<LoneRate>& lone_rates(CostModel& costs, const SolveOptions& options);

/// The apps' demands as the objective takes them: `sum` gives each app without a floor one by
/// kPartOfLoneRate; `lifetime` holds each app at the least rate that it asks for (`min_rate`, else `rate`).
[[nodiscard]] std::vector<Demand> demands_for(CostModel& costs, const SolveOptions& options);

/// Runs per second of greatest weighted sum, where all floors fit and nothing but its units holds an app
/// below its cap. (A linear program; where several rates are equally good, it is always the same ones.)
struct GreatestSum {
  std::vector<double> rates;   ///< by pipeline
  std::vector<double> prices;  ///< by unit: what a little more of it would add to the sum, runs per second
};
[[nodiscard]] GreatestSum rates_of_greatest_sum(const Loads& loads, const std::vector<Demand>& demands);

}  // namespace synergy::planner
