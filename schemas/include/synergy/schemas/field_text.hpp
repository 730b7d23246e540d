// What a field list says of a field, in words: for tables, for schemas, and for the comments of new files.
#pragma once

#include <string>

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

/// The limits that the field list states, for people: `1 to 256`, `1 to 64 bytes`; empty: none.
[[nodiscard]] std::string text_of_limits(const FieldInfo& field);

/// The unit of a field's numbers: what the list says, else what its name ends in (`latency_ns`,
/// `energy_uj`, `rounds_per_second`). Empty: a count, an index, or what has none.
[[nodiscard]] std::string unit_of(const FieldInfo& field);

/// The same as people write it: `MHz`, `nJ per input word`.
[[nodiscard]] std::string unit_for_people(const FieldInfo& field);

}  // namespace synergy::schemas
