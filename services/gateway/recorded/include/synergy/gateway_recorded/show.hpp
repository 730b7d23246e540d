// Serves the page of a recording, without a mesh: until a stop signal comes.
//
// Threads: each HTTP connection has one of its own; the caller's plays.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/gateway_recorded/recording_file.hpp"

namespace synergy::gateway_recorded {

struct ShowSettings {
  std::filesystem::path deploy;  ///< folder with models, for comparing policies
  std::filesystem::path page;    ///< folder of the page's files; empty: beside the programs
  std::string listen;            ///< ADDRESS or ADDRESS:PORT; empty: 127.0.0.1
  std::string version;
};

/// Calls `ready` with the address, token included, as soon as it is served, and ends when `stops`, which is
/// asked all the time, says so. Fails with kInvalid for no address, with kConflict where the port is taken,
/// and with kEnvironment.
Status show(RecordingFile& file, const ShowSettings& settings,
            const std::function<void(const std::string& url)>& ready, const std::function<bool()>& stops);

}  // namespace synergy::gateway_recorded
