// Lengths and points of time as people write and read them: `2s`, `500ms`, `10min`, `2026-03-01 14:30:00`.
#pragma once

#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::client {

/// A number and its unit: us, ms, s, min, h or d. Fails with kInvalid when it is none, or not within the
/// limits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text, Duration least, Duration most);

/// A date with or without a time of day, in UTC, or how long before `now`. Fails with kInvalid, and says what
/// may be written.
[[nodiscard]] Result<UnixTime> parse_moment(const std::string& text, UnixTime now);

/// `2026-03-01 14:30:00`, in UTC.
[[nodiscard]] std::string utc_text(UnixTime time);

/// Less than 292 years: the flag's limits see to that.
[[nodiscard]] constexpr Duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace synergy::client
