// The gateway on the bus: what the mesh says goes to the viewers, what they ask goes to the mesh.
//
// Threads: the service's loop has the bus; each HTTP connection has a thread of its own, asks the loop
// through its mailbox, and waits for the answer with a deadline.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::gateway_adapter {

struct Settings {
  std::filesystem::path deploy;  ///< folder with models
  std::filesystem::path page;    ///< folder of the page's files; empty: beside the programs
  std::string listen;            ///< ADDRESS or ADDRESS:PORT; empty: 127.0.0.1
  std::string version;
};

Status run(runtime::Context& context, const Settings& settings);

}  // namespace synergy::gateway_adapter
