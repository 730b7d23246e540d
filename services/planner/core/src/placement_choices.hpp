// From a placement to choices: what is wrong with it as such, before any time or rate is looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/schemas/placement.hpp"

namespace synergy::planner {

/// Things that are wrong with a placement, a line each.
class PlacementFindings {
 public:
  void note(const std::string& where, const std::string& what);
  [[nodiscard]] bool any() const { return !text_.empty(); }
  [[nodiscard]] Error error(ErrorCode code) const { return {code, text_}; }

 private:
  std::string text_;
};

/// `apps[3]`.
[[nodiscard]] std::string place_of_app(std::size_t index);

/// What a placement chooses.
struct PlacedChoices {
  Choices choices;                 ///< in the problem's order
  std::vector<std::size_t> place;  ///< of each pipeline: its app's index in the placement
};

/// Fails with kInvalid where the placement contradicts the problem or itself, and with kNoFit where a device
/// does not hold its chunks; it names what is needed and what there is.
[[nodiscard]] Result<PlacedChoices> choices_of(CostModel& costs, const schemas::Placement& placement,
                                               const SolveOptions& options);

}  // namespace synergy::planner
