// The executor of one device: joins its queues to the bus and to its accelerator.
#include "synergy/executor_adapter/begin.hpp"
#include "synergy/runtime/device_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  return runtime::device_main(argc, argv, "executor", {"executor", "Runs the tasks of one device's units."},
                              executor_adapter::begin);
}
