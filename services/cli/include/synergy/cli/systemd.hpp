// The mesh as units of systemd: a target, a service for each process, a template for each kind that runs once
// for each device. What runs, with which program and in which order, is the roster's, as in the compose file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::cli {

struct SystemdUnit {
  std::string name, text;
};

struct SystemdSettings {
  std::filesystem::path programs = "/usr/bin";             ///< where the executables are
  std::filesystem::path data = "/usr/share/synergy-mesh";  ///< the deploy folder
};

inline constexpr const char* kSystemdTarget = "synergy-mesh.target";

/// All units, the target first; which devices there are is not among them (device_units()). Fails with
/// kInvalid where a path is not absolute or has characters that mean something to systemd.
[[nodiscard]] Result<std::vector<SystemdUnit>> systemd_units(const SystemdSettings& settings);

/// The services that a body's devices need, `synergy-executor@ring.service`, in the body's order.
[[nodiscard]] std::vector<std::string> device_units(const schemas::BodyView& body);

}  // namespace synergy::cli
