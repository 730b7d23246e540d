#include "synergy/base/log_value.hpp"

#include <cmath>

#include "synergy/base/visible_text.hpp"

namespace synergy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits that `text` begins with; false where it begins with none.
bool take_digits(std::string_view& text) {
  const auto before = text.size();
  while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
  return text.size() != before;
}

bool take(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// As JSON has them.
bool is_number(std::string_view text) {
  (void)take(text, "-");
  const bool leads_with_zero = text.starts_with('0');
  const auto whole = text.size();
  if (!take_digits(text) || (leads_with_zero && whole - text.size() > 1)) return false;
  if (take(text, ".") && !take_digits(text)) return false;
  if (take(text, "eE")) {
    (void)take(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

bool is_no_text(std::string_view text) { return text == "true" || text == "false" || is_number(text); }

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos || is_no_text(text) ||
         visible(text) != text;
}

/// A character that has a letter of its own behind a backslash; 0: none.
char letter_of(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = letter_of(text[i]);
    if (letter == 0) continue;
    out += visible(text.substr(plain, i - plain));
    out += '\\';
    out += letter;
    plain = i + 1;
  }
  return out + visible(text.substr(plain)) + '"';
}

int hexadecimal(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Takes what stands behind a backslash, and adds what it means.
bool take_escaped(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  const char letter = text.front();
  text.remove_prefix(1);
  for (const char c : {'"', '\\', '\n', '\r', '\t'})
    if (letter_of(c) == letter) {
      out += c;
      return true;
    }
  if (letter != 'x' || text.size() < 2) return false;
  const int high = hexadecimal(text[0]), low = hexadecimal(text[1]);
  if (high < 0 || low < 0) return false;
  out += char(high * 16 + low);
  text.remove_prefix(2);
  return true;
}

std::optional<LogRead> read_quoted(std::string_view text) {
  LogRead read;
  auto left = text.substr(1);
  while (!left.empty() && left.front() != '"') {
    const char c = left.front();
    left.remove_prefix(1);
    if (c != '\\')
      read.value += c;
    else if (!take_escaped(left, read.value))
      return std::nullopt;
  }
  if (left.empty()) return std::nullopt;
  left.remove_prefix(1);
  if (!left.empty() && left.front() != ' ') return std::nullopt;
  read.size = text.size() - left.size();
  return read;
}

}  // namespace

LogValue::LogValue(std::string_view text) : text_(needs_quotes(text) ? quoted(text) : std::string(text)) {}

LogValue::LogValue(double number)
    : text_(std::isfinite(number) ? std::to_string(number)
            : std::isnan(number)  ? "nan"
            : number < 0          ? "-inf"
                                  : "inf") {}

LogValue LogValue::unless_empty(std::string_view text) { return text.empty() ? LogValue() : LogValue(text); }

std::optional<LogRead> read_log_value(std::string_view text) {
  if (text.starts_with('"')) return read_quoted(text);
  const auto word = text.substr(0, text.find(' '));
  if (word.empty()) return std::nullopt;
  return LogRead{std::string(word), !is_no_text(word), word.size()};
}

std::string written(LogFields fields) {
  std::string text;
  for (const auto& [key, value] : fields)
    if (!value.written().empty()) text.append(" ").append(key.text()).append("=").append(value.written());
  return text;
}

}  // namespace synergy
