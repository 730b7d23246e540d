// What the monitor does beside watching who is there.
#pragma once

#include "synergy/monitor/usage.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::monitor_adapter {

/// Asks the store to keep the body, for as long as it takes: the store, or room on its disk, may come later.
void keep_body(runtime::Context& context, const schemas::BodyView& body);

/// Hears what the use of the mesh is made of, and publishes it. `usage` must outlive the context's loop, and
/// so must the body as it is now.
void publish_use(runtime::Context& context, monitor::Usage& usage, const schemas::BodyView& body);

/// Says that logs are lost while the disk of the run folder is full: no process sees that of its own log,
/// which supervisord writes.
void watch_room(runtime::Context& context);

}  // namespace synergy::monitor_adapter
