// Lengths of time as people write them: `2s`, `500ms`, `10min`, `30d`.
#pragma once

#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy {

/// A number and its unit: us, ms, s, min (or m), h or d. Fails with kInvalid when it is none, or not within
/// the limits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text, Duration least, Duration most);

}  // namespace synergy
