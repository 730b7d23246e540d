// Names and values in a line of the log, written and read. The line itself: log_line.hpp.
//
// A value is bare or in quotes:
// * Numbers, `true` and `false` are bare.
// * Text is bare where it is not empty, has no space, no `"`, `=` or backslash, nothing that visible() would
//   write out, and does not look like one of those above. So what is bare and looks like a number is one.
// * Any other text is in double quotes, with \" \\ \n \r \t, and \xHH for each byte that visible() would
// write
//   out. It stays on one line, moves no terminal's cursor, and reads back to the same bytes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace synergy {

/// What an event or a key may be called: `a-z`, then those, digits, `_` and `.`.
[[nodiscard]] constexpr bool is_log_name(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.')) return false;
  return true;
}

/// The name of an event or a key, from a literal. Another one does not compile.
class LogName {
 public:
  consteval LogName(const char* literal) : text_(literal) {  // NOLINT: implicit on purpose
    if (!is_log_name(text_)) throw "a name in the log has a-z, 0-9, _ and . only, and begins with a letter";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// A value, as the line shows it.
class LogValue {
 public:
  LogValue(std::string_view text);                                         // NOLINT: implicit on purpose
  LogValue(const std::string& text) : LogValue(std::string_view(text)) {}  // NOLINT
  LogValue(const char* text) : LogValue(std::string_view(text)) {}         // NOLINT
  LogValue(bool truth) : text_(truth ? "true" : "false") {}                // NOLINT
  LogValue(double number);                                                 // NOLINT: not finite: as text
  template <class T>
  requires std::is_integral_v<T> LogValue(T number) : text_(std::to_string(number)) {}  // NOLINT
  /// Where the text is empty, the line leaves the key out, too.
  [[nodiscard]] static LogValue unless_empty(std::string_view text);

  /// Empty: left out.
  [[nodiscard]] const std::string& written() const { return text_; }

 private:
  LogValue() = default;
  std::string text_;
};

/// What a value of a line says, read back.
struct LogRead {
  std::string value;     ///< without quotes and backslashes; it may have any bytes
  bool is_text = true;   ///< false: a number as JSON has it, `true` or `false`
  std::size_t size = 0;  ///< how many bytes of the line it took
  friend bool operator==(const LogRead&, const LogRead&) = default;
};

/// The value that `text` begins with, to its end or a space. Nothing where quotes are not closed, or
/// something else than a space follows them. Older programs wrote `=` and backslashes bare, which are read as
/// they stand.
[[nodiscard]] std::optional<LogRead> read_log_value(std::string_view text);

struct LogField {
  LogName key;
  LogValue value;
};
/// Written where it is used: `{{"plan", id}, {"request", request}}`. Not kept: it does not own its fields.
using LogFields = std::initializer_list<LogField>;

/// ` key=value` for each field, but for those that are left out.
[[nodiscard]] std::string written(LogFields fields);

}  // namespace synergy
