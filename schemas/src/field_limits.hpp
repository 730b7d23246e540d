// The limits of a field (limits.hpp): what decode() says of a value beyond them. How people read them:
// field_text.hpp.
#pragma once

#include <string>

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

/// Whether `value` is within the limits of its field. Each line of the error names the field, in quotes, and
/// bears the place in a file. `errors` is what decoding said of the value; what is not of the field's type is
/// passed over, and so is each value that an error was found at.
[[nodiscard]] Status check_limits(Node value, const FieldInfo& field, const std::string& errors);

/// Longer texts of errors are not searched: the rest is told once those are mended.
inline constexpr std::size_t kSearchable = 16384;

/// Whether `errors` has one at that very value of a file. Of what has no place: whether there are any.
[[nodiscard]] bool is_told_of(Node value, const std::string& errors);

}  // namespace synergy::schemas
