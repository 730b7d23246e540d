// The changes of a mesh that a recording shows: another plan comes in force, a device leaves. Pure; one
// thread.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "synergy/client/recording.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::client {

class RecordedChanges {
 public:
  struct Change {
    bool plan = false;             ///< another plan than the one before, or the first
    std::uint64_t departures = 0;  ///< devices that are away and were not
  };
  /// What the packet, the next of the recording, changes. What can not be read changes nothing.
  Change see(const RecordedPacket& packet);

 private:
  std::optional<std::uint64_t> plan_;         ///< in force
  std::optional<std::set<DeviceId>> absent_;  ///< nothing: no body was heard of
};

}  // namespace synergy::client
