// What drives the accelerator: the emulator over the bus, a real board one day, a fake in tests.
#pragma once

#include <functional>

#include "synergy/base/result.hpp"
#include "synergy/schemas/accelerator.hpp"

namespace synergy::executor {

class AcceleratorDriver {
 public:
  virtual ~AcceleratorDriver() = default;
  /// Begins one operation; calls `done` once, later. kNotFound: the chunk is not resident (the accelerator
  /// lost its memory); kTimeout: it does not answer.
  virtual void perform(const schemas::AcceleratorDo& operation,
                       std::function<void(Result<schemas::AcceleratorDone>)> done) = 0;
  /// What was begun and not answered is not tried again, so that it can not come late, between operations
  /// that are begun from here on; its `done` is never called.
  virtual void forget() = 0;
};

}  // namespace synergy::executor
