// Drives the accelerator that answers on the bus: today an emulator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "synergy/bus/participant.hpp"
#include "synergy/executor/driver.hpp"

namespace synergy::executor_adapter {

/// An accelerator that does not answer an operation for so long is taken for gone: kTimeout.
inline constexpr Duration kAcceleratorPatience = std::chrono::seconds(10);

/// Borrows the bus, which must outlive it. One thread.
class BusDriver final : public executor::AcceleratorDriver {
 public:
  BusDriver(bus::Participant& bus, const DeviceId& device);

  void perform(const schemas::AcceleratorDo& operation,
               std::function<void(Result<schemas::AcceleratorDone>)> done) override;
  void forget() override;

 private:
  bus::Participant& bus_;
  std::string topic_;
  std::map<std::uint64_t, std::string> calls_;  ///< that are not answered
  std::uint64_t last_ = 0;
};

}  // namespace synergy::executor_adapter
