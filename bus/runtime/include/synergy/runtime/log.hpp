// The log of a process: one event, one line, to be read by people and by programs. The form of a line, with
// what quotes its values and what levels mean: synergy/base/log_line.hpp.
//
//   log.info("plan_made", {{"plan", id}, {"rounds_per_s", rate}}, request);
//
// Names of events and keys are literals; words that somebody else chose are values.
//
// Warnings and errors of one event are limited to kLimitPerSecond a second; the next line that passes says
// how many were suppressed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/log_line.hpp"

namespace synergy::runtime {

/// One thread.
class Log {
 public:
  static constexpr int kLimitPerSecond = 5;

  /// Writes to standard error, and never waits for who reads that: a line that does not fit is left out, and
  /// the next one that passes ends with `lost=N`. `level`: debug, info, warn or error; anything else means
  /// info.
  Log(const std::string& process, const std::string& level, const Clock& clock);
  ~Log();

  /// Lines that could not be written since the start.
  [[nodiscard]] std::uint64_t lost() const;

  /// `request`: id of the command that caused the event; empty: none did.
  void write(LogLevel level, LogName event, LogFields fields, std::string_view request = {});
  void debug(LogName event, LogFields fields = {}, std::string_view request = {}) {
    write(LogLevel::kDebug, event, fields, request);
  }
  void info(LogName event, LogFields fields = {}, std::string_view request = {}) {
    write(LogLevel::kInfo, event, fields, request);
  }
  void warn(LogName event, LogFields fields = {}, std::string_view request = {}) {
    write(LogLevel::kWarn, event, fields, request);
  }
  void error(LogName event, LogFields fields = {}, std::string_view request = {}) {
    write(LogLevel::kError, event, fields, request);
  }

 private:
  struct Sink;
  struct Window {
    MonotonicTime begin{};
    int passed = 0;
    int suppressed = 0;
  };
  /// Counts one more of this event; false when it is suppressed.
  bool passes(Window& window);

  std::string process_;
  LogLevel least_;
  std::unique_ptr<Sink> sink_;
  const Clock& clock_;
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace synergy::runtime
