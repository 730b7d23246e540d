// The value of an enum that a person named, in a flag or an environment variable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/text.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Older names are understood. Fails with kInvalid, naming the values there are; `what` says of what it is
/// one: `objective`.
template <NamedEnum E>
[[nodiscard]] Result<E> value_named(std::string_view what, std::string_view name) {
  if (const auto value = value_of<E>(name)) return *value;
  std::vector<std::string> known;
  for (const auto& [value, text] : kEnumNames<E>) known.emplace_back(text);
  return Error{ErrorCode::kInvalid, unknown_name(what, name, known)};
}

}  // namespace synergy::schemas
