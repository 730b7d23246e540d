// What a client sends and receives on the bus, packet by packet, as lines that people read: `--trace`.
//
// What a reader gets wrong: it is what this process hears, of the topics that it subscribed to, and not all
// that travels; and a command that is repeated until it is answered is shown each time.
#pragma once

#include <memory>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/bus/transport.hpp"
#include "synergy/client/mesh_place.hpp"

namespace synergy::client {

/// Bytes of content that a line shows.
inline constexpr std::size_t kTracedBytes = 400;

/// `2026-03-01 14:30:00.123456 <- state/apps apps 810 bytes from dispatcher {"apps": ...}`: UTC, `->` for
/// sent and `<-` for received, the message's name, the size of its packet, who sent it where that was
/// somebody else, and its content as JSON, cut off (`...`) beyond kTracedBytes. What is no message of ours
/// says so in place of a name. Control characters are replaced. Pure.
[[nodiscard]] std::string trace_line(UnixTime at, bool sent, const bus::Packet& packet);

/// The same transport, which tells of each packet that was sent or received.
[[nodiscard]] std::unique_ptr<bus::Transport> traced(std::unique_ptr<bus::Transport> transport, Trace trace);

}  // namespace synergy::client
