// What most processes wait for first: the body view, which the monitor publishes.
#pragma once

#include <functional>

#include "synergy/runtime/context.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::runtime {

/// Calls `then` once, from the loop, with the first body view that is heard; until then the process says that
/// it waits for it.
void when_body_is_known(Context& context, std::function<void(const schemas::BodyView&)> then);

}  // namespace synergy::runtime
