// Emulated devices that leave and come back: what `deploy/mesh leave` and `join` do, by the same supervisord.
#pragma once

#include <filesystem>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/gateway/device_move.hpp"
#include "synergy/gateway/turn.hpp"

namespace synergy::gateway_adapter {

class Devices {
 public:
  explicit Devices(std::filesystem::path run_folder)
      : configuration_(std::move(run_folder) / "supervisord.conf") {}

  /// Any thread; one move at a time. `device` is one of the body.
  Status move(const DeviceId& device, gateway::DeviceMove move);

 private:
  std::filesystem::path configuration_;
  gateway::Turns moving_;
};

}  // namespace synergy::gateway_adapter
