// Whole files of foreign origin, read with a limit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// Fails with kNotFound (nothing there), kInvalid (no regular file) or kEnvironment; every message begins
/// with the path.
[[nodiscard]] Result<std::uint64_t> size_of_file(const std::filesystem::path& path);

/// Fails as size_of_file(), and with kInvalid (larger than `most`) or kEnvironment (can not be read).
[[nodiscard]] Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                                          std::uint64_t most);

}  // namespace synergy::documents
