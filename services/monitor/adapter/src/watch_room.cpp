#include <map>
#include <memory>
#include <string>

#include "parts.hpp"
#include "synergy/monitor_adapter/run.hpp"
#include "synergy/runtime/room.hpp"

namespace synergy::monitor_adapter {

void watch_room(runtime::Context& context) {
  const auto room = std::make_shared<Status>();
  context.every(kLookAtRoom, [&context, room] {
    const bool was_there = bool(*room);
    *room = runtime::check_room(context.folder().path());
    if (was_there && !*room) context.log().error("logs_are_lost", {{"error", room->error().message}});
    if (!was_there && *room) context.log().info("logs_again");
  });
  context.tell([room] { return *room ? std::string() : "logs are lost: " + room->error().message; });
  context.report([room] {
    return std::map<std::string, std::uint64_t>{{schemas::kTroubleCounter, *room ? 0 : 1}};
  });
}

}  // namespace synergy::monitor_adapter
