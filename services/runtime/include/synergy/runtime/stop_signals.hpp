// Ctrl-C and SIGTERM as something to read, for programs that end in order.
#pragma once

namespace synergy::runtime {

/// Blocks SIGINT and SIGTERM in this thread and in all that it will start, and makes them readable instead:
/// returns a signalfd that does not block. Call it before any other thread begins.
[[nodiscard]] int block_stop_signals();

}  // namespace synergy::runtime
