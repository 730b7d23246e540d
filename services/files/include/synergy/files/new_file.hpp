// New files with every field explained: what `synergy new` writes. The text comes from the field list of the
// kind, so it says units, limits and defaults as the reader has them.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/files/kinds.hpp"

namespace synergy::files {

/// Kinds that new_file() makes.
[[nodiscard]] bool can_be_new(FileKind kind);

/// Where such a file stands, so that others find it by its name: `DEPLOY/apps/NAME.yaml`.
[[nodiscard]] std::filesystem::path usual_place(FileKind kind, const std::filesystem::path& deploy,
                                                const std::string& name);

/// The text of a file of that kind and name, to stand in `folder`; it passes check() as it is. What it names
/// are a model and profiles of `deploy`, and its figures are those of a profile there, marked as assumed.
/// Fails with kInvalid where the name can not be one, and with kNotFound where `deploy` lacks what it needs.
[[nodiscard]] Result<std::string> new_file(FileKind kind, const std::string& name,
                                           const std::filesystem::path& deploy,
                                           const std::filesystem::path& folder);

/// Writes a file that is not there yet; its folder is made. Fails with kConflict where it is, and with
/// kEnvironment.
Status write_new(const std::filesystem::path& file, const std::string& text);

}  // namespace synergy::files
