// A model's files as planning sees them.
#pragma once

#include "synergy/documents/load.hpp"
#include "synergy/planner/problem.hpp"

namespace synergy::planner_service {

/// Fails with kNotFound or kInvalid; the message names the file, or the models there are.
[[nodiscard]] Result<planner::Model> read_model(const documents::DeployFolder& deploy, const ModelId& id);

}  // namespace synergy::planner_service
