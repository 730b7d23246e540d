// The names that stand for values of commands: of the running mesh, of deploy/, of the program.
#pragma once

#include "synergy/cli/commands.hpp"
#include "synergy/cli/completion.hpp"

namespace synergy::cli {

/// Asks a mesh where one listens, for kMeshTime at most. A run folder and a deploy folder that the line names
/// go before those of `shared`, which must outlive what is returned.
[[nodiscard]] NamesOf names_of_mesh(const Shared& shared);

/// How long a mesh that listens may take to answer; one that does not listen takes none of it.
inline constexpr Duration kMeshTime = std::chrono::milliseconds(300);

}  // namespace synergy::cli
