#include "pickle_text.hpp"

#include <algorithm>
#include <charconv>

namespace synergy::accel_import {
namespace {

/// The number that all of `digits` make; nothing when they are none.
std::optional<std::uint32_t> number_of(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [rest, problem] = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || problem != std::errc() || rest != end) return std::nullopt;
  return value;
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { text += char(byte); };
  const auto tail = [&](int shift) { add(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    add(0xe0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    add(0xf0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The byte that the escape at the front of `rest` (behind its backslash) stands for; takes it from `rest`.
std::optional<char> escaped_byte(std::string_view& rest) {
  constexpr std::string_view kLetters = "abfnrtv\\'\"", kBytes = "\a\b\f\n\r\t\v\\'\"";
  if (rest.empty()) return std::nullopt;
  if (const auto at = kLetters.find(rest.front()); at != std::string_view::npos) {
    rest.remove_prefix(1);
    return kBytes[at];
  }
  const bool hex = rest.front() == 'x';
  if (hex) rest.remove_prefix(1);
  std::size_t digits = hex ? 2 : 0;
  while (!hex && digits < std::min<std::size_t>(3, rest.size()) && rest[digits] >= '0' && rest[digits] <= '7')
    ++digits;
  if (rest.size() < digits) return std::nullopt;
  const auto value = number_of(rest.substr(0, digits), hex ? 16 : 8);
  if (!value || *value > 0xff) return std::nullopt;
  rest.remove_prefix(digits);
  return char(*value);
}

}  // namespace

std::optional<PickleValue> integer_of_line(std::string_view line) {
  if (line == "00") return PickleValue(false);
  if (line == "01") return PickleValue(true);
  if (line.ends_with('L')) line.remove_suffix(1);
  std::int64_t value = 0;
  const auto* end = line.data() + line.size();
  const auto [rest, problem] = std::from_chars(line.data(), end, value);
  if (rest != end || problem == std::errc::invalid_argument) return std::nullopt;
  return problem == std::errc::result_out_of_range ? PickleValue(PickleOpaque{}) : PickleValue(value);
}

std::optional<double> float_of_line(std::string_view line) {
  double value = 0;
  const auto* end = line.data() + line.size();
  const auto [rest, problem] = std::from_chars(line.data(), end, value);
  if (rest != end || problem == std::errc::invalid_argument) return std::nullopt;
  return value;
}

std::optional<std::string> text_of_literal(std::string_view line) {
  if (line.size() < 2 || (line.front() != '\'' && line.front() != '"') || line.back() != line.front())
    return std::nullopt;
  auto rest = line.substr(1, line.size() - 2);
  std::string text;
  while (!rest.empty()) {
    const char next = rest.front();
    rest.remove_prefix(1);
    const auto byte = next == '\\' ? escaped_byte(rest) : std::optional(next);
    if (!byte) return std::nullopt;
    text += *byte;
  }
  return text;
}

std::optional<std::string> text_of_unicode_line(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const std::size_t digits = line.starts_with("\\u") ? 4 : line.starts_with("\\U") ? 8 : 0;
    if (digits == 0) {
      append_utf8(text, std::uint8_t(line.front()));
      line.remove_prefix(1);
      continue;
    }
    if (line.size() < 2 + digits) return std::nullopt;
    const auto point = number_of(line.substr(2, digits), 16);
    if (!point || *point > 0x10ffff) return std::nullopt;
    append_utf8(text, *point);
    line.remove_prefix(2 + digits);
  }
  return text;
}

}  // namespace synergy::accel_import
