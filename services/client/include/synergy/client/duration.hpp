// Lengths and points of time as people write and read them: `2s`, `500ms`, `10min`, `2026-03-01 14:30:00`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/duration_text.hpp"
#include "synergy/base/result.hpp"

namespace synergy::client {

using synergy::parse_duration;

/// A date with or without a time of day, in UTC, or how long before `now`. Fails with kInvalid, and says what
/// may be written.
[[nodiscard]] Result<UnixTime> parse_moment(const std::string& text, UnixTime now);

struct TimeRange {
  std::optional<UnixTime> since, until;  ///< from then on; before then
};

/// What `--since` and `--until` say; empty: nothing. Fails with kInvalid where one is no moment, the message
/// begins with the flag; and where `until` is not later than `since`.
[[nodiscard]] Result<TimeRange> parse_time_range(const std::string& since, const std::string& until,
                                                 UnixTime now);

/// `2026-03-01 14:30:00`, in UTC.
[[nodiscard]] std::string utc_text(UnixTime time);

/// Less than 292 years: the flag's limits see to that.
[[nodiscard]] constexpr Duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace synergy::client
