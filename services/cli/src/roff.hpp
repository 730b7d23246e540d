// Text as roff of the `man` macros.
#pragma once

#include <string>
#include <string_view>

namespace synergy::cli::roff {

/// Text that stands in a line of roff as it is: what roff would obey is written out, and so is each hyphen
/// that is to be copied: all but those between letters.
[[nodiscard]] std::string prose(std::string_view text);
/// Text to be typed: every hyphen is one.
[[nodiscard]] std::string literal(std::string_view text);
/// prose() in lines of at most 78 columns, where words allow it; with a line's end.
[[nodiscard]] std::string paragraph(std::string_view text);
/// A line that is an argument of a macro, in quotes.
[[nodiscard]] std::string argument(std::string_view text);

[[nodiscard]] std::string bold(std::string_view text);
[[nodiscard]] std::string italic(std::string_view text);

}  // namespace synergy::cli::roff
