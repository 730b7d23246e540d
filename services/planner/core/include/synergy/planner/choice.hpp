// What a policy decides. Everything else of a plan follows from it.
#pragma once

#include <vector>

#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// One way to run a pipeline, and the share of its runs that take it.
struct ExecutionChoice {
  double share = 1;  ///< above 0; those of a pipeline sum to 1
  DeviceId source, target;
  std::vector<schemas::Chunk> chunks;
  bool operator==(const ExecutionChoice&) const = default;
};

/// For one pipeline: usually one execution with share 1.
struct Choice {
  std::vector<ExecutionChoice> executions;
  bool operator==(const Choice&) const = default;
};

/// One for each pipeline of the problem, in its order.
using Choices = std::vector<Choice>;

}  // namespace synergy::planner
