// A described struct as YAML in which every field is explained above its value.
#pragma once

#include <string>

#include "synergy/schemas/fields.hpp"

namespace synergy::files {

/// `text` as lines of a comment.
[[nodiscard]] std::string comment(const std::string& text);

/// Required fields, and optional ones that differ from their default, are written; the other optional fields
/// stand there as comments, to be uncommented: `#rate: 0`.
[[nodiscard]] std::string commented_yaml(const schemas::StructInfo& info, const void* value);

}  // namespace synergy::files
