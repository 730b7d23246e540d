// The names of a running mesh: apps, devices, models, processes.
#pragma once

#include <filesystem>

#include "synergy/client/session.hpp"
#include "synergy/client/topic_names.hpp"

namespace synergy::client {

/// What the states of the mesh name. Fails as Session::open, within `join_time`.
[[nodiscard]] Result<LiveNames> live_names(const std::filesystem::path& run_folder,
                                           Duration join_time = kJoinTime);

/// Whether a broker listens in this folder: asks the kernel, which answers at once. One that is stopped still
/// listens.
[[nodiscard]] bool broker_listens(const std::filesystem::path& run_folder);

}  // namespace synergy::client
