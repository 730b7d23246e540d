// The names that other files may use for the files of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace synergy::documents {

/// Of the `.yaml` files in a folder, in order and without that ending; none where there is no such folder.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace synergy::documents
