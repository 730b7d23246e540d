// What happens when a listening process has no file descriptor left for a new connection: the connection is
// refused, and the process goes on. libzmq 4.3.4 aborts there: its listener for ipc does not expect EMFILE.
#pragma once

#include <cstdint>

namespace synergy::bus {

/// From here on until the process ends, a connection for which there is no descriptor is accepted with one
/// that was kept for this, and closed at once. A ZeroMQ peer tries again later. For the whole process: its
/// accept4(), which libzmq calls, is the one of accepting.cpp, and is the system's own but for this. May be
/// called again.
void refuse_when_out_of_descriptors();

/// Connections refused so since the process began. From any thread.
[[nodiscard]] std::uint64_t refused_connections();

}  // namespace synergy::bus
