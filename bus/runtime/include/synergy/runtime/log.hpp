// One event, one line: time, level, process, event name, then key=value.
//
//   log.info("plan_made", {{"plan", id}, {"rounds_per_s", rate}});
//
// Levels: error = a person must act; warn = degraded, yet working; info = life-cycle and decisions; debug =
// each message, off by default. Warnings and errors of one event name are limited to kLimitPerSecond a
// second; the next line that passes says how many were suppressed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"

namespace synergy::runtime {

/// A value of a log line, as text. Text with spaces is quoted; a line break becomes a space. Other control
/// characters and bytes that are no UTF-8 are written out (visible()), so that no value moves a terminal's
/// cursor.
class LogValue {
 public:
  LogValue(std::string_view text);                                         // NOLINT: implicit on purpose
  LogValue(const std::string& text) : LogValue(std::string_view(text)) {}  // NOLINT
  LogValue(const char* text) : LogValue(std::string_view(text)) {}         // NOLINT
  template <class T>
  requires std::is_arithmetic_v<T> LogValue(T number) : text_(std::to_string(number)) {}  // NOLINT
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Log {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, LogValue>>;
  static constexpr int kLimitPerSecond = 5;

  /// Writes to standard error, and never waits for who reads that: a line that does not fit is left out, and
  /// the next one that passes ends with `lost=N`. `level`: debug, info, warn or error; anything else means
  /// info.
  Log(const std::string& process, const std::string& level, const Clock& clock);
  ~Log();

  /// Lines that could not be written since the start.
  [[nodiscard]] std::uint64_t lost() const;

  void debug(std::string_view event, Fields fields = {});
  void info(std::string_view event, Fields fields = {});
  void warn(std::string_view event, Fields fields = {});
  void error(std::string_view event, Fields fields = {});

 private:
  struct Sink;
  /// The line, or empty when it is suppressed.
  std::string limited(std::string_view event, Fields fields);

  struct Window {
    MonotonicTime begin{};
    int passed = 0;
    int suppressed = 0;
  };
  std::unique_ptr<Sink> sink_;
  const Clock& clock_;
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace synergy::runtime
