#include "synergy/executor_adapter/bus_driver.hpp"

#include <utility>

#include "synergy/schemas/topics.hpp"

namespace synergy::executor_adapter {

BusDriver::BusDriver(bus::Participant& bus, const DeviceId& device)
    : bus_(bus), topic_(schemas::topics::accelerator(device)) {}

void BusDriver::perform(const schemas::AcceleratorDo& operation,
                        std::function<void(Result<schemas::AcceleratorDone>)> done) {
  const auto number = ++last_;
  calls_[number] =
      bus_.call(topic_, operation, kAcceleratorPatience, [this, number, done = std::move(done)](auto answer) {
        calls_.erase(number);
        done(std::move(answer));
      });
}

void BusDriver::forget() {
  for (const auto& [number, call] : calls_) bus_.cancel(call);
  calls_.clear();
}

}  // namespace synergy::executor_adapter
