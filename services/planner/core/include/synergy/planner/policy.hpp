// Policies: ways to choose, for every pipeline, source, target and chunks. Each is a function in a file of
// its own under src/policies; the table of them is the only place that knows their names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/choice.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/options.hpp"

namespace synergy::planner {

/// What another policy (or an earlier stage of a search) would have chosen.
struct Proposal {
  std::string name;
  Choices choices;
  std::string why_not;  ///< set where it has no choice
  /// What the search makes of it, in the measure of `Chosen::bound`; nothing where it does not fit.
  std::optional<double> cost = std::nullopt;
};

/// What a policy found.
struct Chosen {
  Choices choices;
  /// A bound that no plan can beat, as a cost to be minimised in the search's own measure: round time (ns),
  /// mean latency (ns) or energy per run (uJ). Nothing where the policy claims none.
  std::optional<double> bound;
  std::vector<Proposal> others;  ///< of certifying policies: worth comparing with `choices`
};

/// One choice for each pipeline of the problem. Fails with kNoFit when a pipeline can not be served at all (a
/// message that begins with "OOR" says instead that only this policy found no room), kTimeout when the budget
/// was spent before every pipeline had a plan.
using ChooseFunction = Result<Chosen> (*)(CostModel&, const SolveOptions&, Budget&);

struct Policy {
  std::string_view name;
  ChooseFunction choose;
  std::string_view about;  ///< continues "it chooses ..."
  bool certifies = false;  ///< whether it compares itself with every other policy and gives a bound
};

[[nodiscard]] std::span<const Policy> policies();
[[nodiscard]] const Policy* find_policy(std::string_view name);
[[nodiscard]] std::vector<std::string> policy_names();

}  // namespace synergy::planner
