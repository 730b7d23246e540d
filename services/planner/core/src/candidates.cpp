#include "synergy/planner/candidates.hpp"

#include <algorithm>

namespace synergy::planner {
namespace {

/// One walk over all spreads of a pipeline over exactly so many devices.
class Walk {
 public:
  Walk(CostModel& costs, std::size_t p, std::size_t devices, Budget& budget, const SpreadVisitor& visitor)
      : costs_(costs),
        p_(p),
        devices_(devices),
        budget_(budget),
        visitor_(visitor),
        present_(present_devices(costs.problem().body)),
        used_(present_.size(), false),
        layers_(std::uint32_t(costs.problem().pipelines[p].model.program.layers.size())),
        cuts_(accel_model::clean_cuts(costs.problem().pipelines[p].model.program)) {}

  void run() { (void)extend(0); }

 private:
  /// Adds every possible next chunk beginning at layer `first`; false ends the whole walk.
  bool extend(std::uint32_t first) {
    const std::size_t left = devices_ - chunks_.size();
    for (std::size_t d = 0; d < present_.size(); ++d) {
      if (used_[d]) continue;
      used_[d] = true;
      for (const auto end : ends_after(first, left)) {
        if (!budget_.spend()) return false;
        if (!try_chunk(first, end, d)) return false;
      }
      used_[d] = false;
    }
    return true;
  }

  bool try_chunk(std::uint32_t first, std::uint32_t end, std::size_t d) {
    if (!costs_.chunk(p_, first, end - 1, *present_[d])) return true;
    chunks_.push_back({present_[d]->id, first, end - 1});
    bool go_on = true;
    if (visitor_.enter(chunks_)) go_on = end == layers_ ? visitor_.complete(chunks_) : extend(end);
    chunks_.pop_back();
    return go_on;
  }

  /// Where a chunk that begins at `first` may end, longest first, leaving a layer for each device still to
  /// come.
  [[nodiscard]] std::vector<std::uint32_t> ends_after(std::uint32_t first, std::size_t devices_left) const {
    if (devices_left == 1) return {layers_};
    std::vector<std::uint32_t> ends;
    const auto cuts_beyond = [&](std::uint32_t cut) {
      return std::size_t(std::count_if(cuts_.begin(), cuts_.end(), [&](auto c) { return c > cut; }));
    };
    for (auto cut = cuts_.rbegin(); cut != cuts_.rend(); ++cut)
      if (*cut > first && cuts_beyond(*cut) + 2 >= devices_left) ends.push_back(*cut);
    return ends;
  }

  CostModel& costs_;
  std::size_t p_, devices_;
  Budget& budget_;
  const SpreadVisitor& visitor_;
  std::vector<const schemas::Device*> present_;
  std::vector<bool> used_;
  std::uint32_t layers_;
  std::vector<std::uint32_t> cuts_;
  std::vector<schemas::Chunk> chunks_;
};

}  // namespace

void visit_spreads(CostModel& costs, std::size_t p, std::size_t exactly_devices, Budget& budget,
                   const SpreadVisitor& visitor) {
  Walk(costs, p, exactly_devices, budget, visitor).run();
}

std::size_t most_devices(const Problem& problem, std::size_t p) {
  const auto cuts = accel_model::clean_cuts(problem.pipelines[p].model.program).size();
  return std::min(present_devices(problem.body).size(), cuts + 1);
}

Error why_nothing_fits(CostModel& costs, std::size_t p, const Budget& budget) {
  const auto& problem = costs.problem();
  const auto& pipeline = problem.pipelines[p];
  const auto app = "app '" + pipeline.app.app.text() + "': ";
  const auto most = most_devices(problem, p);
  if (most == 0) return {ErrorCode::kNoFit, app + "no device is present"};
  if (pipeline.app.at_least_devices > most)
    return {ErrorCode::kNoFit, app + "at_least_devices is " + std::to_string(pipeline.app.at_least_devices) +
                                   ", but only " + std::to_string(most) +
                                   " can take part (devices present, and clean cuts + 1)"};
  if (budget.spent())
    return {ErrorCode::kTimeout, app + "the search budget of " + std::to_string(budget.used()) +
                                     " nodes was spent before a plan was found"};
  const auto layers = std::uint32_t(pipeline.model.program.layers.size());
  for (const auto* device : present_devices(problem.body))
    if (const auto& whole = costs.chunk(p, 0, layers - 1, *device); !whole)
      return {ErrorCode::kNoFit, app + "no spread over the present devices fits; whole on " +
                                     device->id.text() + ": " + whole.error().message};
  return {ErrorCode::kNoFit, app + "no spread over the present devices fits"};
}

}  // namespace synergy::planner
