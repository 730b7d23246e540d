// Which store file commands mean that name none.
#pragma once

#include <filesystem>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

/// Where `deploy/mesh up` puts it: $SYNERGY_STORE, else the system's where the run folder is the system's,
/// else mesh.db in the run folder.
[[nodiscard]] std::filesystem::path store_file(const Shared& shared);

}  // namespace synergy::cli
