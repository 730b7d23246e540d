// The monitor's process: the live body view, the list of processes and how the mesh is used, on the bus.
#pragma once

#include <filesystem>

#include "synergy/runtime/context.hpp"

namespace synergy::monitor_adapter {

/// How often processes are judged, and what changed is published.
inline constexpr Duration kJudgeEvery = std::chrono::milliseconds(100);
/// How often to look for room on the disk of the run folder.
inline constexpr Duration kLookAtRoom = std::chrono::milliseconds(500);
inline constexpr Duration kKeepBodyAgainAfter = std::chrono::seconds(2);

/// `deploy`: the folder with devices and links; `body_file`: the body to watch. Fails at once as
/// DeployFolder::body(); else returns when the loop ends, with its status. What an earlier monitor published
/// last holds, where it is of the same body.
Status run(runtime::Context& context, const std::filesystem::path& deploy,
           const std::filesystem::path& body_file);

}  // namespace synergy::monitor_adapter
