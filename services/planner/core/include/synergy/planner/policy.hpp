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
#include "synergy/planner/refusal.hpp"

namespace synergy::planner {

/// What another policy (or an earlier stage of a search) would have chosen.
struct Proposal {
  std::string name;
  Choices choices;
  std::optional<Refusal> why_not = std::nullopt;  ///< set where it has no choice, or one that does not fit
  /// What the search makes of it, in the measure of `Chosen::bound`; nothing where it does not fit.
  std::optional<double> cost = std::nullopt;
};

/// What a policy found.
struct Chosen {
  Choices choices;
  /// A bound that no plan can beat, as a cost to be minimised in the search's own measure: ns between runs
  /// (of a round, of an app of weight 1, or of all apps by weight), mean latency (ns), energy per run (uJ) or
  /// 1 / hours. Nothing where the policy claims none.
  std::optional<double> bound;
  std::vector<Proposal> others;  ///< of certifying policies: worth comparing with `choices`
  /// What ended the search of a policy that gives a bound. Nothing of other policies.
  std::optional<StoppedBy> stopped_by = std::nullopt;
  /// Of objectives `fair` and `lifetime`, of policies that give a bound: every level.
  std::vector<schemas::RateLevel> levels = {};
  /// Whether it is proved that no other plan has better levels.
  bool levels_are_proved = true;
};

/// One choice for each pipeline of the problem. Refuses with kInfeasible when they can not be served at all,
/// kOutOfResource when only this policy found no room, kBudgetSpent when the budget ended before every
/// pipeline had a plan.
using ChooseFunction = Planned<Chosen> (*)(CostModel&, const SolveOptions&, Budget&);

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
