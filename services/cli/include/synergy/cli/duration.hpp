// Lengths of time as people write them in flags: `2s`, `500ms`, `1.5s`.
#pragma once

#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::cli {

/// A number and its unit: us, ms, s or min. Fails with kInvalid when it is none, or not within the limits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text, Duration least, Duration most);

}  // namespace synergy::cli
