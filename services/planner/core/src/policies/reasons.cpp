#include <algorithm>
#include <numeric>

#include "policies.hpp"
#include "synergy/planner/assemble.hpp"

namespace synergy::planner {
namespace {

/// Nodes that finding an example for people may take.
constexpr std::uint64_t kNodesToExplain = 50'000;

std::string after_semicolon(const std::string& text) { return text.empty() ? text : "; " + text; }

}  // namespace

std::string why_not_whole(CostModel& costs, std::size_t p) {
  const auto& problem = costs.problem();
  const auto last = std::uint32_t(problem.pipelines[p].model.program.layers.size()) - 1;
  for (const auto* device : present_devices(problem.body)) {
    const auto prefix = "whole on " + device->id.text() + ": ";
    if (const auto& whole = costs.chunk(p, 0, last, *device); !whole) return prefix + whole.error().message;
    Choices alone(problem.pipelines.size());
    alone[p].executions = {{1, {}, {}, {{device->id, 0, last}}}};
    if (const auto residents = find_residents(problem, alone, Residency::kNeeded); !residents)
      return "whole: " + residents.error().reason;
  }
  return {};
}

Refusal budget_spent(const Budget& budget, std::string_view missing) {
  const auto nodes = std::to_string(budget.used()) + " nodes ";
  const bool by_time = budget.stopped_by() == StoppedBy::kTime;
  return {RefusalKind::kBudgetSpent, (by_time ? "the time for the search was up after " + nodes
                                              : "the search budget of " + nodes + "was spent ") +
                                         "before " + std::string(missing)};
}

Refusal why_nothing_fits(CostModel& costs, std::size_t p, const SolveOptions& options, const Budget& budget,
                         bool all_tried) {
  const auto& problem = costs.problem();
  const auto& pipeline = problem.pipelines[p];
  const auto app = "app '" + pipeline.app.app.text() + "': ";
  const auto present = present_devices(problem.body);
  const auto cuts = accel_model::clean_cuts(pipeline.model.program).size();
  auto most = std::min(present.size(), cuts + 1);
  if (options.max_chunks > 0) most = std::min<std::size_t>(most, options.max_chunks);
  if (most == 0) return {RefusalKind::kInfeasible, app + "no device is present"};
  if (pipeline.app.at_least_devices > most)
    return {RefusalKind::kInfeasible,
            app + "at_least_devices is " + std::to_string(pipeline.app.at_least_devices) + ", but only " +
                std::to_string(most) + " can take part (devices present, and clean cuts + 1)"};
  if (budget.spent())
    return budget_spent(budget, "a plan was found").at("app '" + pipeline.app.app.text() + "'");
  std::string missed = pipeline.app.deadline_us > 0 ? " and keeps its deadline_us" : "";
  if (pipeline.app.min_rate > 0) missed += " and reaches its min_rate";
  if (!all_tried)
    return {RefusalKind::kOutOfResource, app + "the policy's spread over the present devices does not fit" +
                                             missed + after_semicolon(why_not_whole(costs, p))};
  return {RefusalKind::kInfeasible, app + "no spread over the present devices fits" + missed +
                                        after_semicolon(why_not_whole(costs, p))};
}

Refusal why_no_room(CostModel& costs, search::Context& context, const Budget& budget) {
  if (budget.spent()) return budget_spent(budget, "every pipeline had a plan");
  std::vector<std::size_t> all(costs.problem().pipelines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::string hint = context.space.options.residency == Residency::kResident
                               ? "; residency 'needed' loads weights again where they do not fit"
                               : "";
  return {RefusalKind::kOutOfResource,
          "with residency '" + std::string(schemas::name_of(context.space.options.residency)) +
              "' this policy finds no room for all of " + names_of(costs.problem(), all) + " together" +
              after_semicolon(example_of_no_room(costs, context, all)) + hint};
}

std::string names_of(const Problem& problem, const std::vector<std::size_t>& pipelines) {
  std::string names;
  for (const auto p : pipelines)
    names += (names.empty() ? "'" : ", '") + problem.pipelines[p].app.app.text() + "'";
  return names;
}

std::string example_of_no_room(CostModel& costs, search::Context& context,
                               const std::vector<std::size_t>& pipelines) {
  Budget own(kNodesToExplain);
  const auto alone = best_alone(costs, context, own);
  if (!alone) return {};
  Choices choices(costs.problem().pipelines.size());
  for (const auto p : pipelines) choices[p].executions = {choice_of(context.space, (*alone)[p])};
  const auto residents = find_residents(costs.problem(), choices, context.space.options.residency);
  if (!residents) return "each where it is best alone: " + residents.error().reason;
  if (pipelines.size() < choices.size()) return {};
  const auto plan = assemble(costs, choices, context.space.options);
  return plan ? "" : "each where it is best alone: " + plan.error().reason;
}

}  // namespace synergy::planner
