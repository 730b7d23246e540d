// Writes described structs as YAML files that people can read and `yaml.hpp` reads back.
//
// Optional fields with their default value are left out. Numbers from 256 on are written in hexadecimal:
// those that large are mostly masks and memory offsets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "synergy/schemas/encode.hpp"

namespace synergy::documents {

/// Whether every reader of YAML takes `text` for this text without quotes; in doubt false.
[[nodiscard]] bool is_plain_yaml(std::string_view text);

/// Hands an Encoder for YAML to `walk`; returns the text it wrote.
[[nodiscard]] std::string with_yaml_writer(const std::function<void(schemas::Encoder&)>& walk);

/// Text must be valid UTF-8. Raw bytes have no form in our files and must not occur.
template <class T>
[[nodiscard]] std::string to_yaml(const T& value) {
  return with_yaml_writer([&](schemas::Encoder& out) { encode(out, value); });
}

}  // namespace synergy::documents
