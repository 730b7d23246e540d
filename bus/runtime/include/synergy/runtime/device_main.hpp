// The main of every process that belongs to one device: its flags, and the wait until it is known which
// device of which body that is.
//
//   int main(int argc, char** argv) {
//     return device_main(argc, argv, "accelerator", {"accel-emulator", "Emulates one accelerator."},
//                        [](Context& context, const DevicePlace& place) -> Result<std::shared_ptr<void>> {
//                          auto emulator = std::make_shared<Emulator>(place.profile);
//                          serve(context, *emulator);
//                          return std::shared_ptr<void>(emulator);
//                        });
//   }
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "synergy/runtime/service_main.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::runtime {

/// Where a device's process stands in the mesh.
struct DevicePlace {
  schemas::Device device;
  schemas::DeviceProfile profile;
  TimeScale scale;
  std::filesystem::path deploy;  ///< folder with devices, links, bodies, models
};

/// Called once, from the loop, when the body is known; the process is ready when it returns. What it returns
/// is kept until the loop has ended (shared, because only so can it be of any type).
using BeginOnDevice = std::function<Result<std::shared_ptr<void>>(Context&, const DevicePlace&)>;

/// service_main() with the flags --device and --deploy; the process is called `KIND/DEVICE`. It stops with
/// kNotFound when the body has no such device, and with the error of `begin`.
int device_main(int argc, char** argv, const std::string& kind, ServiceInfo info, const BeginOnDevice& begin);

}  // namespace synergy::runtime
