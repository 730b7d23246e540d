// Lengths of time as people write them in flags: `2s`, `500ms`, `1.5s`, or plain seconds.
#pragma once

#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::cli {

/// A number and its unit: us, ms, s or min. Fails with kInvalid when it is none, or not within the limits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text, Duration least, Duration most);

/// Less than 292 years: the flag's limits see to that.
[[nodiscard]] constexpr Duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace synergy::cli
