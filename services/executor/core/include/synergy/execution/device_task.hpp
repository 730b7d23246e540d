// A step of a run as one device has it to do.
#pragma once

#include "synergy/execution/task_order.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::execution {

/// One step of one run, or its sender's or receiver's half where it is a transfer.
struct DeviceTask {
  TaskId id = 0;
  schemas::RunState state;
  TaskPlace place;
  bool receives = false;
  DeviceId from;  ///< of the receiver's half
  schemas::Bytes data;
  UnitList units;
  bool started = false;
  ModelTime begin{};
};

/// Numbers of tasks, each given once.
class TaskNumbers {
 public:
  [[nodiscard]] TaskId next() { return ++last_; }

 private:
  TaskId last_ = 0;
};

}  // namespace synergy::execution
