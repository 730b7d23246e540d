// What is asked of a policy beside the problem.
#pragma once

#include <cstdint>
#include <string>

#include "synergy/schemas/planning.hpp"

namespace synergy::planner {

using schemas::Objective;
using schemas::Residency;
using schemas::TaskOrder;

struct SolveOptions {
  std::string policy = "optimal";
  Objective objective = Objective::kFair;
  /// Whether tasks of different units overlap. Without, a round takes the sum of all its task times.
  bool overlap = true;
  Residency residency = Residency::kResident;
  TaskOrder order = TaskOrder::kCyclic;
  /// Most chunks of one execution plan; 0 = no cap. Every policy keeps to it.
  std::uint32_t max_chunks = 0;
  /// Whether a proof that there is no plan is followed by an analysis of which demands are in the way
  /// (`conflict.hpp`), with a budget of its own.
  bool explains = true;
  bool operator==(const SolveOptions&) const = default;
};

}  // namespace synergy::planner
