// Looks at a file before anything is allowed to change it.
#pragma once

#include <filesystem>

#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// The schema version of the store file at `path`; 0 when it is not there, or empty. Reads only. The errors
/// are those of Database::open.
[[nodiscard]] Result<int> inspect(const std::filesystem::path& path, const Interrupt& interrupted);

}  // namespace synergy::store
