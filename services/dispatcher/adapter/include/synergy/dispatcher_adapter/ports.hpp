// The dispatcher's ports, over the bus and the service loop.
#pragma once

#include "synergy/base/clock.hpp"
#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::dispatcher_adapter {

/// Storing takes milliseconds; a peer that is starting again takes a second or two.
inline constexpr Duration kAnswerTime = std::chrono::seconds(10);
/// A plan takes as long as it takes; a planner that is gone is noticed by its silence
/// (dispatcher/planning.hpp).
inline constexpr Duration kPlanTime = std::chrono::hours(1);
/// Weights travel at the emulated speed.
inline constexpr Duration kDeployTime = std::chrono::seconds(30);

/// `scale`: the mesh's, between the host's time and model time. The ports borrow the context, which must
/// outlive them. At most one question is out to the planner, and one deployment of each stage to each device:
/// a newer one ends the older, whose answer never comes.
[[nodiscard]] dispatcher::Ports ports_of(runtime::Context& context, const TimeScale& scale);

}  // namespace synergy::dispatcher_adapter
