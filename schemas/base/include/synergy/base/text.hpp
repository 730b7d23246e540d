// Text for error messages: the nearest known name to a misspelt one, lists a person can read; and what a name
// is.
#pragma once

#include <cstddef>
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

/// `unknown WHAT 'NAME'; did you mean 'A', 'B' or 'C'?` or `...; known: a, b`: one wording for them all.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view name,
                                       std::span<const std::string> known);

/// `text` for a cell of a table, where a byte is a column: whatever is not printable ASCII becomes '?'. For
/// text that stands alone there is visible() (visible_text.hpp), which keeps other letters.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether `name` may name an app, a model or a device: such names stand in topics and in the names of files.
[[nodiscard]] bool is_plain_name(std::string_view name);
inline constexpr std::size_t kMaxNameBytes = 64;
inline constexpr std::string_view kPlainNameRule = "up to 64 letters, digits, - _ . (not first)";

}  // namespace synergy
