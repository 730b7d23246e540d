// The text forms of pickle protocol 0: numbers in decimal, and text with escapes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "synergy/accel_import/pickle.hpp"

namespace synergy::accel_import {

/// `12`, `-3`, `12L`, and `00` and `01`, which are truth values. A number beyond 64 bits is opaque. Nothing
/// when the line is no whole number.
[[nodiscard]] std::optional<PickleValue> integer_of_line(std::string_view line);

/// `0.5`, `-1e-09`, `inf`, `nan`. Nothing when the line is no number.
[[nodiscard]] std::optional<double> float_of_line(std::string_view line);

/// A Python literal, `'it\'s'`: its bytes. Nothing when the quotes do not match or an escape is damaged.
[[nodiscard]] std::optional<std::string> text_of_literal(std::string_view line);

/// Latin-1 with `\uXXXX` and `\UXXXXXXXX`, as UTF-8. Nothing when an escape is damaged.
[[nodiscard]] std::optional<std::string> text_of_unicode_line(std::string_view line);

}  // namespace synergy::accel_import
