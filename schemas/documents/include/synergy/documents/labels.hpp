// Right answers to compare a model's with, read from `.npy` files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// Class numbers, `each` for every input: one, or of a map one for each pixel. The array is (N, ...) of
/// integers of any width, N at least 1, from 0 to 2^31 - 1; its values are returned in the file's order.
/// Fails as read_npy(), and with kInvalid where the array is another.
[[nodiscard]] Result<std::vector<std::int32_t>> read_labels(const std::filesystem::path& file,
                                                            std::size_t each);

}  // namespace synergy::documents
