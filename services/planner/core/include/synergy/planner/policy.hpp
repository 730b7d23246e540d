// Policies: ways to choose, for every pipeline, source, target and chunks. Each is a function in a file of
// its own under src/policies; the table of them is the only place that knows their names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/cost_model.hpp"

namespace synergy::planner {

/// One choice for each pipeline of the problem. Fails with kNoFit when a pipeline can not be served at all,
/// kTimeout when the budget was spent before every pipeline had a plan.
using ChooseFunction = Result<std::vector<Choice>> (*)(CostModel&, Budget&);

struct Policy {
  std::string_view name;
  ChooseFunction choose;
  std::string_view about;  ///< continues "it chooses ..."
};

[[nodiscard]] std::span<const Policy> policies();
[[nodiscard]] const Policy* find_policy(std::string_view name);
[[nodiscard]] std::vector<std::string> policy_names();

Result<std::vector<Choice>> choose_min_dev(CostModel& costs, Budget& budget);
Result<std::vector<Choice>> choose_ind_e2e(CostModel& costs, Budget& budget);

}  // namespace synergy::planner
