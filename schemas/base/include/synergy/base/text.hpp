// Text for error messages: the nearest known name to a misspelt one, and lists a person can read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synergy {

/// The known name closest to `name` by edit distance, if it is close enough to be a likely misspelling.
[[nodiscard]] std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known);

/// `a, b, c`, or `none` for an empty list.
[[nodiscard]] std::string list_of(std::span<const std::string> names);

/// `unknown WHAT 'NAME'; did you mean 'NEAREST'?` or `...; known: a, b`: one wording for every such error.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view name,
                                       std::span<const std::string> known);

}  // namespace synergy
