// Which processes of an emulated device are to be ended or started, by what supervisord says of them: the
// rules of `deploy/mesh leave` and `join`. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"

namespace synergy::gateway {

enum class DeviceMove { kLeave, kJoin };

/// What supervisord says of its processes (`NAME STATE ...` a line): states by name.
[[nodiscard]] std::map<std::string, std::string> states_in(const std::string& status);

/// Which of a device's processes are to be stopped or started. Fails with kNotFound where supervisord has
/// none of it, with kConflict where it has left, or is there, already.
[[nodiscard]] Result<std::vector<std::string>> processes_to_move(
    const std::map<std::string, std::string>& states, const DeviceId& device, DeviceMove move);

}  // namespace synergy::gateway
