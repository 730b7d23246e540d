// The planner's process: the planner on the bus, with its search on a thread of its own.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/planner_service/planner_service.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::planner_adapter {

/// What people name in flags and the environment; empty: the default.
struct Named {
  std::string policy, objective, residency;
};
/// Fails with kInvalid, and the values there are, for one that there is not.
[[nodiscard]] Result<planner_service::Settings> settings_of(const Named& named);

/// Answers `plan.make` from the body view and the plan in force; ready when the body view is known. `deploy`:
/// the folder with the models. Fails at once with kInvalid, and the policies there are, for a policy that
/// there is not; else returns when the loop ends, with its status.
Status run(runtime::Context& context, const std::filesystem::path& deploy,
           const planner_service::Settings& settings);

}  // namespace synergy::planner_adapter
