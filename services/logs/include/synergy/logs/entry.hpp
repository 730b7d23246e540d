// What one process wrote, line by line.
//
// Most lines have the form of synergy/base/log_line.hpp. Others do not: lines of a program's crash, of a
// sanitizer, of another program. They are kept as they stand, and belong to the process whose log they are
// in, at the time of the line before them.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/log_line.hpp"

namespace synergy::logs {

struct Entry {
  UnixTime time;
  std::string process;          ///< as on the bus, e.g. `executor/ring`; or `supervisord`
  std::optional<LogLine> line;  ///< nothing: other words
  std::string text;             ///< as it stands in the file, without its end
  MonotonicTime read{};
};

/// A line of supervisord's own log, in our form: its words in `msg`, the first of them as the event
/// (`spawned`, `exited`). Its times count as UTC, which deploy/mesh tells it to use.
[[nodiscard]] std::optional<LogLine> parse_supervisor_line(std::string_view text);

/// Turns the bytes of one process's log into entries, in order.
class EntryReader {
 public:
  explicit EntryReader(std::string process) : process_(std::move(process)) {}

  void take(std::string_view bytes, MonotonicTime now);
  /// No more comes to the line that has no end yet.
  void end_line(MonotonicTime now);
  /// Lines before the first that tells a time get this one. Until then they are not in entries().
  void settle(UnixTime time);

  [[nodiscard]] std::deque<Entry>& entries() { return entries_; }

 private:
  void add(std::string_view text, MonotonicTime now);
  void add_entry(std::string_view text, std::optional<LogLine> line, MonotonicTime now);

  std::string process_, cut_;  ///< cut_: a line whose end did not come yet
  std::optional<UnixTime> time_;
  std::deque<Entry> untimed_, entries_;
};

}  // namespace synergy::logs
