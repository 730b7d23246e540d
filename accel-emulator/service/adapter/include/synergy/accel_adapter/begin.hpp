// The emulator's process: one emulated accelerator on the bus, which answers each operation when the hardware
// would be done.
#pragma once

#include <memory>

#include "synergy/runtime/device_main.hpp"

namespace synergy::accel_adapter {

/// An operation that begins later than this, in model time, is nonsense and refused: it would hold the
/// accelerator for as long.
inline constexpr Duration kFarthestAhead = std::chrono::minutes(1);

/// Answers `accelerator.do`, and follows the profile that the body view gives the device. What is returned
/// must be kept until the context's loop has ended. Does not fail.
[[nodiscard]] Result<std::shared_ptr<void>> begin(runtime::Context& context,
                                                  const runtime::DevicePlace& place);

}  // namespace synergy::accel_adapter
