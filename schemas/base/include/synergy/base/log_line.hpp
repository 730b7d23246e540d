// The form of a line in the logs of the mesh's processes, written and read here only:
//
//   2026-03-01T14:30:00.123Z info  executor/ring deployed plan=7 stage=serve request=cli-12#81.3
//   time (UTC)               level service       event    key=value ...
//
// One event is one line. Between the five parts stands one space, and two behind a level of four letters. The
// values: log_value.hpp. `request` is the id of the command that the event goes back to, where one caused it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/log_value.hpp"

namespace synergy {

/// error = a person must act; warn = degraded, yet working; info = life-cycle and decisions; debug = each
/// message.
enum class LogLevel { kDebug, kInfo, kWarn, kError };
inline constexpr std::array<std::string_view, 4> kLogLevelNames{"debug", "info", "warn", "error"};
[[nodiscard]] constexpr std::string_view name_of(LogLevel level) {
  return kLogLevelNames[std::size_t(level)];
}
/// Also `warning`, which older programs wrote.
[[nodiscard]] std::optional<LogLevel> log_level_named(std::string_view name);

/// `2026-03-01T14:30:00.123Z`; what lies between two milliseconds belongs to the earlier.
[[nodiscard]] std::string log_time(UnixTime time);
[[nodiscard]] std::optional<UnixTime> parse_log_time(std::string_view text);

/// All behind the time: level, service, event, fields. `service` has no space. `request`: id of the command
/// that the event goes back to; empty: of none.
[[nodiscard]] std::string log_words(LogLevel level, std::string_view service, LogName event,
                                    LogFields fields = {}, std::string_view request = {});

/// A line, read back.
struct LogLine {
  struct Field {
    std::string key, value;
    bool is_text = true;  ///< false: a number as JSON has it, `true` or `false`
    friend bool operator==(const Field&, const Field&) = default;
  };
  UnixTime time;
  LogLevel level = LogLevel::kInfo;
  std::string service, event;
  std::vector<Field> fields;  ///< in the line's order
  friend bool operator==(const LogLine&, const LogLine&) = default;
};

[[nodiscard]] std::string written(const LogLine& line);

/// Without the line's end. Nothing where it is no such line as a whole: other programs' words, or cut.
[[nodiscard]] std::optional<LogLine> parse_log_line(std::string_view text);

}  // namespace synergy
