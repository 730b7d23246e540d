// The dispatcher's process: the dispatcher on the bus, from its first wait for the body view to its end.
#pragma once

#include "synergy/runtime/context.hpp"

namespace synergy::dispatcher_adapter {

/// How often to look whether the broker is another.
inline constexpr Duration kLookAtBus = std::chrono::milliseconds(50);
inline constexpr Duration kLoadAgainAfter = std::chrono::milliseconds(500);

/// Waits for the body view, asks the store what there is for as long as it takes, then serves commands.
/// Returns when the loop ends, with its status.
Status run(runtime::Context& context);

}  // namespace synergy::dispatcher_adapter
