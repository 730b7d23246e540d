// Text of strangers made safe to show: on a terminal, in a log line, in a view of the database.
#pragma once

#include <string>
#include <string_view>

namespace synergy {

/// `text` with every byte that a terminal may obey, or that is no text, written out as `\x1b`. Written out
/// are: control characters (below 0x20, 0x7f, and U+0080 to U+009F), what turns the direction of writing or
/// ends a line (U+2028 to U+202E, U+2066 to U+2069), and bytes that are no UTF-8. All else, other letters
/// included, stays as it is: the result is valid UTF-8. Text that is clean is returned unchanged, so cleaning
/// twice is cleaning once. A backslash stays one: what was sent as `\x1b` can not be told from what was
/// written out.
[[nodiscard]] std::string visible(std::string_view text);

}  // namespace synergy
