// The mesh of a body as a compose file (Compose Specification), and a compose file as a supervisord
// configuration.
//
// One description of the topology: containers run the compose file as it is; `deploy/mesh up` runs the same
// file as native processes under supervisord. What stands in the file is the subset below; another key is an
// error, so that the two can not come to mean different things.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {

/// The whole compose file for a body; `body_name` is the file's name below deploy/bodies. Where that is no
/// plain name, SYNERGY_BODY must be set for the file to be used.
[[nodiscard]] std::string compose_for(const schemas::BodyView& body, const std::string& body_name);

struct SupervisorSettings {
  std::filesystem::path programs;                  ///< where the executables are
  std::map<std::string, std::string> environment;  ///< for `${NAME}` and `${NAME:-default}` in the file
};

/// supervisord's configuration for a compose file, to be written into the run folder: sockets and logs are
/// beside it. supervisord is to be started in the environment of `settings`. Fails with kInvalid, naming the
/// place, when the file uses what native processes can not follow, or what supervisord's configuration can
/// not hold.
[[nodiscard]] Result<std::string> supervisor_for(const std::filesystem::path& compose,
                                                 const SupervisorSettings& settings);

/// The processes of the compose file as `synergy health` names them, in order.
[[nodiscard]] Result<std::vector<std::string>> processes_of(const std::filesystem::path& compose);

}  // namespace synergy::cli
