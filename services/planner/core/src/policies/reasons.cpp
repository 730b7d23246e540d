#include <algorithm>

#include "policies.hpp"

namespace synergy::planner {

Error why_nothing_fits(CostModel& costs, std::size_t p, const SolveOptions& options, const Budget& budget) {
  const auto& problem = costs.problem();
  const auto& pipeline = problem.pipelines[p];
  const auto app = "app '" + pipeline.app.app.text() + "': ";
  const auto present = present_devices(problem.body);
  const auto cuts = accel_model::clean_cuts(pipeline.model.program).size();
  auto most = std::min(present.size(), cuts + 1);
  if (options.max_chunks > 0) most = std::min<std::size_t>(most, options.max_chunks);
  if (most == 0) return {ErrorCode::kNoFit, app + "no device is present"};
  if (pipeline.app.at_least_devices > most)
    return {ErrorCode::kNoFit, app + "at_least_devices is " + std::to_string(pipeline.app.at_least_devices) +
                                   ", but only " + std::to_string(most) +
                                   " can take part (devices present, and clean cuts + 1)"};
  if (budget.spent())
    return {ErrorCode::kTimeout, app + "the search budget of " + std::to_string(budget.used()) +
                                     " nodes was spent before a plan was found"};
  const auto layers = std::uint32_t(pipeline.model.program.layers.size());
  for (const auto* device : present)
    if (const auto& whole = costs.chunk(p, 0, layers - 1, *device); !whole)
      return {ErrorCode::kNoFit, app + "no spread over the present devices fits; whole on " +
                                     device->id.text() + ": " + whole.error().message};
  return {ErrorCode::kNoFit, app + "no spread over the present devices fits" +
                                 (pipeline.app.deadline_us > 0 ? " and keeps the deadline" : "")};
}

Error why_no_room(CostModel& costs, const SolveOptions& options, const Budget& budget) {
  if (budget.spent())
    return {ErrorCode::kTimeout, "the search budget of " + std::to_string(budget.used()) +
                                     " nodes was spent before every pipeline had a plan"};
  std::string apps;
  for (const auto& pipeline : costs.problem().pipelines)
    apps += (apps.empty() ? "'" : ", '") + pipeline.app.app.text() + "'";
  return {ErrorCode::kNoFit, "OOR: memory or tensor buffers: with residency '" +
                                 std::string(schemas::name_of(options.residency)) +
                                 "' this policy finds no room for all of " + apps + " together"};
}

}  // namespace synergy::planner
