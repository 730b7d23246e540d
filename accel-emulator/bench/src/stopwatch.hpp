// Measures how long something takes when it runs again and again.
#pragma once

#include <functional>

namespace synergy::accel_bench {

/// Mean processor seconds of one call, over at least `seconds` and one call. All must happen in this thread.
[[nodiscard]] double seconds_of_one(const std::function<void()>& call, double seconds);

}  // namespace synergy::accel_bench
