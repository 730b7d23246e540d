// Whole files of foreign origin, read with a limit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// Fails with kNotFound (nothing there), kInvalid (no regular file, or larger than `most`) or kEnvironment
/// (can not be read); every message begins with the path.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                                          std::uint64_t most);

}  // namespace synergy::documents
