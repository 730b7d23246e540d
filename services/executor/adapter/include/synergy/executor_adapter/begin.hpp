// The executor's process: the executor of one device on the bus.
#pragma once

#include <memory>

#include "synergy/runtime/device_main.hpp"

namespace synergy::executor_adapter {

/// Reads the frames of the device's sensors, then takes part in runs. Fails as executor::Frames::read(). What
/// is returned must be kept until the context's loop has ended.
[[nodiscard]] Result<std::shared_ptr<void>> begin(runtime::Context& context,
                                                  const runtime::DevicePlace& place);

}  // namespace synergy::executor_adapter
