// The limits of a field (limits.hpp): what decode() says of a value beyond them, and how people read them.
#pragma once

#include <string>

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

/// Whether `value`, which was decoded as the field's type, is within the field's limits. The error names the
/// field, in quotes, and bears the value's place in a file.
[[nodiscard]] Status check_limits(Node value, const FieldInfo& field);

/// The limits that the field list states, for people: `1 to 256`, `1 to 64 bytes`; empty: none.
[[nodiscard]] std::string text_of_limits(const FieldInfo& field);

/// The unit of a field's numbers: what the list says, else what its name ends in (`latency_ns`,
/// `energy_uj`, `rounds_per_second`). Empty: a count, an index, or what has none.
[[nodiscard]] std::string unit_of(const FieldInfo& field);

}  // namespace synergy::schemas
